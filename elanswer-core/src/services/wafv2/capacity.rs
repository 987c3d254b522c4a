//! How much of the capacity of a web ACL its rules take, in AWS's units (WCU).
//!
//! Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html>.

use super::{
    ByteMatch, FieldToMatch, Position, Rule, RuleBody, SizeConstraint, Statement, Transformations,
};

/// What a text transformation adds, and all query arguments add.
const MORE: u32 = 10;

impl Rule {
    /// How much of the capacity of the web ACL it takes, as far as AWS tells; the vendors of other
    /// rule groups tell that of theirs.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        let own = match &self.body {
            RuleBody::Managed { group, .. } => group.rules.capacity().unwrap_or(0),
            RuleBody::RateLimit { .. } => 2,
            RuleBody::Match { .. } => 0,
        };
        own.saturating_add(self.statement().map_or(0, Statement::capacity))
    }
}

impl Statement {
    /// How much of the capacity of a web ACL it takes.
    fn capacity(&self) -> u32 {
        match self {
            Self::And { statements } | Self::Or { statements } => {
                let all = statements.as_slice().iter().map(Self::capacity);
                all.fold(0, u32::saturating_add)
            }
            Self::Not { statement } => statement.capacity(),
            Self::Bytes(bytes) => bytes.capacity(),
            Self::Size(size) => size.capacity(),
            Self::Countries { .. } | Self::IpSet { .. } | Self::Label { .. } => 1,
        }
    }
}

impl ByteMatch {
    fn capacity(&self) -> u32 {
        let base = match self.positional_constraint {
            Position::Contains | Position::ContainsWord => 10,
            Position::EndsWith | Position::Exactly | Position::StartsWith => 2,
        };
        base + looking_at(&self.field_to_match, &self.text_transformations)
    }
}

impl SizeConstraint {
    fn capacity(&self) -> u32 {
        1 + looking_at(&self.field_to_match, &self.text_transformations)
    }
}

/// What is added for the part of the request, and for what is done to it.
fn looking_at(field: &FieldToMatch, transformations: &Transformations) -> u32 {
    let all = matches!(field, FieldToMatch::AllQueryArguments {});
    let count = u32::try_from(transformations.as_slice().len()).unwrap_or(u32::MAX);
    count.saturating_add(u32::from(all)).saturating_mul(MORE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::wafv2::{
        Countries, CountryCode, EntityName, HeaderName, ManagedRuleGroup, ManagedRules, Priority,
        RateLimit, RequestLimit, RuleAction, SearchString, TextTransformation,
    };

    const NAME: EntityName = EntityName::literal("it");

    fn host(position: Position) -> ByteMatch {
        let host = FieldToMatch::header(HeaderName::literal("host"));
        ByteMatch::new(host, position, SearchString::literal("example.com"))
    }

    /// The example of AWS's command line for `check-capacity`, which answers 15.
    #[test]
    fn the_example_of_aws() {
        let lower = Transformations::of(TextTransformation::Lowercase);
        let countries = [CountryCode::literal("US"), CountryCode::literal("IN")];
        let from = Statement::from_countries(Countries::new(countries).unwrap());
        let both = Statement::from(host(Position::Exactly).after(lower)).and(from);
        let basic = Rule::matching(NAME, Priority::of::<0>(), both, RuleAction::Allow);
        let rate = RateLimit::of(RequestLimit::of::<500>());
        let rate = Rule::limiting(NAME, Priority::of::<1>(), rate, RuleAction::Block);
        assert_eq!(basic.capacity() + rate.capacity(), 15);
    }

    #[test]
    fn what_is_looked_for_and_where_counts() {
        assert_eq!(host(Position::Contains).capacity(), 10);
        let all = SizeConstraint::longer_than(FieldToMatch::AllQueryArguments {}, 9);
        assert_eq!(all.capacity(), 11);
        let group = ManagedRuleGroup {
            scope_down: Some(Statement::from(all).negated()),
            ..ManagedRuleGroup::of(ManagedRules::Common)
        };
        assert_eq!(Rule::managed(NAME, Priority::of::<0>(), group).capacity(), 711);
    }
}
