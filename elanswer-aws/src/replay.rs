//! The answers that AWS gives, for what no server carries, and what was sent for them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use elanswer_core::{ResourceId, tags::Ownership};

use crate::clients::Clients;

/// An answer with this body.
pub(crate) fn answer(status: u16, body: impl Into<SdkBody>) -> ReplayEvent {
    answer_with(status, body, &[])
}

/// An answer with these headers and this body.
pub(crate) fn answer_with(
    status: u16,
    body: impl Into<SdkBody>,
    headers: &[(&'static str, &str)],
) -> ReplayEvent {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri("https://amazonaws.com/").unwrap();
    let mut response = HttpResponse::new(status.try_into().unwrap(), body.into());
    for (name, value) in headers {
        response.headers_mut().insert(*name, (*value).to_owned());
    }
    ReplayEvent::new(request.try_into_http1x().unwrap(), response.try_into_http1x().unwrap())
}

/// An answer with an error of this code, of a service that speaks JSON.
pub(crate) fn refusal(code: &str) -> ReplayEvent {
    answer(400, format!(r#"{{"__type": "{code}", "message": "No."}}"#))
}

/// Clients that get these answers, one after the other, and what they send.
pub(crate) fn clients(
    answers: impl IntoIterator<Item = ReplayEvent>,
) -> (Clients, StaticReplayClient) {
    let http = StaticReplayClient::new(answers.into_iter().collect());
    let credentials = Credentials::new("test", "test", None, None, "test");
    let config = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .http_client(http.clone())
        .build();
    (Clients::new(config), http)
}

/// The operations that were called, of a service that speaks JSON, and their bodies.
pub(crate) fn calls(http: &StaticReplayClient) -> Vec<(String, serde_json::Value)> {
    let sent = http.actual_requests().map(|request| {
        let target = request.headers().get("x-amz-target").unwrap_or("-");
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        (operation, serde_json::from_slice(body).unwrap_or_default())
    });
    sent.collect()
}

/// The owner of an object: the resource `it` of the stack `shop`.
pub(crate) fn ownership() -> Ownership {
    let resource = ResourceId::new("it").unwrap();
    Ownership { stack: "shop".to_owned(), resource, incarnation: 1 }
}
