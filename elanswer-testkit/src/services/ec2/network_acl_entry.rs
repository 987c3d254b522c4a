//! `AWS::EC2::NetworkAclEntry` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html>, quotas:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! The last entry of each direction, `*`, denies everything: it is there without being an object,
//! counts, and has a number that no other can have.
//! Not modelled: IPv6, changes of the entries that the default ACL is made with.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{NetworkAclEntry, NetworkAclEntryOutputs},
};

use super::network_acl::{default_acl_of, vpc_of};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles entries of network ACLs in memory.
#[derive(Debug)]
pub struct NetworkAclEntryHandler(Api);

impl From<Api> for NetworkAclEntryHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The number of the entries that the default ACL of a VPC is made with.
const MADE_WITH: u32 = 100;

/// The ACL of an entry, and what the entry is called.
fn names(entry: &NetworkAclEntry) -> (&str, NetworkAclEntryOutputs) {
    let acl_id = entry.network_acl.known().unwrap_or_default();
    (acl_id, NetworkAclEntryOutputs::of(acl_id, entry.direction, entry.rule_number))
}

fn create_entry(
    world: &mut World,
    request: &Create<NetworkAclEntry>,
) -> Result<Observed<NetworkAclEntry>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let (acl_id, outputs) = names(desired);
    let is_default = default_acl_of(&vpc_of(world, place, acl_id)?) == acl_id;
    let made_with = is_default && desired.rule_number.get() == MADE_WITH;
    if made_with || world.get::<NetworkAclEntry>(place, &outputs.id).is_some() {
        return Err(AwsError::conflict(
            "NetworkAclEntryAlreadyExists",
            format!("The network acl entry identified by {} already exists.", desired.rule_number),
        ));
    }
    let siblings = world.all::<NetworkAclEntry>(place).filter(|(_, entry)| {
        let entry = &entry.resource;
        entry.network_acl == desired.network_acl && entry.direction == desired.direction
    });
    let with_last = 1 + usize::from(is_default) + siblings.count();
    let code = "NetworkAclEntryLimitExceeded";
    world.quotas.check("rules per network ACL and direction", 20, with_last, code)?;
    world.insert(request, outputs, "", Duration::ZERO)
}

fn require_entry(
    world: &World,
    place: &Place,
    identifier: &str,
    entry: &NetworkAclEntry,
) -> Result<(), AwsError> {
    vpc_of(world, place, entry.network_acl.known().unwrap_or_default())?;
    if world.get::<NetworkAclEntry>(place, identifier).is_some() {
        return Ok(());
    }
    Err(AwsError::not_found(
        "InvalidNetworkAclEntry.NotFound",
        format!("The network acl entry identified by {} does not exist.", entry.rule_number),
    ))
}

#[async_trait]
impl Handler<NetworkAclEntry> for NetworkAclEntryHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NetworkAclEntry>>, ExecError>> {
        self.0.read("ec2", "DescribeNetworkAcls", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<NetworkAclEntry>,
    ) -> Result<Observed<NetworkAclEntry>, ExecError> {
        self.0
            .call("ec2", "CreateNetworkAclEntry", &request.place, |world| {
                create_entry(world, request)
            })
            .await
    }

    /// An entry has no tags: one of this content is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<NetworkAclEntry>,
    ) -> Result<Option<Observed<NetworkAclEntry>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let (_, outputs) = names(desired);
        self.0
            .call("ec2", "DescribeNetworkAcls", place, |world| {
                let entry = world.get::<NetworkAclEntry>(place, &outputs.id);
                let same = entry.filter(|entry| entry.resource == *desired);
                Ok(same.map(|entry| entry.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<NetworkAclEntry>,
    ) -> Result<Observed<NetworkAclEntry>, ExecError> {
        let (place, identifier, desired) = (&request.place, &request.identifier, &request.desired);
        if request.current == *desired {
            return Ok(self.0.after(request));
        }
        self.0
            .call("ec2", "ReplaceNetworkAclEntry", place, |world| {
                require_entry(world, place, identifier, desired)?;
                world.change::<NetworkAclEntry>(place, identifier, "", Duration::ZERO, |entry| {
                    entry.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<NetworkAclEntry>) -> Result<Deletion, ExecError> {
        let (place, identifier) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call("ec2", "DeleteNetworkAclEntry", place, |world| {
                require_entry(world, place, identifier, &request.current)?;
                world.remove::<NetworkAclEntry>(place, identifier, Duration::ZERO);
                Ok(())
            })
            .await;
        match deleted {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}
