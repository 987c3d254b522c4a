//! The case of AWS CodeConnections.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::codeconnections::{Connection, ConnectionName},
};

use super::Case;

pub(super) const CASES: &[Case] = &[Case {
    name: "codeconnections_connection",
    kind: Connection::SCHEMA.kind,
    made: || connected(Connection::default()),
    updated: Some(|| {
        connected(Connection::builder().tags(Tags::new().with("Name", "renamed")).build())
    }),
    replaced: Some(|| {
        let name = ConnectionName::literal("elanswer-renamed");
        connected(Connection::builder().connection_name(name).build())
    }),
}];

fn connected(connection: Connection) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", connection);
    arch
}
