//! `AWS::XRay::SamplingRule`.

use std::{collections::BTreeMap, fmt};

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    arn::ArnFields,
    bounded::Bounded,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
    text::{characters, is_of, text},
};

/// Which requests are traced: the first so many of each second, and a part of the others.
///
/// AWS: [`AWS::XRay::SamplingRule`](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html).
/// Programs ask X-Ray for the rules, and the one with the lowest priority that matches a request
/// decides; where none matches, it is one request each second and a twentieth of the others.
/// Quota: 25 per Region.
///
/// Not modelled: boosts of the rate. An update leaves them.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::xray::{
///         FixedRate, Pattern, ReservoirSize, RuleName, RulePriority, Sampling, SamplingRule,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let checkout = Sampling::builder()
///     .rule_name(RuleName::literal("checkout"))
///     .priority(RulePriority::of::<100>())
///     .url_path(Pattern::literal("/checkout/*"))
///     .reservoir_size(ReservoirSize::of::<10>())
///     .fixed_rate(FixedRate::percent::<50>())
///     .build();
/// arch.resource("checkout", SamplingRule::of(checkout));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SamplingRule {
    /// `SamplingRule`: the rule itself.
    #[serde(rename = "SamplingRule")]
    pub rule: Sampling,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Which requests a rule matches, and how many of them are traced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Sampling {
    /// `RuleName`: unique in the account and Region, and not `Default`. Changing it replaces the
    /// rule.
    pub rule_name: RuleName,
    /// `Priority`, 1 to 9999: of two that match, the lower one decides.
    pub priority: RulePriority,
    /// `ReservoirSize`: how many requests of each second are traced in any case, by all programs
    /// together. elanswer's default: 1.
    #[builder(default = ReservoirSize::of::<1>())]
    pub reservoir_size: ReservoirSize,
    /// `FixedRate`: which part of the others is traced, 0 to 1. elanswer's default: a twentieth.
    #[builder(default = FixedRate::percent::<5>())]
    pub fixed_rate: FixedRate,
    /// `ServiceName`: how the program calls itself. elanswer's default: any.
    #[builder(default = Pattern::ANY)]
    pub service_name: Pattern,
    /// `ServiceType`: where it runs, such as `AWS::ECS::Container`. elanswer's default: anywhere.
    #[builder(default = Pattern::ANY)]
    pub service_type: Pattern,
    /// `Host`: of the URL. elanswer's default: any.
    #[builder(default = Pattern::ANY)]
    pub host: Pattern,
    /// `HTTPMethod`. elanswer's default: any.
    #[builder(default = Pattern::ANY)]
    #[serde(rename = "HTTPMethod")]
    pub http_method: Pattern,
    /// `URLPath`. elanswer's default: any.
    #[builder(default = Pattern::ANY)]
    #[serde(rename = "URLPath")]
    pub url_path: Pattern,
    /// `ResourceARN`: of what the program runs on. elanswer's default: any.
    #[builder(default = Pattern::ANY)]
    #[serde(rename = "ResourceARN")]
    pub resource_arn: Pattern,
    /// `Attributes`: what else must be known of the request when it begins, at most five. AWS's
    /// default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

text! {
    /// The name of a sampling rule.
    ///
    /// Source: <https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html>.
    RuleName: "the name of a sampling rule",
    "1 to 32 letters, digits, `-` and `_`, and not `Default`",
    is_rule_name
}

const fn is_rule_name(text: &str) -> bool {
    is_of(text, 1, 32, "-_") && !matches!(text.as_bytes(), b"Default")
}

text! {
    /// What a part of a request looks like: `*` is any text, `?` any character.
    ///
    /// Source: <https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html>.
    Pattern: "a pattern of a sampling rule",
    "1 to 128 characters",
    is_pattern
}

impl Pattern {
    /// Whatever it is.
    pub const ANY: Self = Self::literal("*");
}

const fn is_pattern(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 128
}

text! {
    /// The ARN of a sampling rule.
    SamplingRuleArn: "the ARN of a sampling rule",
    "`arn:aws:xray:`, Region, `:`, account, `:sampling-rule/`, name",
    is_sampling_rule_arn
}

const fn is_sampling_rule_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    arn.named("xray", "sampling-rule/").is_some()
}

