//! Rule groups that others maintain.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{EntityName, RuleAction, Statement, words};
use crate::text::{characters, is_of, text};

/// A rule group that AWS or a seller of its marketplace maintains.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html>.
/// Not modelled: what bot control and fraud control need to know of an application.
///
/// ```
/// use elanswer_core::services::wafv2::{EntityName, ManagedRuleGroup, ManagedRules, RuleAction};
///
/// let common = ManagedRuleGroup::of(ManagedRules::Common)
///     .overriding(EntityName::literal("SizeRestrictions_BODY"), RuleAction::Count);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(try_from = "Shape", into = "Shape")]
pub struct ManagedRuleGroup {
    /// `VendorName`, `Name` and `ManagedRuleGroupConfigs`: which.
    pub rules: ManagedRules,
    /// `Version`. Unset, and AWS's default: the one that its vendor recommends.
    pub version: Option<RuleGroupVersion>,
    /// `RuleActionOverrides`: what rules of it do, other than by themselves. AWS's default:
    /// nothing else.
    #[builder(default)]
    pub overrides: BTreeMap<EntityName, RuleAction>,
    /// `ScopeDownStatement`: which requests it looks at. AWS's default: all.
    #[builder(into)]
    pub scope_down: Option<Statement>,
}

/// The rules of a managed rule group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ManagedRules {
    /// `AWSManagedRulesAdminProtectionRuleSet`: pages for administrators. 100 WCU.
    AdminProtection,
    /// `AWSManagedRulesAmazonIpReputationList`: addresses that Amazon knows for bots. 25 WCU.
    AmazonIpReputation,
    /// `AWSManagedRulesAnonymousIpList`: addresses of those who hide theirs. 50 WCU.
    AnonymousIp,
    /// `AWSManagedRulesAntiDDoSRuleSet`: those who take part in an attack. 50 WCU, and a fee.
    AntiDdos(AntiDdos),
    /// `AWSManagedRulesCommonRuleSet`: what the OWASP Top 10 are about. 700 WCU.
    Common,
    /// `AWSManagedRulesKnownBadInputsRuleSet`: what is known to exploit, such as Log4j. 200 WCU.
    KnownBadInputs,
    /// `AWSManagedRulesLinuxRuleSet`: what exploits Linux. 200 WCU.
    Linux,
    /// `AWSManagedRulesPHPRuleSet`: what exploits PHP. 100 WCU.
    Php,
    /// `AWSManagedRulesUnixRuleSet`: what exploits POSIX. 100 WCU.
    Posix,
    /// `AWSManagedRulesSQLiRuleSet`: SQL injection. 200 WCU.
    Sql,
    /// `AWSManagedRulesWindowsRuleSet`: what exploits Windows. 200 WCU.
    Windows,
    /// `AWSManagedRulesWordPressRuleSet`: what exploits WordPress. 100 WCU.
    WordPress,
    /// Of a seller of the marketplace, or a newer one of AWS that needs no configuration.
    Other {
        /// `VendorName`.
        vendor: VendorName,
        /// `Name`.
        name: ManagedName,
    },
}

text! {
    /// Who maintains a managed rule group.
    VendorName: "the vendor of a rule group",
    "1 to 128 characters",
    is_vendor
}

text! {
    /// The name of a managed rule group that has no name of its own here.
    ManagedName: "the name of a managed rule group",
    "1 to 128 letters, digits, `-` and `_`",
    is_managed_name
}

text! {
    /// A version of a managed rule group.
    RuleGroupVersion: "the version of a rule group",
    "1 to 64 letters, digits and `_#:.-/`, as in `Version_1.4`",
    is_version
}

const fn is_version(text: &str) -> bool {
    is_of(text, 1, 64, "_#:.-/")
}

const fn is_vendor(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 128
}

const fn is_managed_name(text: &str) -> bool {
    is_of(text, 1, 128, "-_")
}

/// How the rule group against denial of service decides.
///
/// AWS: [Anti-DDoS](https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-anti-ddos.html).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Builder)]
pub struct AntiDdos {
    /// `ClientSideActionConfig`: whether browsers have to show that they are some during an
    /// attack. `None` is AWS's `DISABLED`.
    pub challenges: Option<Challenges>,
    /// `SensitivityToBlock`: who is blocked during an attack. AWS's default: those under high
    /// suspicion, `LOW`.
    #[builder(default = Sensitivity::Low)]
    pub sensitivity_to_block: Sensitivity,
}

