//! AWS that gives the answers that it is given: for services that no server of the tests has as AWS
//! has them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use aws_smithy_http_client::test_util::StaticReplayClient;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use elanswer_core::{
    Place, Region, Resource, Secrets,
    handler::{Create, Delete, Update},
};
use serde_json::{Value, json};

use crate::{
    clients::Clients,
    replay::{self, ownership},
};

/// An answer of AWS: its status, and what it says.
pub(crate) type Answer = (u16, Value);

/// A call that succeeds.
pub(crate) fn replied(body: Value) -> Answer {
    (200, body)
}

/// A call that AWS refuses with this code and message.
pub(crate) fn refused(code: &str, message: &str) -> Answer {
    (400, json!({ "__type": code, "message": message }))
}

/// What stands between the SDK and its answers.
#[derive(Debug, Clone)]
pub(crate) struct Scripted {
    clients: Clients,
    sent: StaticReplayClient,
}

impl Scripted {
    /// A service that speaks JSON.
    pub(crate) fn json(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(answers, |body| body.to_string().into_bytes())
    }

    /// A service that speaks CBOR.
    pub(crate) fn cbor(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::new(answers, |body| {
            let mut bytes = Vec::new();
            cbor(body, &mut bytes);
            bytes
        })
    }

    fn new(answers: impl IntoIterator<Item = Answer>, encode: impl Fn(&Value) -> Vec<u8>) -> Self {
        let answer = |(status, body): Answer| replay::answer(status, encode(&body));
        let (clients, sent) = replay::clients(answers.into_iter().map(answer));
        Self { clients, sent }
    }

    /// Clients that get the answers.
    pub(crate) fn clients(&self) -> Clients {
        self.clients.clone()
    }

    /// Every operation that was called, and a text that must stand in its request.
    #[track_caller]
    pub(crate) fn assert_sent(&self, expected: &[(&str, &str)]) {
        let sent: Vec<_> = self.sent.actual_requests().collect();
        let called: Vec<_> = sent.iter().copied().map(operation).collect();
        let operations: Vec<_> = expected.iter().map(|(operation, _)| *operation).collect();
        assert_eq!(called, operations);
        for (sent, (operation, holds)) in sent.iter().zip(expected) {
            let body = String::from_utf8_lossy(sent.body().bytes().unwrap_or_default());
            assert!(body.contains(holds), "{operation}: {holds} in {body}");
        }
    }
}

/// The operation that a request calls.
fn operation(sent: &HttpRequest) -> String {
    let target = sent.headers().get("x-amz-target").unwrap_or_default();
    let name =
        if target.is_empty() { sent.uri().rsplit('/').next() } else { target.rsplit('.').next() };
    name.unwrap_or_default().to_owned()
}

/// The request to make this, as the resource `it` of the stack `shop`.
pub(crate) fn create<R: Resource>(desired: R) -> Create<R> {
    Create {
        place: Place::new(Region::UsEast1),
        desired,
        ownership: ownership(),
        token: "0".repeat(32),
        secrets: Secrets::default(),
    }
}

/// The request to change it.
pub(crate) fn update<R: Resource>(
    identifier: &str,
    current: R,
    desired: R,
    outputs: R::Outputs,
) -> Update<R> {
    Update {
        place: Place::new(Region::UsEast1),
        identifier: identifier.to_owned(),
        current,
        desired,
        outputs,
        ownership: ownership(),
        token: "1".repeat(32),
        secrets: Secrets::default(),
    }
}

/// The request to remove it.
pub(crate) fn delete<R: Resource>(identifier: &str, current: R, outputs: R::Outputs) -> Delete<R> {
    Delete {
        place: Place::new(Region::UsEast1),
        identifier: identifier.to_owned(),
        current,
        outputs,
        token: "2".repeat(32),
    }
}

/// Texts, lists and maps as CBOR has them: <https://www.rfc-editor.org/rfc/rfc8949>.
fn cbor(value: &Value, bytes: &mut Vec<u8>) {
    fn head(kind: u8, length: usize, bytes: &mut Vec<u8>) {
        let length = u16::try_from(length).unwrap();
        bytes.push((kind << 5) | 25);
        bytes.extend(length.to_be_bytes());
    }
    match value {
        Value::String(text) => {
            head(3, text.len(), bytes);
            bytes.extend(text.as_bytes());
        }
        Value::Array(items) => {
            head(4, items.len(), bytes);
            items.iter().for_each(|item| cbor(item, bytes));
        }
        Value::Object(map) => {
            head(5, map.len(), bytes);
            for (key, value) in map {
                cbor(&Value::from(key.as_str()), bytes);
                cbor(value, bytes);
            }
        }
        other => panic!("no text, list or map: {other}"),
    }
}
