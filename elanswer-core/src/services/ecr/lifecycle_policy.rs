//! The lifecycle policy of a repository: which of its images AWS deletes.

use std::{collections::BTreeMap, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Set,
    bounded::Bounded,
    text::{characters, text},
};

/// Which images of a repository AWS deletes, within a day of when they match.
///
/// AWS: [lifecycle policies](https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
/// Not modelled: moving images to the archive, and rules by when an image was last pulled.
///
/// ```
/// use elanswer_core::services::ecr::{ImageAge, ImageCount, LifecyclePolicy, LifecycleRule, TagPrefix};
///
/// let policy = LifecyclePolicy::new([
///     LifecycleRule::untagged_after(ImageAge::of::<14>()),
///     LifecycleRule::keep_last(ImageCount::of::<10>(), [TagPrefix::literal("release-")]),
/// ]);
/// assert!(policy.faults().is_empty());
/// assert_eq!(policy.to_json().parse(), Ok(policy));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyText", into = "PolicyText")]
pub struct LifecyclePolicy {
    /// The rules, by `rulePriority`: one with a lower number is applied first, and an image that it
    /// matches is no business of the others.
    pub rules: BTreeMap<RulePriority, LifecycleRule>,
}

/// The place of a rule among those of its policy.
pub type RulePriority = Bounded<1, 999_999_999>;

/// Days since an image was pushed.
pub type ImageAge = Bounded<1, 36_500>;

/// How many images are kept.
pub type ImageCount = Bounded<1, 100_000>;

/// A rule that deletes images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleRule {
    /// `description`: what it is for.
    pub description: Option<RuleDescription>,
    /// Which images it looks at.
    pub images: Images,
    /// Which of those it deletes.
    pub expiry: Expiry,
}

/// Which images a lifecycle rule looks at: `tagStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Images {
    /// `any`: all that no other rule matches. Such a rule is the last of its policy.
    Any,
    /// `tagged` and `tagPatternList`: those that have, for each pattern, a tag like it.
    TaggedLike(Set<TagPattern>),
    /// `tagged` and `tagPrefixList`: those that have, for each prefix, a tag that begins with it.
    TaggedWith(Set<TagPrefix>),
    /// `untagged`.
    Untagged,
}

/// Which of its images a lifecycle rule deletes: `countType` and `countNumber`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// `imageCountMoreThan`: all but the newest so many.
    AllBut(ImageCount),
    /// `sinceImagePushed`: those that were pushed so many days ago.
    After(ImageAge),
}

text! {
    /// What a lifecycle rule is for.
    RuleDescription: "the description of a lifecycle rule",
    "1 to 256 characters",
    is_description
}

text! {
    /// What the tag of an image begins with.
    TagPrefix: "the beginning of an image tag",
    "1 to 128 ASCII letters, digits and `._-`, neither `.` nor `-` first",
    is_prefix
}

text! {
    /// What the tag of an image is like: `*` stands for any number of characters.
    TagPattern: "the pattern of an image tag",
    "1 to 128 ASCII letters, digits, `._-` and at most four `*`, neither `.` nor `-` first",
    is_pattern
}

const fn is_description(text: &str) -> bool {
    let length = characters(text);
    1 <= length && length <= 256
}

const fn is_prefix(text: &str) -> bool {
    is_tag(text, 0)
}

const fn is_pattern(text: &str) -> bool {
    is_tag(text, 4)
}

/// Whether it is the tag of an image, with at most so many `*`.
const fn is_tag(text: &str, mut stars: usize) -> bool {
    let mut rest = text.as_bytes();
    if rest.is_empty() || rest.len() > 128 {
        return false;
    }
    while let Some((byte, tail)) = rest.split_first() {
        let fits = match *byte {
            b'.' | b'-' => rest.len() < text.len(),
            b'*' if stars > 0 => {
                stars -= 1;
                true
            }
            other => other == b'_' || other.is_ascii_alphanumeric(),
        };
        if !fits {
            return false;
        }
        rest = tail;
    }
    true
}

