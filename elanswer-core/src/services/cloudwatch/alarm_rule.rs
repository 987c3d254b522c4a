//! When an alarm over other alarms is one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Alarm, AlarmName, CompositeAlarm};
use crate::reference::{Input, Ref, Reference};

pub use parse::AlarmRuleError;

mod parse;

/// When an alarm over other alarms is in the state `ALARM`: an expression over their states.
///
/// AWS: [`AlarmRule`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).
///
/// ```
/// use elanswer_core::services::cloudwatch::{AlarmName, AlarmRule};
///
/// let slow = AlarmRule::alarm(AlarmName::literal("slow"));
/// let deploying = AlarmRule::alarm(AlarmName::literal("deploying"));
/// let rule = slow.and(deploying.negated());
/// assert_eq!(rule.to_string(), r#"ALARM("slow") AND NOT ALARM("deploying")"#);
/// assert_eq!(rule.to_string().parse(), Ok(rule));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmRule(Expression);

/// An expression. Neither `All` nor `Any` has one of its kind in it, or fewer than two parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Constant(bool),
    Not(Box<Self>),
    State(State, Input<AlarmName>),
}

/// A state that another alarm may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum State {
    Alarm,
    InsufficientData,
    Ok,
}

impl State {
    const fn function(self) -> &'static str {
        match self {
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
            Self::Ok => "OK",
        }
    }
}

impl AlarmRule {
    /// How many other alarms a rule names at most.
    pub const MAX_CHILDREN: usize = 100;

    /// How many alarms, constants and parentheses a rule has at most.
    pub const MAX_ELEMENTS: usize = 500;

    /// While this alarm is in the state `ALARM`.
    pub fn alarm(alarm: impl Into<Input<AlarmName>>) -> Self {
        Self(Expression::State(State::Alarm, alarm.into()))
    }

    /// While this alarm is in the state `OK`.
    pub fn ok(alarm: impl Into<Input<AlarmName>>) -> Self {
        Self(Expression::State(State::Ok, alarm.into()))
    }

    /// While this alarm is in the state `INSUFFICIENT_DATA`.
    pub fn insufficient_data(alarm: impl Into<Input<AlarmName>>) -> Self {
        Self(Expression::State(State::InsufficientData, alarm.into()))
    }

    /// While both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Expression::all(vec![self.0, other.0]))
    }

    /// While one of both holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Expression::any(vec![self.0, other.0]))
    }

    /// While it does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.not())
    }

    /// While one of these holds; `None` of none.
    pub fn any_of(rules: impl IntoIterator<Item = Self>) -> Option<Self> {
        rules.into_iter().reduce(Self::or)
    }

    /// While all of these hold; `None` of none.
    pub fn all_of(rules: impl IntoIterator<Item = Self>) -> Option<Self> {
        rules.into_iter().reduce(Self::and)
    }

    /// The names of the alarms that it is about, in its order; some may be there twice.
    #[must_use]
    pub fn children(&self) -> Vec<&Input<AlarmName>> {
        let mut found = Vec::new();
        self.0.children(&mut found);
        found
    }

    /// How many alarms, constants and parentheses it has.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.0.elements()
    }

    /// As the text that AWS takes.
    #[must_use]
    pub fn text(&self) -> Input<String> {
        let mut text = Text::default();
        self.0.write(&mut text);
        text.done()
    }
}

impl Expression {
    fn all(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::All(inner) => inner,
            other => vec![other],
        });
        Self::All(flat.collect())
    }

    fn any(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        Self::Any(flat.collect())
    }

    fn not(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn children<'a>(&'a self, found: &mut Vec<&'a Input<AlarmName>>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.children(found));
            }
            Self::Constant(_) => {}
            Self::Not(inner) => inner.children(found),
            Self::State(_, alarm) => found.push(alarm),
        }
    }

    fn elements(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::elements_within).sum(),
            Self::Constant(_) | Self::State(..) => 1,
            Self::Not(inner) => inner.elements_within(),
        }
    }

    /// With the parentheses that it stands in.
    fn elements_within(&self) -> usize {
        self.elements() + if self.is_compound() { 2 } else { 0 }
    }

    const fn is_compound(&self) -> bool {
        matches!(self, Self::All(_) | Self::Any(_))
    }

    fn write(&self, text: &mut Text) {
        match self {
            Self::All(parts) => Self::write_parts(parts, " AND ", text),
            Self::Any(parts) => Self::write_parts(parts, " OR ", text),
            Self::Constant(value) => text.push(if *value { "TRUE" } else { "FALSE" }),
            Self::Not(inner) => {
                text.push("NOT ");
                inner.write_within(text);
            }
            Self::State(state, alarm) => {
                text.push(state.function());
                text.push("(\"");
                text.name(alarm);
                text.push("\")");
            }
        }
    }

    fn write_parts(parts: &[Self], between: &str, text: &mut Text) {
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                text.push(between);
            }
            part.write_within(text);
        }
    }

    fn write_within(&self, text: &mut Text) {
        if self.is_compound() {
            text.push("(");
            self.write(text);
            text.push(")");
        } else {
            self.write(text);
        }
    }
}

