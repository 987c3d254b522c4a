//! Every policy document there is, and what each is about.

use std::{collections::BTreeMap, fmt};

use elanswer_core::{
    Input, Kind, Place, Resource,
    services::iam::{ManagedPolicyArn, PolicyDocument, PolicyUse, Role, Statement},
};
use serde_json::Value;

use crate::world::{Documents, World, account};

/// The policies that are in force.
#[derive(Debug, Clone, Default)]
pub struct Iam {
    pub(super) policies: Vec<Policy>,
    pub(super) roles: BTreeMap<String, Limits>,
    /// The documents of managed policies, which are not in the architecture.
    pub(super) managed: BTreeMap<String, PolicyDocument>,
}

/// What besides its own policies decides what a role may do.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    pub(super) managed: Vec<String>,
    pub(super) boundary: Option<String>,
}

/// A policy document, and whose it is.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whose it is.
    pub id: PolicyId,
    /// What it is used for.
    pub used_for: PolicyUse,
    /// The document, with all values known.
    pub document: PolicyDocument,
    pub(super) scope: Scope,
    pub(super) account: String,
}

/// What a policy is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// What its own statements name.
    Anything,
    /// Whatever goes through this endpoint.
    Endpoint(String),
    /// What this role may do.
    Identity(String),
    /// What is done with the resource of this ARN, and with what is in it.
    Resource(String),
}

/// The object that a policy document is of, and what it is used for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyId {
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    pub place: Place,
    /// Its identifier.
    pub identifier: String,
    /// Which of its documents.
    pub index: usize,
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {}", self.kind.short(), self.identifier, self.place)?;
        if self.index > 0 {
            write!(f, ", document {}", self.index + 1)?;
        }
        Ok(())
    }
}

impl Iam {
    /// Those of a world.
    pub(crate) fn of(world: &World) -> Self {
        let all = world.documents();
        let mut iam = Self::default();
        for (_, _, role) in world.everywhere::<Role>() {
            let managed = role.resource.managed_policy_arns.iter().filter_map(Input::known);
            let boundary = role.resource.permissions_boundary.as_ref().and_then(Input::known);
            iam.roles.insert(
                role.outputs.arn.clone(),
                Limits {
                    managed: managed.map(ToString::to_string).collect(),
                    boundary: boundary.map(ToString::to_string),
                },
            );
        }
        for object in &all {
            for (index, (used_for, document)) in object.policies.iter().enumerate() {
                let account = account(object.place);
                for scope in scopes(world, object, *used_for, &iam.roles) {
                    let id = PolicyId {
                        kind: object.kind,
                        place: object.place.clone(),
                        identifier: object.identifier.to_owned(),
                        index,
                    };
                    iam.policies.push(Policy {
                        id,
                        used_for: *used_for,
                        document: PolicyDocument::clone(document),
                        scope,
                        account: account.clone(),
                    });
                }
            }
        }
        iam
    }

    /// Every policy document, in the order of kinds and identifiers.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter()
    }

    /// The same, with the document of a managed policy that roles have attached. What a managed
    /// policy says that is not told is not allowed.
    #[must_use]
    pub fn with_managed(mut self, arn: &ManagedPolicyArn, document: PolicyDocument) -> Self {
        self.managed.insert(arn.to_string(), document);
        self
    }

    /// The same without one statement.
    #[must_use]
    pub fn without(self, of: &PolicyId, statement: &Statement) -> Self {
        self.changed(of, statement, None)
    }

    /// The same with another statement in the place of one.
    #[must_use]
    pub fn replacing(self, of: &PolicyId, statement: &Statement, with: &Statement) -> Self {
        self.changed(of, statement, Some(with))
    }

    fn changed(mut self, of: &PolicyId, from: &Statement, to: Option<&Statement>) -> Self {
        for policy in self.policies.iter_mut().filter(|policy| policy.id == *of) {
            if policy.document.statements.remove(from) {
                policy.document.statements.extend(to.cloned());
            }
        }
        self
    }
}

/// What a document of an object is about.
fn scopes(
    world: &World,
    object: &Documents<'_>,
    used_for: PolicyUse,
    roles: &BTreeMap<String, Limits>,
) -> Vec<Scope> {
    match used_for {
        PolicyUse::Identity => {
            let inline = named_by(world, object, |kind| kind == Role::SCHEMA.kind);
            let own = object.arn.as_ref();
            let attached = roles
                .iter()
                .filter(|(_, limits)| own.is_some_and(|own| limits.managed.contains(own)));
            let attached = attached.map(|(role, _)| role.clone());
            inline.into_iter().chain(attached).map(Scope::Identity).collect()
        }
        _ if object.kind.short() == "VPCEndpoint" => {
            vec![Scope::Endpoint(object.identifier.to_owned())]
        }
        _ => {
            let own = object.arn.clone();
            let other = || named_by(world, object, |kind| kind != object.kind);
            vec![own.or_else(other).map_or(Scope::Anything, Scope::Resource)]
        }
    }
}

/// The ARN of the object that another names in its properties, by its identifier.
fn named_by(world: &World, object: &Documents<'_>, is: impl Fn(Kind) -> bool) -> Option<String> {
    let mut texts = object.properties.values().filter_map(Value::as_str);
    texts.find_map(|text| world.arn_of(object.place, text, &is))
}
