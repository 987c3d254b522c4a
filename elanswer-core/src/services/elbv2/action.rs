//! What a load balancer does with a request: the actions of listeners and rules.

use std::{fmt, str::FromStr};

use bon::Builder;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Port, Protocol, TargetGroup};
use crate::reference::Ref;

/// What a load balancer does with a request.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Shape", into = "Shape")]
#[non_exhaustive]
pub enum Action {
    /// `fixed-response`: answers by itself.
    FixedResponse(FixedResponse),
    /// `forward`: hands it to a target.
    Forward(Ref<TargetGroup>),
    /// `redirect`: sends the client elsewhere.
    Redirect(Redirect),
}

impl Action {
    /// Hands requests to the targets of `target_group`.
    #[must_use]
    pub fn forward(target_group: impl Into<Ref<TargetGroup>>) -> Self {
        Self::Forward(target_group.into())
    }

    /// Sends clients to the same address over HTTPS, for good (status 301).
    #[must_use]
    pub fn redirect_to_https() -> Self {
        Self::Redirect(
            Redirect::builder().protocol(Protocol::Https).port(Port::of::<443>()).build(),
        )
    }
}

/// Where a client is sent. What is not set stays as it was in the request.
///
/// AWS refuses a redirect that keeps protocol, host, port and path: it would never end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Redirect {
    /// `Protocol`. AWS refuses a redirect from HTTPS to HTTP.
    #[serde(serialize_with = "kept", deserialize_with = "kept_from")]
    pub protocol: Option<Protocol>,
    /// `Port`.
    #[serde(serialize_with = "kept", deserialize_with = "kept_from")]
    pub port: Option<Port>,
    /// `Host`: 1 to 128 characters; may hold `#{host}`.
    #[builder(into, default = "#{host}")]
    pub host: String,
    /// `Path`: begins with `/`, at most 128 characters; may hold `#{host}`, `#{path}`, `#{port}`.
    #[builder(into, default = "/#{path}")]
    pub path: String,
    /// `Query`, without the `?`: at most 128 characters; may hold `#{query}` and its like.
    #[builder(into, default = "#{query}")]
    pub query: String,
    /// `StatusCode`.
    #[builder(default)]
    pub status_code: RedirectStatus,
}

/// Whether a redirect is for good.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum RedirectStatus {
    /// `HTTP_301`: for good; clients remember it.
    #[default]
    #[serde(rename = "HTTP_301")]
    Permanent,
    /// `HTTP_302`: for now.
    #[serde(rename = "HTTP_302")]
    Temporary,
}

/// An answer that needs no target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct FixedResponse {
    /// `StatusCode`: a 2XX, 4XX or 5XX code.
    pub status_code: FixedStatus,
    /// `ContentType`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// `MessageBody`: at most 1024 characters.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_body: Option<String>,
}

/// The content type of a fixed response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ContentType {
    /// `application/javascript`.
    #[serde(rename = "application/javascript")]
    Javascript,
    /// `application/json`.
    #[serde(rename = "application/json")]
    Json,
    /// `text/css`.
    #[serde(rename = "text/css")]
    Css,
    /// `text/html`.
    #[serde(rename = "text/html")]
    Html,
    /// `text/plain`.
    #[serde(rename = "text/plain")]
    Plain,
}

/// The status code of a fixed response: 200 to 299, or 400 to 599.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FixedStatus(u16);

/// A status code that a load balancer cannot answer with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a status code that a load balancer can answer with: 2XX, 4XX or 5XX")]
pub struct StatusError {
    text: String,
}

/// A content type that a load balancer cannot answer with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a content type that a load balancer can answer with")]
pub struct ContentTypeError {
    text: String,
}

impl FixedStatus {
    /// The status code `code`.
    ///
    /// # Errors
    ///
    /// When it is not within 200 to 299 or 400 to 599.
    pub fn new(code: u16) -> Result<Self, StatusError> {
        if matches!(code, 200..=299 | 400..=599) {
            Ok(Self(code))
        } else {
            Err(StatusError { text: code.to_string() })
        }
    }

    /// `404 Not Found`.
    pub const NOT_FOUND: Self = Self(404);

    /// `503 Service Unavailable`.
    pub const UNAVAILABLE: Self = Self(503);
}

impl fmt::Display for FixedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FixedStatus {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |_| StatusError { text: text.to_owned() };
        text.parse().map_err(error).and_then(Self::new)
    }
}

