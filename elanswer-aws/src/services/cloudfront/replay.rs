//! The life of a policy over the wire, with the answers that AWS gives: moto knows none of these
//! policies.

use aws_smithy_http_client::test_util::ReplayEvent;
use elanswer_core::{
    Handler, Place, Region, Resource, ResourceId,
    executor::{Deletion, ErrorKind},
    handler::{Create, Delete, Update},
    tags::Ownership,
};

use crate::{
    clients::Clients,
    replay::{answer_with, clients},
};

/// A call: its method, its path, and what must be in its body.
type Sent<'a> = (&'a str, String, &'a str);

pub(super) fn answer(status: u16, version: &str, body: &str) -> ReplayEvent {
    answer_with(status, body.to_owned(), &[("ETag", version)])
}

/// Makes, reads, finds, changes and deletes `it`, and sees what was sent.
pub(super) async fn replay<R: Resource, H: Handler<R> + From<Clients>>(
    it: &R,
    path: &str,
    root: &str,
    object: &str,
    list: &str,
    no_such: &str,
) {
    let gone = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{no_such}</Code><Message>No.</Message></Error></ErrorResponse>"
    );
    let (clients, http) = clients(vec![
        answer(201, "V1", object),
        answer(200, "V1", object),
        answer(200, "", list),
        answer(200, "V1", object),
        answer(200, "V1", object),
        answer(200, "V2", object),
        answer(200, "V2", object),
        answer(204, "", ""),
        answer(404, "", &gone),
        answer(404, "", &gone),
    ]);
    let handler = H::from(clients);
    let place = Place::new(Region::UsEast1);
    let resource = ResourceId::new("it").unwrap();
    let create = Create {
        place: place.clone(),
        desired: it.clone(),
        ownership: Ownership { stack: "shop".to_owned(), resource, incarnation: 1 },
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    let made = handler.create(&create).await.unwrap();
    assert_eq!(serde_json::to_value(&made.outputs).unwrap()["Id"], "P1");
    let ids = ["P1".to_owned()];
    let seen = handler.read(&place, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!(seen.resource, *it);
    assert_eq!(handler.find(&create).await.unwrap().unwrap().resource, *it);
    let update = Update {
        place: place.clone(),
        identifier: "P1".to_owned(),
        current: it.clone(),
        desired: it.clone(),
        outputs: made.outputs.clone(),
        ownership: create.ownership.clone(),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    handler.update(&update).await.unwrap();
    let delete = Delete {
        place: place.clone(),
        identifier: "P1".to_owned(),
        current: it.clone(),
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert!(handler.read(&place, &ids).await.remove(0).unwrap().is_none());
    assert_eq!(handler.update(&update).await.unwrap_err().kind(), ErrorKind::NotFound);

    let base = format!("/2020-05-31/{path}");
    let one = || format!("{base}/P1");
    let expected: [Sent<'_>; 10] = [
        ("POST", base.clone(), root),
        ("GET", one(), ""),
        ("GET", format!("{base}?Type=custom"), ""),
        ("GET", one(), ""),
        ("GET", one(), ""),
        ("PUT", one(), root),
        ("GET", one(), ""),
        ("DELETE", one(), ""),
        ("GET", one(), ""),
        ("GET", one(), ""),
    ];
    let sent: Vec<_> = http.actual_requests().collect();
    assert_eq!(sent.len(), expected.len());
    for (sent, (method, path, holds)) in sent.iter().zip(expected) {
        let body = std::str::from_utf8(sent.body().bytes().unwrap_or_default()).unwrap();
        assert_eq!(sent.method(), method, "{path}");
        assert!(sent.uri().ends_with(&path), "{} does not end with {path}", sent.uri());
        assert!(body.contains(holds), "{holds} in {body}");
        let version = match method {
            "PUT" => Some("V1"),
            "DELETE" => Some("V2"),
            _ => None,
        };
        assert_eq!(sent.headers().get("If-Match"), version, "{method} {path}");
    }
}