/// The priority of a sampling rule: 1 to 9999, of which the lower one comes first.
pub type RulePriority = Bounded<1, 9999>;

/// How many requests of each second are traced in any case.
pub type ReservoirSize = Bounded<0, 2_147_483_647>;

/// Which part of requests is traced: 0 to 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct FixedRate(
    /// Its bits: of one number, one form.
    u64,
);

/// A number that is no part.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is no part of requests: from 0 to 1")]
pub struct FixedRateError(f64);

impl FixedRate {
    /// `PERCENT` of a hundred; more do not compile.
    #[must_use]
    pub fn percent<const PERCENT: u32>() -> Self {
        const {
            assert!(PERCENT <= 100, "a part is at most 100 percent");
        }
        Self::of(f64::from(PERCENT) / 100.0)
    }

    /// The part.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// Zero has two forms.
    const fn of(part: f64) -> Self {
        Self(if part == 0.0 { 0 } else { part.to_bits() })
    }
}

impl TryFrom<f64> for FixedRate {
    type Error = FixedRateError;

    fn try_from(part: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&part) { Ok(Self::of(part)) } else { Err(FixedRateError(part)) }
    }
}

impl From<FixedRate> for f64 {
    fn from(rate: FixedRate) -> Self {
        rate.get()
    }
}

impl fmt::Debug for FixedRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FixedRate").field(&self.get()).finish()
    }
}

/// What AWS decides of a sampling rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplingRuleOutputs {
    /// `RuleARN`: `arn:aws:xray:us-east-1:123456789012:sampling-rule/NAME`.
    #[serde(rename = "RuleARN")]
    pub rule_arn: SamplingRuleArn,
}

impl Ref<SamplingRule> {
    /// `RuleARN`.
    #[must_use]
    pub fn rule_arn(&self) -> Output<SamplingRuleArn> {
        self.output("RuleARN")
    }
}

impl SamplingRule {
    /// A rule without tags.
    #[must_use]
    pub fn of(rule: Sampling) -> Self {
        Self { rule, tags: Tags::new() }
    }
}

impl Resource for SamplingRule {
    type Outputs = SamplingRuleOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "RuleARN",
        outputs: &["RuleARN"],
        replaces: &["SamplingRule.RuleName"],
        resource_type: Some("xray:sampling-rule"),
        named_by_arn: true,
        api: "xray",
        ..Schema::new(Kind::new("AWS::XRay::SamplingRule"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateSamplingRule`, `UpdateSamplingRule` and the calls for tags, `DeleteSamplingRule`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                u32::from(from.rule != to.rule) + super::tag_calls(&from.tags, &to.tags)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let rule = Sampling::builder()
            .rule_name(RuleName::literal("checkout"))
            .priority(RulePriority::of::<100>())
            .url_path(Pattern::literal("/checkout/*"))
            .build();
        let tree = json!({
            "SamplingRule": {
                "RuleName": "checkout",
                "Priority": 100,
                "ReservoirSize": 1,
                "FixedRate": 0.05,
                "ServiceName": "*",
                "ServiceType": "*",
                "Host": "*",
                "HTTPMethod": "*",
                "URLPath": "/checkout/*",
                "ResourceARN": "*",
                "Attributes": {},
            },
            "Tags": [],
        });
        let rule = SamplingRule::of(rule);
        assert_eq!(Value::Object(properties_of(&rule)), tree);
        assert_eq!(serde_json::from_value::<SamplingRule>(tree).unwrap(), rule);
    }

    #[test]
    fn a_part_is_at_most_all() {
        assert_eq!(FixedRate::try_from(1.0), Ok(FixedRate::percent::<100>()));
        assert_eq!(FixedRate::try_from(-0.0), Ok(FixedRate::percent::<0>()));
        for bad in [-0.1, 1.1, f64::INFINITY] {
            assert_eq!(FixedRate::try_from(bad), Err(FixedRateError(bad)));
        }
        assert!(RuleName::new("Default").is_err());
    }
}