/// A text of literals and names that are not known yet.
#[derive(Default)]
struct Text {
    parts: Vec<Input<String>>,
    last: String,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.last.push_str(text);
    }

    fn name(&mut self, name: &Input<AlarmName>) {
        match name.clone().widened::<String>() {
            Input::Literal(name) => {
                let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
                self.push(&escaped);
            }
            other => {
                let before = std::mem::take(&mut self.last);
                self.parts.extend([Input::Literal(before), other]);
            }
        }
    }

    fn done(mut self) -> Input<String> {
        self.parts.push(Input::Literal(self.last));
        Input::concat(self.parts)
    }
}

/// Names that are not known yet stand in it as their references.
impl fmt::Display for AlarmRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn write(text: &Input<String>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match text {
                Input::Literal(text) => f.write_str(text),
                Input::Output(reference) => write!(f, "{reference}"),
                Input::Join(parts) => parts.iter().try_for_each(|part| write(part, f)),
            }
        }
        write(&self.text(), f)
    }
}

impl std::str::FromStr for AlarmRule {
    type Err = AlarmRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::rule(text, &[])
    }
}

impl Serialize for AlarmRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AlarmRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Input::<String>::deserialize(deserializer)?;
        let mut references = Vec::new();
        let text = marked(text, &mut references);
        parse::rule(&text, &references).map_err(serde::de::Error::custom)
    }
}

/// What a reference stands between in a text: no name has control characters.
const MARK: char = '\u{1}';

/// The text with the number of its reference for each name that is not known yet.
fn marked(text: Input<String>, references: &mut Vec<Reference>) -> String {
    match text {
        Input::Literal(text) => text,
        Input::Output(reference) => {
            references.push(reference);
            format!("{MARK}{}{MARK}", references.len() - 1)
        }
        Input::Join(parts) => parts.into_iter().map(|part| marked(part, references)).collect(),
    }
}

macro_rules! named {
    ($kind:ty) => {
        impl From<&Ref<$kind>> for Input<AlarmName> {
            fn from(alarm: &Ref<$kind>) -> Self {
                let known = alarm.known().and_then(|name| AlarmName::new(name).ok());
                known.map_or_else(|| alarm.alarm_name().into(), Self::Literal)
            }
        }
    };
}

named!(Alarm);
named!(CompositeAlarm);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ResourceId;

    fn alarm(name: &'static str) -> AlarmRule {
        AlarmRule::alarm(AlarmName::literal(name))
    }

    #[test]
    fn a_rule_is_a_text_and_back() {
        let rules = [
            alarm("a"),
            AlarmRule::ok(AlarmName::literal("a \"quoted\" \\ name")),
            AlarmRule::insufficient_data(AlarmName::literal("a")),
            alarm("a").or(alarm("b")).or(alarm("c")),
            alarm("a").or(alarm("b")).and(alarm("c").negated()),
            alarm("a").and(alarm("b")).or(alarm("c").and(alarm("d"))),
            alarm("a").or(alarm("b")).negated(),
        ];
        for rule in rules {
            assert_eq!(rule.to_string().parse(), Ok(rule.clone()), "{rule}");
            let tree = serde_json::to_value(&rule).unwrap();
            assert!(tree.is_string());
            assert_eq!(serde_json::from_value::<AlarmRule>(tree).unwrap(), rule);
        }
        assert_eq!(alarm("a").negated().negated(), alarm("a"));
    }

    #[test]
    fn reads_what_others_write() {
        let rule: AlarmRule =
            " ( ALARM(a b) OR ok('c') )AND NOT ALARM(\"d\") OR TRUE".parse().unwrap();
        let text = "((ALARM(\"a b\") OR OK(\"c\")) AND NOT ALARM(\"d\")) OR TRUE";
        assert_eq!(rule.to_string(), text);
        assert_eq!((rule.children().len(), rule.elements()), (3, 8));
        for bad in ["", "ALARM", "ALARM()", "ALARM(a", "ALARM(a) ALARM(b)", "(ALARM(a)", "a AND b"]
        {
            assert!(bad.parse::<AlarmRule>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_that_are_not_known_yet_are_references() {
        let one = Ref::<Alarm>::managed(ResourceId::new("one").unwrap());
        let two = Ref::<CompositeAlarm>::managed(ResourceId::new("two").unwrap());
        let rule = AlarmRule::alarm(&one).or(AlarmRule::ok(&two)).or(alarm("three"));
        let tree = serde_json::to_value(&rule).unwrap();
        let expected = serde_json::json!({ "Fn::Join": ["", [
            "ALARM(\"",
            { "Fn::GetAtt": ["one", "AlarmName"] },
            "\") OR OK(\"",
            { "Fn::GetAtt": ["two", "AlarmName"] },
            "\") OR ALARM(\"three\")",
        ]] });
        assert_eq!(tree, expected);
        assert_eq!(serde_json::from_value::<AlarmRule>(tree).unwrap(), rule);
        let existing = Ref::<Alarm>::existing("late");
        assert_eq!(AlarmRule::alarm(&existing), alarm("late"));
    }
}