/// What AWS refuses in a lifecycle policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LifecycleFault {
    /// A rule for all images comes before another.
    #[error("the rule for all images has the priority {0}, and must be the last")]
    AnyNotLast(RulePriority),
    /// It has no rule.
    #[error("a lifecycle policy has a rule at least")]
    Empty,
    /// A rule names no tags.
    #[error("the rule of priority {0} names neither prefixes nor patterns of tags")]
    NoTags(RulePriority),
    /// It has more than 50 rules.
    #[error("a lifecycle policy has at most 50 rules, not {0}")]
    TooMany(usize),
    /// Two rules are about untagged images.
    #[error("the rules of priorities {0} and {1} are both about untagged images")]
    UntaggedTwice(RulePriority, RulePriority),
}

impl LifecyclePolicy {
    /// The most rules of a policy.
    pub const LIMIT: usize = 50;

    /// These rules, with the priorities 1, 2, 3 and so on.
    pub fn new(rules: impl IntoIterator<Item = LifecycleRule>) -> Self {
        let priorities = (1..).map_while(|number| RulePriority::new(number).ok());
        Self { rules: priorities.zip(rules).collect() }
    }

    /// With one more rule, in the place of one of the same priority.
    #[must_use]
    pub fn with(mut self, priority: RulePriority, rule: LifecycleRule) -> Self {
        self.rules.insert(priority, rule);
        self
    }

    /// What AWS refuses in it.
    #[must_use]
    pub fn faults(&self) -> Vec<LifecycleFault> {
        let mut faults = Vec::new();
        match self.rules.len() {
            0 => faults.push(LifecycleFault::Empty),
            count if count > Self::LIMIT => faults.push(LifecycleFault::TooMany(count)),
            _ => {}
        }
        let last = self.rules.last_key_value().map(|(priority, _)| *priority);
        let mut untagged = None;
        for (priority, rule) in &self.rules {
            match &rule.images {
                Images::Any if last != Some(*priority) => {
                    faults.push(LifecycleFault::AnyNotLast(*priority));
                }
                Images::TaggedLike(patterns) if patterns.is_empty() => {
                    faults.push(LifecycleFault::NoTags(*priority));
                }
                Images::TaggedWith(prefixes) if prefixes.is_empty() => {
                    faults.push(LifecycleFault::NoTags(*priority));
                }
                Images::Untagged => {
                    let first = *untagged.get_or_insert(*priority);
                    if first != *priority {
                        faults.push(LifecycleFault::UntaggedTwice(first, *priority));
                    }
                }
                Images::Any | Images::TaggedLike(_) | Images::TaggedWith(_) => {}
            }
        }
        faults
    }

    /// The policy in JSON without white space, as AWS gets it: policies that mean the same are the
    /// same text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rules = self.rules.iter().map(|(priority, rule)| rule.to_json(*priority)).collect();
        serde_json::to_string(&Document { rules }).unwrap_or_default()
    }
}

impl LifecycleRule {
    /// Deletes, of `images`, what `expiry` says.
    #[must_use]
    pub const fn new(images: Images, expiry: Expiry) -> Self {
        Self { description: None, images, expiry }
    }

    /// Deletes images without a tag this many days after they were pushed.
    #[must_use]
    pub const fn untagged_after(age: ImageAge) -> Self {
        Self::new(Images::Untagged, Expiry::After(age))
    }

    /// Keeps the newest so many of the images with tags that begin so.
    pub fn keep_last(count: ImageCount, prefixes: impl IntoIterator<Item = TagPrefix>) -> Self {
        Self::new(Images::TaggedWith(prefixes.into_iter().collect()), Expiry::AllBut(count))
    }

    /// Keeps the newest so many of all the images that no other rule matches.
    #[must_use]
    pub const fn keep_last_of_all(count: ImageCount) -> Self {
        Self::new(Images::Any, Expiry::AllBut(count))
    }

    /// With what it is for.
    #[must_use]
    pub fn described(mut self, description: RuleDescription) -> Self {
        self.description = Some(description);
        self
    }