/// Which requests browsers have to show for that they are some.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Challenges {
    /// `Sensitivity`: how suspect they are. AWS's default: `HIGH`, under any suspicion.
    pub sensitivity: Sensitivity,
    /// `ExemptUriRegularExpressions`: those that cannot be challenged, as requests of programs.
    pub exempt_uris: ExemptUris,
}

words! {
    /// How little suspicion suffices.
    Sensitivity {
        /// High suspicion only.
        Low "LOW",
        /// Medium suspicion.
        Medium "MEDIUM",
        /// Low suspicion.
        High "HIGH",
    }
}

text! {
    /// A regular expression.
    RegexString: "a regular expression",
    "1 to 512 characters",
    is_regex
}

const fn is_regex(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 512
}

/// One to five regular expressions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExemptUris(Vec<RegexString>);

/// Not one to five regular expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AWS WAF takes 1 to 5 regular expressions here, not {0}")]
pub struct ExemptUrisError(usize);

impl ExemptUris {
    /// These.
    ///
    /// # Errors
    ///
    /// When there are none, or more than five.
    pub fn new(regexes: impl IntoIterator<Item = RegexString>) -> Result<Self, ExemptUrisError> {
        let regexes: Vec<_> = regexes.into_iter().collect();
        match regexes.len() {
            1..=5 => Ok(Self(regexes)),
            count => Err(ExemptUrisError(count)),
        }
    }

    /// The regular expressions, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[RegexString] {
        &self.0
    }
}

/// What AWS recommends to begin with: paths of APIs, and files that no browser shows by itself.
impl Default for ExemptUris {
    fn default() -> Self {
        Self(vec![RegexString::literal(
            r"\/api\/|\.(acc|avi|css|gif|jpe?g|js|mp[34]|ogg|otf|pdf|png|tiff?|ttf|webm|webp|woff2?)$",
        )])
    }
}

impl Default for Challenges {
    fn default() -> Self {
        Self { sensitivity: Sensitivity::High, exempt_uris: ExemptUris::default() }
    }
}

/// As AWS recommends: browsers are challenged, who is under high suspicion is blocked.
impl Default for AntiDdos {
    fn default() -> Self {
        Self { challenges: Some(Challenges::default()), sensitivity_to_block: Sensitivity::Low }
    }
}

/// AWS's own name as a vendor.
const AWS: &str = "AWS";

/// Those of AWS that have no configuration, with their names and how much of the capacity of a web
/// ACL they take.
const PLAIN: [(ManagedRules, &str, u32); 11] = [
    (ManagedRules::AdminProtection, "AWSManagedRulesAdminProtectionRuleSet", 100),
    (ManagedRules::AmazonIpReputation, "AWSManagedRulesAmazonIpReputationList", 25),
    (ManagedRules::AnonymousIp, "AWSManagedRulesAnonymousIpList", 50),
    (ManagedRules::Common, "AWSManagedRulesCommonRuleSet", 700),
    (ManagedRules::KnownBadInputs, "AWSManagedRulesKnownBadInputsRuleSet", 200),
    (ManagedRules::Linux, "AWSManagedRulesLinuxRuleSet", 200),
    (ManagedRules::Php, "AWSManagedRulesPHPRuleSet", 100),
    (ManagedRules::Posix, "AWSManagedRulesUnixRuleSet", 100),
    (ManagedRules::Sql, "AWSManagedRulesSQLiRuleSet", 200),
    (ManagedRules::Windows, "AWSManagedRulesWindowsRuleSet", 200),
    (ManagedRules::WordPress, "AWSManagedRulesWordPressRuleSet", 100),
];

/// The one of AWS that has a configuration.
const ANTI_DDOS: (&str, u32) = ("AWSManagedRulesAntiDDoSRuleSet", 50);

impl ManagedRules {
    /// Who maintains them: `AWS`, for all but [`Other`](Self::Other).
    #[must_use]
    pub fn vendor(&self) -> &str {
        match self {
            Self::Other { vendor, .. } => vendor.as_str(),
            _ => AWS,
        }
    }

