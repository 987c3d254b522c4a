//! Actions of listeners and rules over the SDK.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html>.

use std::str::FromStr;

use aws_sdk_elasticloadbalancingv2::types::{
    self, ActionTypeEnum, FixedResponseActionConfig, ProtocolEnum, RedirectActionConfig,
    RedirectActionStatusCodeEnum,
};
use elanswer_core::{
    Ref,
    executor::ExecError,
    services::elbv2::{Action, FixedResponse, Protocol, Redirect, RedirectStatus},
};

use super::foreign;

/// How AWS says that a part of the request stays.
const KEEP_PROTOCOL: &str = "#{protocol}";
const KEEP_PORT: &str = "#{port}";

/// The actions of a create or modify call. Kinds of action that this version does not know are
/// refused.
pub(super) fn to_sdk(
    operation: &'static str,
    action: &Action,
) -> Result<Vec<types::Action>, ExecError> {
    let builder = types::Action::builder();
    let action = match action {
        Action::FixedResponse(response) => {
            let config = FixedResponseActionConfig::builder()
                .status_code(response.status_code.to_string())
                .set_content_type(response.content_type.map(|it| it.as_str().to_owned()))
                .set_message_body(response.message_body.clone())
                .build();
            builder.r#type(ActionTypeEnum::FixedResponse).fixed_response_config(config)
        }
        Action::Forward(target) => builder
            .r#type(ActionTypeEnum::Forward)
            .set_target_group_arn(target.known().map(str::to_owned)),
        Action::Redirect(redirect) => {
            builder.r#type(ActionTypeEnum::Redirect).redirect_config(redirect_to_sdk(redirect))
        }
        other => return Err(foreign(operation, format_args!("the action {other:?}"))),
    };
    Ok(vec![action.build()])
}

fn redirect_to_sdk(redirect: &Redirect) -> RedirectActionConfig {
    let port = redirect.port.map_or_else(|| KEEP_PORT.to_owned(), |port| port.to_string());
    RedirectActionConfig::builder()
        .protocol(redirect.protocol.map_or(KEEP_PROTOCOL, Protocol::as_str))
        .port(port)
        .host(&redirect.host)
        .path(&redirect.path)
        .query(&redirect.query)
        .status_code(match redirect.status_code {
            RedirectStatus::Permanent => RedirectActionStatusCodeEnum::Http301,
            RedirectStatus::Temporary => RedirectActionStatusCodeEnum::Http302,
        })
        .build()
}

/// The one action that a listener or rule has.
pub(super) fn from_sdk(
    operation: &'static str,
    actions: &[types::Action],
) -> Result<Action, ExecError> {
    let [action] = actions else {
        return Err(foreign(operation, format_args!("a list of {} actions", actions.len())));
    };
    let known = match action.r#type() {
        Some(ActionTypeEnum::FixedResponse) => {
            action.fixed_response_config().and_then(fixed_response).map(Action::FixedResponse)
        }
        Some(ActionTypeEnum::Forward) => {
            target_of(action).map(|arn| Action::Forward(Ref::existing(arn)))
        }
        Some(ActionTypeEnum::Redirect) => {
            action.redirect_config().and_then(redirect).map(Action::Redirect)
        }
        _ => None,
    };
    known.ok_or_else(|| foreign(operation, format_args!("the action {action:?}")))
}

/// The target group of a forward action, unless there are several.
fn target_of(action: &types::Action) -> Option<&str> {
    match action.forward_config().map(|config| config.target_groups()) {
        None | Some([]) => action.target_group_arn(),
        Some([only]) => only.target_group_arn(),
        Some(_) => None,
    }
}

fn fixed_response(config: &FixedResponseActionConfig) -> Option<FixedResponse> {
    let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Some(FixedResponse {
        status_code: config.status_code()?.parse().ok()?,
        content_type: match filled(config.content_type()) {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        },
        message_body: filled(config.message_body()),
    })
}

fn redirect(config: &RedirectActionConfig) -> Option<Redirect> {
    let permanent = RedirectActionStatusCodeEnum::Http301;
    let redirect = Redirect::builder()
        .maybe_protocol(kept(config.protocol(), KEEP_PROTOCOL)?)
        .maybe_port(kept(config.port(), KEEP_PORT)?)
        .maybe_host(config.host())
        .maybe_path(config.path())
        .maybe_query(config.query())
        .status_code(match config.status_code()? {
            code if *code == permanent => RedirectStatus::Permanent,
            _ => RedirectStatus::Temporary,
        });
    Some(redirect.build())
}

/// A part of a redirect: `Some(None)` when it stays as it was, `None` when it is unreadable.
fn kept<T: FromStr>(text: Option<&str>, placeholder: &str) -> Option<Option<T>> {
    match text {
        Some(text) if text != placeholder => text.parse().ok().map(Some),
        _ => Some(None),
    }
}

pub(super) fn protocol_to_sdk(protocol: Protocol) -> ProtocolEnum {
    match protocol {
        Protocol::Http => ProtocolEnum::Http,
        Protocol::Https => ProtocolEnum::Https,
    }
}

pub(super) fn protocol_from_sdk(protocol: Option<&ProtocolEnum>) -> Option<Protocol> {
    protocol?.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{ForwardActionConfig, TargetGroupTuple};
    use elanswer_core::services::elbv2::{ContentType, FixedStatus};

    use super::*;

    #[test]
    fn actions_come_back_as_they_were_sent() {
        let fixed = FixedResponse::builder()
            .status_code(FixedStatus::NOT_FOUND)
            .content_type(ContentType::Json)
            .message_body("{}")
            .build();
        for action in [
            Action::redirect_to_https(),
            Action::Redirect(
                Redirect::builder().host("a.com").status_code(RedirectStatus::Temporary).build(),
            ),
            Action::FixedResponse(fixed),
            Action::FixedResponse(
                FixedResponse::builder().status_code(FixedStatus::UNAVAILABLE).build(),
            ),
            Action::Forward(Ref::existing("arn")),
        ] {
            let sent = to_sdk("CreateRule", &action).unwrap();
            assert_eq!(from_sdk("DescribeRules", &sent), Ok(action));
        }
    }

    #[test]
    fn a_forward_is_read_in_both_of_its_forms() {
        let target =
            |arn: &str| TargetGroupTuple::builder().target_group_arn(arn).weight(1).build();
        let forward = types::Action::builder().r#type(ActionTypeEnum::Forward);
        let one = ForwardActionConfig::builder().target_groups(target("a"));
        let two = one.clone().target_groups(target("b"));
        let actions = [forward.clone().forward_config(one.build()).build()];
        assert_eq!(from_sdk("", &actions), Ok(Action::Forward(Ref::existing("a"))));
        let actions = [forward.forward_config(two.build()).build()];
        assert!(from_sdk("", &actions).is_err());
    }

    #[test]
    fn other_actions_are_not_mistaken() {
        let login = types::Action::builder().r#type(ActionTypeEnum::AuthenticateOidc).build();
        assert!(from_sdk("", std::slice::from_ref(&login)).is_err());
        assert!(from_sdk("", &[login.clone(), login]).is_err());
    }
}