    fn to_json(&self, priority: RulePriority) -> Rule {
        let (tag_status, tag_pattern_list, tag_prefix_list) = match &self.images {
            Images::Any => (TagStatus::Any, None, None),
            Images::TaggedLike(patterns) => (TagStatus::Tagged, Some(patterns.clone()), None),
            Images::TaggedWith(prefixes) => (TagStatus::Tagged, None, Some(prefixes.clone())),
            Images::Untagged => (TagStatus::Untagged, None, None),
        };
        let (count_type, count_unit, count_number) = match self.expiry {
            Expiry::AllBut(count) => (CountType::ImageCountMoreThan, None, count.get()),
            Expiry::After(age) => (CountType::SinceImagePushed, Some(CountUnit::Days), age.get()),
        };
        Rule {
            rule_priority: priority,
            description: self.description.clone(),
            selection: Selection {
                tag_status,
                tag_pattern_list,
                tag_prefix_list,
                count_type,
                count_unit,
                count_number,
            },
            action: Action::Expire {},
        }
    }
}

/// A text is not a lifecycle policy, or is one that is not modelled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a lifecycle policy: {reason}")]
pub struct LifecyclePolicyError {
    reason: String,
}

impl LifecyclePolicyError {
    fn new(reason: &impl ToString) -> Self {
        Self { reason: reason.to_string() }
    }
}

impl FromStr for LifecyclePolicy {
    type Err = LifecyclePolicyError;

    /// Reads the JSON of a policy.
    fn from_str(json: &str) -> Result<Self, LifecyclePolicyError> {
        let document: Document =
            serde_json::from_str(json).map_err(|error| LifecyclePolicyError::new(&error))?;
        let mut rules = BTreeMap::new();
        for rule in document.rules {
            let priority = rule.rule_priority;
            if rules.insert(priority, LifecycleRule::try_from(rule)?).is_some() {
                let reason = format!("two rules have the priority {priority}");
                return Err(LifecyclePolicyError::new(&reason));
            }
        }
        Ok(Self { rules })
    }
}

impl TryFrom<Rule> for LifecycleRule {
    type Error = LifecyclePolicyError;

    fn try_from(rule: Rule) -> Result<Self, LifecyclePolicyError> {
        let it = rule.selection;
        let images = match (it.tag_status, it.tag_pattern_list, it.tag_prefix_list) {
            (TagStatus::Any, None, None) => Images::Any,
            (TagStatus::Untagged, None, None) => Images::Untagged,
            (TagStatus::Tagged, Some(patterns), None) => Images::TaggedLike(patterns),
            (TagStatus::Tagged, None, Some(prefixes)) => Images::TaggedWith(prefixes),
            _ => return Err(LifecyclePolicyError::new(&"tags that do not fit the tag status")),
        };
        let expiry = match it.count_type {
            CountType::ImageCountMoreThan => ImageCount::new(it.count_number).map(Expiry::AllBut),
            CountType::SinceImagePushed => ImageAge::new(it.count_number).map(Expiry::After),
        };
        let expiry = expiry.map_err(|error| LifecyclePolicyError::new(&error))?;
        Ok(Self { description: rule.description, images, expiry })
    }
}

/// How CloudFormation has a policy: its JSON in a text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyText {
    lifecycle_policy_text: String,
}

impl From<LifecyclePolicy> for PolicyText {
    fn from(policy: LifecyclePolicy) -> Self {
        Self { lifecycle_policy_text: policy.to_json() }
    }
}

impl TryFrom<PolicyText> for LifecyclePolicy {
    type Error = LifecyclePolicyError;