    /// The name of the rule group: `AWSManagedRulesCommonRuleSet`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other { name, .. } => name.as_str(),
            Self::AntiDdos(_) => ANTI_DDOS.0,
            plain => PLAIN.iter().find(|(it, ..)| it == plain).map_or("", |(_, name, _)| name),
        }
    }

    /// How much of the capacity of a web ACL they take, of those of AWS; their vendor tells that
    /// of others.
    #[must_use]
    pub fn capacity(&self) -> Option<u32> {
        match self {
            Self::Other { .. } => None,
            Self::AntiDdos(_) => Some(ANTI_DDOS.1),
            plain => PLAIN.iter().find(|(it, ..)| it == plain).map(|(.., capacity)| *capacity),
        }
    }

    /// Those of a rule group, by its vendor, its name and what it was told of the application.
    ///
    /// # Errors
    ///
    /// When the vendor or the name is not one.
    pub fn named(
        vendor: &str,
        name: &str,
        config: Option<AntiDdos>,
    ) -> Result<Self, crate::TextError> {
        if let Some(config) = config {
            return Ok(Self::AntiDdos(config));
        }
        let plain = PLAIN.iter().find(|(_, known, _)| vendor == AWS && *known == name);
        match plain {
            Some((rules, ..)) => Ok(rules.clone()),
            None => {
                Ok(Self::Other { vendor: VendorName::new(vendor)?, name: ManagedName::new(name)? })
            }
        }
    }

    /// What it is told of the application, if it takes that.
    #[must_use]
    pub const fn config(&self) -> Option<&AntiDdos> {
        match self {
            Self::AntiDdos(config) => Some(config),
            _ => None,
        }
    }
}

impl ManagedRuleGroup {
    /// The rule group with these rules, as they are.
    #[must_use]
    pub fn of(rules: ManagedRules) -> Self {
        Self::builder().rules(rules).build()
    }

