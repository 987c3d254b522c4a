//! What becomes of a request.

use serde::{Deserialize, Serialize};

use crate::bounded::Bounded;

/// The status code of an answer to a request that is blocked.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-status-codes.html>.
pub type ResponseCode = Bounded<200, 599>;

/// What a rule does with a request that it matches.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-action.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Shape", into = "Shape")]
pub enum RuleAction {
    /// `Allow`: it goes on to what it is for, and no later rule sees it.
    Allow,
    /// `Block`: it is answered with 403.
    Block,
    /// `Block` with a `CustomResponse`: it is answered with this code.
    BlockWith(ResponseCode),
    /// `Captcha`: whoever sent it has to show to be a human.
    Captcha,
    /// `Challenge`: what sent it has to show to be a browser.
    Challenge,
    /// `Count`: it is counted, and the next rules see it.
    Count,
}

/// What a web ACL does with a request that no rule allowed or blocked.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "Shape", into = "Shape")]
pub enum DefaultAction {
    /// `Allow`: it goes on to what it is for.
    #[default]
    Allow,
    /// `Block`: it is answered with 403.
    Block,
    /// `Block` with a `CustomResponse`: it is answered with this code.
    BlockWith(ResponseCode),
}

/// What is made of what the rules of a rule group do.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "OverrideShape", into = "OverrideShape")]
pub enum OverrideAction {
    /// `Count`: whatever they do, it is only counted.
    Count,
    /// `None`: nothing; they do what they do.
    #[default]
    None,
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
enum Shape {
    Allow {},
    #[serde(rename_all = "PascalCase")]
    Block {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        custom_response: Option<CustomResponse>,
    },
    Captcha {},
    Challenge {},
    Count {},
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CustomResponse {
    response_code: ResponseCode,
}

#[derive(Clone, Serialize, Deserialize)]
enum OverrideShape {
    Count {},
    None {},
}

fn block(code: Option<ResponseCode>) -> Shape {
    Shape::Block { custom_response: code.map(|response_code| CustomResponse { response_code }) }
}

impl From<RuleAction> for Shape {
    fn from(action: RuleAction) -> Self {
        match action {
            RuleAction::Allow => Self::Allow {},
            RuleAction::Block => block(None),
            RuleAction::BlockWith(code) => block(Some(code)),
            RuleAction::Captcha => Self::Captcha {},
            RuleAction::Challenge => Self::Challenge {},
            RuleAction::Count => Self::Count {},
        }
    }
}

impl From<Shape> for RuleAction {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Allow {} => Self::Allow,
            Shape::Block { custom_response: None } => Self::Block,
            Shape::Block { custom_response: Some(response) } => {
                Self::BlockWith(response.response_code)
            }
            Shape::Captcha {} => Self::Captcha,
            Shape::Challenge {} => Self::Challenge,
            Shape::Count {} => Self::Count,
        }
    }
}

impl From<DefaultAction> for Shape {
    fn from(action: DefaultAction) -> Self {
        RuleAction::from(action).into()
    }
}

impl From<DefaultAction> for RuleAction {
    fn from(action: DefaultAction) -> Self {
        match action {
            DefaultAction::Allow => Self::Allow,
            DefaultAction::Block => Self::Block,
            DefaultAction::BlockWith(code) => Self::BlockWith(code),
        }
    }
}

impl TryFrom<Shape> for DefaultAction {
    type Error = &'static str;

    fn try_from(shape: Shape) -> Result<Self, Self::Error> {
        match shape.into() {
            RuleAction::Allow => Ok(Self::Allow),
            RuleAction::Block => Ok(Self::Block),
            RuleAction::BlockWith(code) => Ok(Self::BlockWith(code)),
            _ => Err("by default a web ACL allows or blocks"),
        }
    }
}

impl From<OverrideAction> for OverrideShape {
    fn from(action: OverrideAction) -> Self {
        match action {
            OverrideAction::Count => Self::Count {},
            OverrideAction::None => Self::None {},
        }
    }
}

impl From<OverrideShape> for OverrideAction {
    fn from(shape: OverrideShape) -> Self {
        match shape {
            OverrideShape::Count {} => Self::Count,
            OverrideShape::None {} => Self::None,
        }
    }
}

impl RuleAction {
    /// Whether it keeps requests out, or makes those who send them prove something.
    #[must_use]
    pub const fn stops(self) -> bool {
        !matches!(self, Self::Allow | Self::Count)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn actions_have_the_shape_of_cloudformation() {
        for (action, tree) in [
            (RuleAction::Allow, json!({"Allow": {}})),
            (RuleAction::Block, json!({"Block": {}})),
            (
                RuleAction::BlockWith(ResponseCode::of::<429>()),
                json!({"Block": {"CustomResponse": {"ResponseCode": 429}}}),
            ),
            (RuleAction::Captcha, json!({"Captcha": {}})),
            (RuleAction::Challenge, json!({"Challenge": {}})),
            (RuleAction::Count, json!({"Count": {}})),
        ] {
            assert_eq!(serde_json::to_value(action).unwrap(), tree);
            assert_eq!(serde_json::from_value::<RuleAction>(tree).unwrap(), action);
        }
        let none = serde_json::to_value(OverrideAction::None).unwrap();
        assert_eq!(none, json!({"None": {}}));
        assert_eq!(serde_json::from_value::<OverrideAction>(none).unwrap(), OverrideAction::None);
    }

    #[test]
    fn a_web_acl_does_not_count_by_default() {
        let block = json!({"Block": {}});
        assert_eq!(serde_json::from_value::<DefaultAction>(block).unwrap(), DefaultAction::Block);
        assert!(serde_json::from_value::<DefaultAction>(json!({"Count": {}})).is_err());
    }
}
