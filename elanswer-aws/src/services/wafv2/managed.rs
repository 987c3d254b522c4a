//! Rule groups that others maintain.

use aws_sdk_wafv2::{error::BuildError, types};
use elanswer_core::services::wafv2::{
    AntiDdos, Challenges, EntityName, ExemptUris, ManagedRuleGroup, ManagedRules, RegexString,
    RuleGroupVersion, Sensitivity,
};

use super::{action, statement};

pub(super) fn to_sdk(
    group: &ManagedRuleGroup,
) -> Result<types::ManagedRuleGroupStatement, BuildError> {
    let overrides = group.overrides.iter().map(|(name, action)| {
        let it = types::RuleActionOverride::builder().name(name.as_str());
        it.action_to_use(action::to_sdk(*action)?).build()
    });
    let overrides: Vec<_> = overrides.collect::<Result<_, _>>()?;
    let scope_down = group.scope_down.as_ref().map(statement::to_sdk).transpose()?;
    let config = group.rules.config().map(config_to_sdk).transpose()?;
    types::ManagedRuleGroupStatement::builder()
        .vendor_name(group.rules.vendor())
        .name(group.rules.name())
        .set_version(group.version.as_ref().map(ToString::to_string))
        .set_rule_action_overrides((!overrides.is_empty()).then_some(overrides))
        .set_scope_down_statement(scope_down.map(Box::new))
        .set_managed_rule_group_configs(config.map(|config| vec![config]))
        .build()
}

fn config_to_sdk(config: &AntiDdos) -> Result<types::ManagedRuleGroupConfig, BuildError> {
    let challenge = types::ClientSideAction::builder();
    let challenge = match &config.challenges {
        None => challenge.usage_of_action(types::UsageOfAction::Disabled),
        Some(challenges) => {
            let regexes = challenges.exempt_uris.as_slice().iter();
            let regex =
                |it: &RegexString| types::Regex::builder().regex_string(it.as_str()).build();
            challenge
                .usage_of_action(types::UsageOfAction::Enabled)
                .sensitivity(challenges.sensitivity.as_str().into())
                .set_exempt_uri_regular_expressions(Some(regexes.map(regex).collect()))
        }
    };
    let client = types::ClientSideActionConfig::builder().challenge(challenge.build()?).build();
    let anti_ddos = types::AwsManagedRulesAntiDDoSRuleSet::builder()
        .client_side_action_config(client)
        .sensitivity_to_block(config.sensitivity_to_block.as_str().into())
        .build();
    let it = types::ManagedRuleGroupConfig::builder();
    Ok(it.aws_managed_rules_anti_d_do_s_rule_set(anti_ddos).build())
}

/// The rule group; `None` when it is configured as elanswer does not know.
pub(super) fn from_sdk(group: &types::ManagedRuleGroupStatement) -> Option<ManagedRuleGroup> {
    let config = match group.managed_rule_group_configs() {
        [] => None,
        [config] => Some(config_from_sdk(config.aws_managed_rules_anti_d_do_s_rule_set()?)?),
        _ => return None,
    };
    let overrides = group.rule_action_overrides().iter().map(|it| {
        let action = action::from_sdk(it.action_to_use()?)?;
        Some((EntityName::new(it.name()).ok()?, action))
    });
    // An older way to say that rules only count.
    let excluded = group.excluded_rules().iter().map(|rule| {
        Some((
            EntityName::new(rule.name()).ok()?,
            elanswer_core::services::wafv2::RuleAction::Count,
        ))
    });
    let scope_down = match group.scope_down_statement() {
        Some(statement) => Some(statement::from_sdk(statement)?),
        None => None,
    };
    let version = match group.version() {
        Some(version) => Some(RuleGroupVersion::new(version).ok()?),
        None => None,
    };
    Some(ManagedRuleGroup {
        rules: ManagedRules::named(group.vendor_name(), group.name(), config).ok()?,
        version,
        overrides: excluded.chain(overrides).collect::<Option<_>>()?,
        scope_down,
    })
}

fn config_from_sdk(config: &types::AwsManagedRulesAntiDDoSRuleSet) -> Option<AntiDdos> {
    let sensitivity = |it: Option<&types::SensitivityToAct>, default| match it {
        Some(it) => Sensitivity::from_word(it.as_str()),
        None => Some(default),
    };
    let challenge = config.client_side_action_config()?.challenge()?;
    let challenges = if *challenge.usage_of_action() == types::UsageOfAction::Enabled {
        let regexes = challenge.exempt_uri_regular_expressions().iter();
        let regexes = regexes.map(|regex| RegexString::new(regex.regex_string()?).ok());
        Some(Challenges {
            sensitivity: sensitivity(challenge.sensitivity(), Sensitivity::High)?,
            exempt_uris: ExemptUris::new(regexes.collect::<Option<Vec<_>>>()?).ok()?,
        })
    } else {
        None
    };
    let sensitivity_to_block = sensitivity(config.sensitivity_to_block(), Sensitivity::Low)?;
    Some(AntiDdos { challenges, sensitivity_to_block })
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::{Countries, CountryCode, RuleAction, Statement};

    use super::*;

    #[test]
    fn every_group_comes_back() {
        let abroad = Statement::from_countries(Countries::of(CountryCode::literal("AQ")));
        let common = ManagedRuleGroup {
            version: Some(RuleGroupVersion::literal("Version_1.4")),
            scope_down: Some(abroad.negated()),
            ..ManagedRuleGroup::of(ManagedRules::Common)
                .overriding(EntityName::literal("NoUserAgent_HEADER"), RuleAction::Captcha)
        };
        let asleep = AntiDdos { challenges: None, sensitivity_to_block: Sensitivity::High };
        for group in [
            common,
            ManagedRuleGroup::of(ManagedRules::AntiDdos(AntiDdos::default())),
            ManagedRuleGroup::of(ManagedRules::AntiDdos(asleep)),
            ManagedRuleGroup::of(ManagedRules::named("Acme", "Rules", None).unwrap()),
        ] {
            assert_eq!(from_sdk(&to_sdk(&group).unwrap()), Some(group));
        }
    }

    #[test]
    fn an_excluded_rule_is_one_that_counts() {
        let excluded = types::ExcludedRule::builder().name("SQLi_BODY").build().unwrap();
        let group = types::ManagedRuleGroupStatement::builder()
            .vendor_name("AWS")
            .name("AWSManagedRulesSQLiRuleSet")
            .excluded_rules(excluded)
            .build()
            .unwrap();
        let counting = ManagedRuleGroup::of(ManagedRules::Sql)
            .overriding(EntityName::literal("SQLi_BODY"), RuleAction::Count);
        assert_eq!(from_sdk(&group), Some(counting));
    }

    #[test]
    fn what_is_not_modelled_is_not_taken_for_something_else() {
        let bots = types::AwsManagedRulesBotControlRuleSet::builder()
            .inspection_level(types::InspectionLevel::Common)
            .build()
            .unwrap();
        let config = types::ManagedRuleGroupConfig::builder();
        let group = types::ManagedRuleGroupStatement::builder()
            .vendor_name("AWS")
            .name("AWSManagedRulesBotControlRuleSet")
            .managed_rule_group_configs(config.aws_managed_rules_bot_control_rule_set(bots).build())
            .build()
            .unwrap();
        assert_eq!(from_sdk(&group), None);
    }
}