    fn try_from(text: PolicyText) -> Result<Self, LifecyclePolicyError> {
        text.lifecycle_policy_text.parse()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    rules: Vec<Rule>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    rule_priority: RulePriority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<RuleDescription>,
    selection: Selection,
    action: Action,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selection {
    tag_status: TagStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag_pattern_list: Option<Set<TagPattern>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag_prefix_list: Option<Set<TagPrefix>>,
    count_type: CountType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count_unit: Option<CountUnit>,
    count_number: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum TagStatus {
    Any,
    Tagged,
    Untagged,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum CountType {
    ImageCountMoreThan,
    SinceImagePushed,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum CountUnit {
    Days,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum Action {
    Expire {},
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> LifecyclePolicy {
        LifecyclePolicy::new([
            LifecycleRule::untagged_after(ImageAge::of::<14>())
                .described(RuleDescription::literal("left by builds")),
            LifecycleRule::keep_last(ImageCount::of::<10>(), [TagPrefix::literal("release-")]),
            LifecycleRule::keep_last_of_all(ImageCount::of::<100>()),
        ])
    }

    #[test]
    fn is_the_json_that_aws_takes() {
        let json = policy().to_json();
        insta::assert_snapshot!(json, @r#"{"rules":[{"rulePriority":1,"description":"left by builds","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}},{"rulePriority":2,"selection":{"tagStatus":"tagged","tagPrefixList":["release-"],"countType":"imageCountMoreThan","countNumber":10},"action":{"type":"expire"}},{"rulePriority":3,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":100},"action":{"type":"expire"}}]}"#);
        assert_eq!(json.parse(), Ok(policy()));
        let tree = serde_json::json!({ "LifecyclePolicyText": json });
        assert_eq!(serde_json::to_value(policy()).unwrap(), tree);
    }

    #[test]
    fn the_order_of_what_aws_answers_does_not_matter() {
        let rule = |priority, tags| {
            format!(
                r#"{{ "action": {{"type": "expire"}}, "rulePriority": {priority}, "selection":
                {{ "countNumber": 1, "countType": "imageCountMoreThan", "tagStatus": "tagged",
                "tagPrefixList": {tags} }} }}"#
            )
        };
        let policy = |rules: [String; 2]| -> LifecyclePolicy {
            format!(r#"{{"rules": [{}]}}"#, rules.join(",")).parse().unwrap()
        };
        let one = policy([rule(1, r#"["a", "b"]"#), rule(7, r#"["c"]"#)]);
        let other = policy([rule(7, r#"["c"]"#), rule(1, r#"["b", "a"]"#)]);
        assert_eq!(one.to_json(), other.to_json());
    }

    #[test]
    fn what_is_not_modelled_is_not_read_as_something_else() {
        for (from, to) in [
            ("\"expire\"", "\"transition\""),
            ("sinceImagePushed", "sinceImagePulled"),
            ("\"untagged\"", "\"untagged\",\"storageClass\":\"archive\""),
            ("\"rulePriority\":2", "\"rulePriority\":1"),
            ("\"any\"", "\"any\",\"tagPrefixList\":[\"a\"]"),
        ] {
            let json = policy().to_json().replace(from, to);
            assert!(json.parse::<LifecyclePolicy>().is_err(), "{json}");
        }
    }

    #[test]
    fn finds_what_aws_refuses() {
        let all = LifecycleRule::keep_last_of_all(ImageCount::of::<100>());
        let untagged = || LifecycleRule::untagged_after(ImageAge::of::<1>());
        let texts = |policy: LifecyclePolicy| -> Vec<String> {
            policy.faults().iter().map(ToString::to_string).collect()
        };
        assert_eq!(texts(LifecyclePolicy::default()), ["a lifecycle policy has a rule at least"]);
        assert_eq!(
            texts(LifecyclePolicy::new([untagged(), all, untagged()])),
            [
                "the rule for all images has the priority 2, and must be the last",
                "the rules of priorities 1 and 3 are both about untagged images",
            ]
        );
        assert_eq!(
            texts(LifecyclePolicy::new([LifecycleRule::keep_last(ImageCount::of::<1>(), [])])),
            ["the rule of priority 1 names neither prefixes nor patterns of tags"]
        );
        assert!(policy().faults().is_empty());
    }

    #[test]
    fn tags_have_the_form_that_aws_wants() {
        for good in ["v", "_x", "release-1.2", &"x".repeat(128)] {
            assert!(TagPrefix::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-v", ".v", "a*", "a b", &"x".repeat(129)] {
            assert!(TagPrefix::new(bad).is_err(), "{bad}");
        }
        assert!(TagPattern::new("*v*.*-*").is_ok());
        assert!(TagPattern::new("*****").is_err());
    }
}
