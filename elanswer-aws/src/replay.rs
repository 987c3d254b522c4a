//! The answers that AWS gives, for what no server carries, and what was sent for them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aws_credential_types::Credentials;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use crate::clients::Clients;

/// An answer with this body.
pub(crate) fn answer(status: u16, body: &str) -> ReplayEvent {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_uri("https://amazonaws.com/").unwrap();
    let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_owned()));
    ReplayEvent::new(request.try_into_http1x().unwrap(), response.try_into_http1x().unwrap())
}

/// An answer with an error of this code, of a service that speaks JSON.
pub(crate) fn refusal(code: &str) -> ReplayEvent {
    answer(400, &format!(r#"{{"__type": "{code}", "message": "No."}}"#))
}

/// Clients that get these answers, one after the other, and what they send.
pub(crate) fn clients(answers: Vec<ReplayEvent>) -> (Clients, StaticReplayClient) {
    let http = StaticReplayClient::new(answers);
    let config = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            Credentials::new("test", "test", None, None, "test"),
        ))
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
