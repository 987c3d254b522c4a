//! What becomes of a request.

use aws_sdk_wafv2::{error::BuildError, types};
use elanswer_core::services::wafv2::{DefaultAction, OverrideAction, ResponseCode, RuleAction};

fn block(code: Option<ResponseCode>) -> Result<types::BlockAction, BuildError> {
    let response = code.map(|code| {
        let code = i32::try_from(code.get()).unwrap_or(i32::MAX);
        types::CustomResponse::builder().response_code(code).build()
    });
    Ok(types::BlockAction::builder().set_custom_response(response.transpose()?).build())
}

/// The status code of an answer; the outer `None` is one that elanswer does not know.
fn response_code(block: &types::BlockAction) -> Option<Option<ResponseCode>> {
    let Some(response) = block.custom_response() else { return Some(None) };
    let plain = response.custom_response_body_key().is_none()
        && response.response_headers.as_ref().is_none_or(Vec::is_empty);
    let code = u32::try_from(response.response_code()).ok();
    code.filter(|_| plain).and_then(|code| ResponseCode::new(code).ok()).map(Some)
}

pub(super) fn to_sdk(action: RuleAction) -> Result<types::RuleAction, BuildError> {
    let it = types::RuleAction::builder();
    let it = match action {
        RuleAction::Allow => it.allow(types::AllowAction::builder().build()),
        RuleAction::Block => it.block(block(None)?),
        RuleAction::BlockWith(code) => it.block(block(Some(code))?),
        RuleAction::Captcha => it.captcha(types::CaptchaAction::builder().build()),
        RuleAction::Challenge => it.challenge(types::ChallengeAction::builder().build()),
        RuleAction::Count => it.count(types::CountAction::builder().build()),
    };
    Ok(it.build())
}

pub(super) fn from_sdk(action: &types::RuleAction) -> Option<RuleAction> {
    if let Some(block) = action.block() {
        return Some(response_code(block)?.map_or(RuleAction::Block, RuleAction::BlockWith));
    }
    let allow = action.allow().map(|_| RuleAction::Allow);
    let captcha = action.captcha().map(|_| RuleAction::Captcha);
    let challenge = action.challenge().map(|_| RuleAction::Challenge);
    allow.or(captcha).or(challenge).or(action.count().map(|_| RuleAction::Count))
}

pub(super) fn default_to_sdk(action: DefaultAction) -> Result<types::DefaultAction, BuildError> {
    let it = types::DefaultAction::builder();
    let it = match action {
        DefaultAction::Allow => it.allow(types::AllowAction::builder().build()),
        DefaultAction::Block => it.block(block(None)?),
        DefaultAction::BlockWith(code) => it.block(block(Some(code))?),
    };
    Ok(it.build())
}

pub(super) fn default_from_sdk(action: &types::DefaultAction) -> Option<DefaultAction> {
    if let Some(block) = action.block() {
        return Some(response_code(block)?.map_or(DefaultAction::Block, DefaultAction::BlockWith));
    }
    action.allow().map(|_| DefaultAction::Allow)
}

pub(super) fn override_to_sdk(action: OverrideAction) -> types::OverrideAction {
    let it = types::OverrideAction::builder();
    match action {
        OverrideAction::Count => it.count(types::CountAction::builder().build()),
        OverrideAction::None => it.none(types::NoneAction::builder().build()),
    }
    .build()
}

pub(super) fn override_from_sdk(action: &types::OverrideAction) -> Option<OverrideAction> {
    let count = action.count().map(|_| OverrideAction::Count);
    count.or(action.none().map(|_| OverrideAction::None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_comes_back() {
        for action in [
            RuleAction::Allow,
            RuleAction::Block,
            RuleAction::BlockWith(ResponseCode::of::<429>()),
            RuleAction::Captcha,
            RuleAction::Challenge,
            RuleAction::Count,
        ] {
            assert_eq!(from_sdk(&to_sdk(action).unwrap()), Some(action));
        }
        let code = DefaultAction::BlockWith(ResponseCode::of::<404>());
        for action in [DefaultAction::Allow, DefaultAction::Block, code] {
            assert_eq!(default_from_sdk(&default_to_sdk(action).unwrap()), Some(action));
        }
        for action in [OverrideAction::Count, OverrideAction::None] {
            assert_eq!(override_from_sdk(&override_to_sdk(action)), Some(action));
        }
    }

    #[test]
    fn an_answer_with_a_body_is_not_taken_for_one_without() {
        let response = types::CustomResponse::builder()
            .response_code(403)
            .custom_response_body_key("sorry")
            .build()
            .unwrap();
        let block = types::BlockAction::builder().custom_response(response).build();
        assert_eq!(from_sdk(&types::RuleAction::builder().block(block).build()), None);
        assert_eq!(from_sdk(&types::RuleAction::builder().build()), None);
    }
}