impl Serialize for FixedStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FixedStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl ContentType {
    /// AWS's word: `text/plain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Css => "text/css",
            Self::Html => "text/html",
            Self::Javascript => "application/javascript",
            Self::Json => "application/json",
            Self::Plain => "text/plain",
        }
    }
}

impl FromStr for ContentType {
    type Err = ContentTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Css, Self::Html, Self::Javascript, Self::Json, Self::Plain]
            .into_iter()
            .find(|known| known.as_str() == text)
            .ok_or_else(|| ContentTypeError { text: text.to_owned() })
    }
}

/// The form that CloudFormation gives an action.
#[derive(Serialize, Deserialize)]
#[serde(tag = "Type", rename_all = "kebab-case")]
enum Shape {
    #[serde(rename_all = "PascalCase")]
    FixedResponse { fixed_response_config: FixedResponse },
    #[serde(rename_all = "PascalCase")]
    Forward { target_group_arn: Ref<TargetGroup> },
    #[serde(rename_all = "PascalCase")]
    Redirect { redirect_config: Redirect },
}

impl From<Shape> for Action {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::FixedResponse { fixed_response_config } => {
                Self::FixedResponse(fixed_response_config)
            }
            Shape::Forward { target_group_arn } => Self::Forward(target_group_arn),
            Shape::Redirect { redirect_config } => Self::Redirect(redirect_config),
        }
    }
}

impl From<Action> for Shape {
    fn from(action: Action) -> Self {
        match action {
            Action::FixedResponse(fixed_response_config) => {
                Self::FixedResponse { fixed_response_config }
            }
            Action::Forward(target_group_arn) => Self::Forward { target_group_arn },
            Action::Redirect(redirect_config) => Self::Redirect { redirect_config },
        }
    }
}

/// One action, as the list that CloudFormation and AWS have.
pub(super) mod only {
    use super::{Action, Deserialize, Deserializer, Error, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        action: &Action,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        [action].serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Action, D::Error> {
        let [action] = <[Action; 1]>::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(action)
    }
}

/// A part of a redirect that may stay as it was in the request.
trait Kept: fmt::Display + FromStr {
    /// How AWS says that it stays.
    const PLACEHOLDER: &'static str;
}

impl Kept for Port {
    const PLACEHOLDER: &'static str = "#{port}";
}

impl Kept for Protocol {
    const PLACEHOLDER: &'static str = "#{protocol}";
}

fn kept<T: Kept, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_str(T::PLACEHOLDER),
    }
}

fn kept_from<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Kept<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    if text == T::PLACEHOLDER { Ok(None) } else { text.parse().map(Some).map_err(D::Error::custom) }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn actions_have_the_shape_of_cloudformation() {
        let redirect = json!({
            "Type": "redirect",
            "RedirectConfig": {
                "Protocol": "HTTPS",
                "Port": "443",
                "Host": "#{host}",
                "Path": "/#{path}",
                "Query": "#{query}",
                "StatusCode": "HTTP_301",
            },
        });
        let fixed = json!({
            "Type": "fixed-response",
            "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"},
        });
        let forward = json!({"Type": "forward", "TargetGroupArn": "arn"});
        let not_found = FixedResponse::builder()
            .status_code(FixedStatus::NOT_FOUND)
            .content_type(ContentType::Plain)
            .build();
        for (action, tree) in [
            (Action::redirect_to_https(), redirect),
            (Action::FixedResponse(not_found), fixed),
            (Action::Forward(Ref::existing("arn")), forward),
        ] {
            assert_eq!(to_value(&action).unwrap(), tree);
            assert_eq!(from_value::<Action>(tree).unwrap(), action);
        }
    }

    #[test]
    fn what_a_redirect_does_not_set_is_kept() {
        let redirect = Redirect::builder().host("www.#{host}").build();
        let tree = to_value(&redirect).unwrap();
        assert_eq!((&tree["Protocol"], &tree["Port"]), (&json!("#{protocol}"), &json!("#{port}")));
        assert_eq!(from_value::<Redirect>(tree).unwrap(), redirect);
    }

    #[test]
    fn fixed_responses_have_answers_of_their_own() {
        assert!([200, 299, 400, 599].into_iter().all(|code| FixedStatus::new(code).is_ok()));
        assert!([199, 300, 399, 600].into_iter().all(|code| FixedStatus::new(code).is_err()));
    }
}
