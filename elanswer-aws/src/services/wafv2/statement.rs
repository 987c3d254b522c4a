//! Which requests a rule matches.

use aws_sdk_wafv2::{error::BuildError, types};
use elanswer_core::{
    Ref,
    services::wafv2::{Countries, CountryCode, LabelKey, LabelScope, Several, Statement},
};

use super::field;

pub(super) fn to_sdk(statement: &Statement) -> Result<types::Statement, BuildError> {
    let it = types::Statement::builder();
    let it = match statement {
        Statement::And { statements } => {
            let all = Some(several_to_sdk(statements)?);
            it.and_statement(types::AndStatement::builder().set_statements(all).build()?)
        }
        Statement::Bytes(bytes) => it.byte_match_statement(field::bytes_to_sdk(bytes)?),
        Statement::Countries { country_codes } => {
            let codes = country_codes.iter();
            let codes = codes.map(|code| types::CountryCode::from(code.as_str())).collect();
            let geo = types::GeoMatchStatement::builder().set_country_codes(Some(codes));
            it.geo_match_statement(geo.build())
        }
        Statement::IpSet { arn } => {
            let set = types::IpSetReferenceStatement::builder();
            it.ip_set_reference_statement(set.arn(arn.known().unwrap_or_default()).build()?)
        }
        Statement::Label { key, scope } => {
            let label = types::LabelMatchStatement::builder().key(key.as_str());
            it.label_match_statement(label.scope(scope.as_str().into()).build()?)
        }
        Statement::Not { statement } => {
            let not = types::NotStatement::builder().statement(to_sdk(statement)?);
            it.not_statement(not.build())
        }
        Statement::Or { statements } => {
            let all = Some(several_to_sdk(statements)?);
            it.or_statement(types::OrStatement::builder().set_statements(all).build()?)
        }
        Statement::Size(size) => it.size_constraint_statement(field::size_to_sdk(size)?),
        // Only models that are newer than this handler have others.
        _ => it,
    };
    Ok(it.build())
}

fn several_to_sdk(statements: &Several) -> Result<Vec<types::Statement>, BuildError> {
    statements.as_slice().iter().map(to_sdk).collect()
}

/// The statement; `None` when it is one that elanswer does not know.
pub(super) fn from_sdk(statement: &types::Statement) -> Option<Statement> {
    if let Some(and) = statement.and_statement() {
        return Some(Statement::And { statements: several_from_sdk(and.statements())? });
    }
    if let Some(or) = statement.or_statement() {
        return Some(Statement::Or { statements: several_from_sdk(or.statements())? });
    }
    if let Some(not) = statement.not_statement() {
        return Some(from_sdk(not.statement()?)?.negated());
    }
    if let Some(bytes) = statement.byte_match_statement() {
        return field::bytes_from_sdk(bytes).map(Statement::Bytes);
    }
    if let Some(size) = statement.size_constraint_statement() {
        return field::size_from_sdk(size).map(Statement::Size);
    }
    if let Some(geo) = statement.geo_match_statement() {
        let codes = geo.country_codes().iter().map(|code| CountryCode::new(code.as_str()).ok());
        let codes = codes.collect::<Option<Vec<_>>>().filter(|_| geo.forwarded_ip_config.is_none());
        return Countries::new(codes?).ok().map(Statement::from_countries);
    }
    if let Some(set) = statement.ip_set_reference_statement() {
        let plain = set.ip_set_forwarded_ip_config.is_none();
        return plain.then(|| Statement::from_addresses(Ref::existing(set.arn())));
    }
    let label = statement.label_match_statement()?;
    let key = LabelKey::new(label.key()).ok()?;
    Some(Statement::Label { key, scope: LabelScope::from_word(label.scope().as_str())? })
}

fn several_from_sdk(statements: &[types::Statement]) -> Option<Several> {
    let all = statements.iter().map(from_sdk).collect::<Option<Vec<_>>>()?;
    Several::try_from(all).ok()
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::{
        ByteMatch, FieldToMatch, Position, SearchString, SizeConstraint,
    };

    use super::*;

    #[test]
    fn every_statement_comes_back() {
        let country = |code| Statement::from_countries(Countries::of(CountryCode::literal(code)));
        let admin = SearchString::literal("/admin");
        let admin = ByteMatch::new(FieldToMatch::path(), Position::StartsWith, admin);
        let long = SizeConstraint::longer_than(FieldToMatch::QueryString {}, 100);
        let statement = country("DE")
            .negated()
            .and(Statement::from(admin).or(Statement::from(long)))
            .and(Statement::from_addresses(Ref::existing("arn:set")))
            .and(Statement::labelled(LabelKey::literal("a:b")));
        assert_eq!(from_sdk(&to_sdk(&statement).unwrap()), Some(statement));
    }

    #[test]
    fn what_is_not_modelled_is_not_taken_for_something_else() {
        assert_eq!(from_sdk(&types::Statement::builder().build()), None);
        let forwarded = types::ForwardedIpConfig::builder()
            .header_name("x-forwarded-for")
            .fallback_behavior(types::FallbackBehavior::Match)
            .build()
            .unwrap();
        let geo = types::GeoMatchStatement::builder()
            .country_codes(types::CountryCode::De)
            .forwarded_ip_config(forwarded)
            .build();
        let geo = types::Statement::builder().geo_match_statement(geo).build();
        assert_eq!(from_sdk(&geo), None);
    }
}