    /// The same, but that this rule of it does something else.
    #[must_use]
    pub fn overriding(mut self, rule: EntityName, action: RuleAction) -> Self {
        self.overrides.insert(rule, action);
        self
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shape {
    vendor_name: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<RuleGroupVersion>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rule_action_overrides: Vec<OverrideShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope_down_statement: Option<Statement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    managed_rule_group_configs: Vec<ConfigShape>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OverrideShape {
    name: EntityName,
    action_to_use: RuleAction,
}

#[derive(Clone, Serialize, Deserialize)]
struct ConfigShape {
    #[serde(rename = "AWSManagedRulesAntiDDoSRuleSet")]
    anti_ddos: AntiDdosShape,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AntiDdosShape {
    client_side_action_config: ClientSideShape,
    sensitivity_to_block: Sensitivity,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClientSideShape {
    challenge: ChallengeShape,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "UsageOfAction", rename_all = "UPPERCASE")]
enum ChallengeShape {
    Disabled {},
    #[serde(rename_all = "PascalCase")]
    Enabled {
        exempt_uri_regular_expressions: Vec<RegexShape>,
        sensitivity: Sensitivity,
    },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegexShape {
    regex_string: RegexString,
}

impl From<AntiDdos> for ConfigShape {
    fn from(config: AntiDdos) -> Self {
        let challenge = config.challenges.map_or(ChallengeShape::Disabled {}, |challenges| {
            let regexes = challenges.exempt_uris.0.into_iter();
            ChallengeShape::Enabled {
                exempt_uri_regular_expressions: regexes
                    .map(|regex_string| RegexShape { regex_string })
                    .collect(),
                sensitivity: challenges.sensitivity,
            }
        });
        let client_side_action_config = ClientSideShape { challenge };
        let sensitivity_to_block = config.sensitivity_to_block;
        Self { anti_ddos: AntiDdosShape { client_side_action_config, sensitivity_to_block } }
    }
}

impl TryFrom<ConfigShape> for AntiDdos {
    type Error = ExemptUrisError;

    fn try_from(ConfigShape { anti_ddos }: ConfigShape) -> Result<Self, Self::Error> {
        let challenges = match anti_ddos.client_side_action_config.challenge {
            ChallengeShape::Disabled {} => None,
            ChallengeShape::Enabled { exempt_uri_regular_expressions, sensitivity } => {
                let regexes = exempt_uri_regular_expressions.into_iter();
                let exempt_uris = ExemptUris::new(regexes.map(|regex| regex.regex_string))?;
                Some(Challenges { sensitivity, exempt_uris })
            }
        };
        Ok(Self { challenges, sensitivity_to_block: anti_ddos.sensitivity_to_block })
    }
}

impl From<ManagedRuleGroup> for Shape {
    fn from(group: ManagedRuleGroup) -> Self {
        let overrides = group.overrides.into_iter();
        Self {
            vendor_name: group.rules.vendor().to_owned(),
            name: group.rules.name().to_owned(),
            version: group.version,
            rule_action_overrides: overrides
                .map(|(name, action_to_use)| OverrideShape { name, action_to_use })
                .collect(),
            scope_down_statement: group.scope_down,
            managed_rule_group_configs: group
                .rules
                .config()
                .map(|config| config.clone().into())
                .into_iter()
                .collect(),
        }
    }
}

impl TryFrom<Shape> for ManagedRuleGroup {
    type Error = String;

    fn try_from(shape: Shape) -> Result<Self, Self::Error> {
        let config = shape.managed_rule_group_configs.into_iter().next().map(AntiDdos::try_from);
        let config = config.transpose().map_err(|error| error.to_string())?;
        let rules = ManagedRules::named(&shape.vendor_name, &shape.name, config);
        let overrides = shape.rule_action_overrides.into_iter();
        Ok(Self {
            rules: rules.map_err(|error| error.to_string())?,
            version: shape.version,
            overrides: overrides.map(|it| (it.name, it.action_to_use)).collect(),
            scope_down: shape.scope_down_statement,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let common = ManagedRuleGroup::of(ManagedRules::Common)
            .overriding(EntityName::literal("SizeRestrictions_BODY"), RuleAction::Count);
        let tree = json!({
            "VendorName": "AWS",
            "Name": "AWSManagedRulesCommonRuleSet",
            "RuleActionOverrides": [
                {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}},
            ],
        });
        assert_eq!(serde_json::to_value(&common).unwrap(), tree);
        assert_eq!(serde_json::from_value::<ManagedRuleGroup>(tree).unwrap(), common);
    }

    #[test]
    fn what_it_is_told_goes_with_it() {
        for config in [
            AntiDdos::default(),
            AntiDdos { challenges: None, sensitivity_to_block: Sensitivity::High },
        ] {
            let group = ManagedRuleGroup::of(ManagedRules::AntiDdos(config));
            let tree = serde_json::to_value(&group).unwrap();
            assert_eq!(tree["Name"], "AWSManagedRulesAntiDDoSRuleSet");
            assert_eq!(serde_json::from_value::<ManagedRuleGroup>(tree).unwrap(), group);
        }
        let group = ManagedRuleGroup::of(ManagedRules::AntiDdos(AntiDdos::default()));
        let tree = serde_json::to_value(group).unwrap();
        let config = &tree["ManagedRuleGroupConfigs"][0]["AWSManagedRulesAntiDDoSRuleSet"];
        assert_eq!(config["SensitivityToBlock"], "LOW");
        let challenge = &config["ClientSideActionConfig"]["Challenge"];
        assert_eq!(challenge["UsageOfAction"], "ENABLED");
        assert_eq!(challenge["Sensitivity"], "HIGH");
        let regexes = &challenge["ExemptUriRegularExpressions"];
        assert!(regexes[0]["RegexString"].as_str().unwrap().starts_with(r"\/api\/"));
    }

    #[test]
    fn rules_are_known_by_their_names() {
        for (rules, name, capacity) in PLAIN {
            assert_eq!((rules.name(), rules.capacity()), (name, Some(capacity)));
            assert_eq!(ManagedRules::named("AWS", name, None), Ok(rules));
        }
        let other = ManagedRules::named("Acme", "AWSManagedRulesCommonRuleSet", None).unwrap();
        assert_eq!((other.vendor(), other.capacity()), ("Acme", None));
    }
}
