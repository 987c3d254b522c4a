//! What AWS refuses in a policy, for what the policy is used for.

use super::{
    PolicyDocument, Statement, action::Action, condition::Operator, principal::Principal,
    statement::Selection,
};
use crate::{Set, reference::Input};

/// What a policy is used for: that decides what its statements must and must not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyUse {
    /// What goes through a VPC endpoint: it allows nothing that other policies do not.
    Endpoint,
    /// What a role or user may do: an inline or managed policy.
    Identity,
    /// Who may do what on a resource: of a bucket, a key.
    Resource,
    /// Who may assume a role.
    Trust,
}

/// Something that AWS refuses in a policy, with `MalformedPolicyDocument`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFault {
    /// The policy has no statement.
    #[error("the policy has no statement")]
    Empty,
    /// Two statements have the same name.
    #[error("two statements have the Sid `{0}`")]
    DuplicateSid(String),
    /// A name has other characters than ASCII letters and digits.
    #[error("the Sid `{0}` has characters besides letters and digits")]
    Sid(String),
    /// A statement says nothing of actions.
    #[error("a statement has no actions")]
    NoActions,
    /// An action is neither `*` nor `service:Name`.
    #[error("`{0}` is neither `*` nor an action such as `logs:PutLogEvents`")]
    Action(String),
    /// A trust policy is about something else than assuming the role.
    #[error("a trust policy allows `sts:AssumeRole` and its kin only, not `{0}`")]
    TrustAction(String),
    /// A trust policy names everything but some actions.
    #[error("a trust policy names its actions; it cannot have NotAction")]
    TrustNotAction,
    /// A statement says nothing of principals, and must.
    #[error("a statement has no principal")]
    NoPrincipal,
    /// A statement names principals, and must not.
    #[error("a policy of a role or user cannot name a principal")]
    Principal,
    /// A principal of AWS is neither an ARN nor an account.
    #[error("the principal `{0}` is neither an ARN nor an account")]
    PrincipalForm(String),
    /// A statement says nothing of resources, and must.
    #[error("a statement has no resources")]
    NoResources,
    /// A statement names resources, and must not.
    #[error("a trust policy cannot name a resource: it is about its role")]
    Resources,
    /// A resource is neither `*` nor an ARN.
    #[error("the resource `{0}` is neither `*` nor an ARN")]
    ResourceForm(String),
    /// A condition has an operator that IAM does not have.
    #[error("IAM has no condition operator `{0}`")]
    Operator(Operator),
    /// A condition has no value to compare with.
    #[error("the condition on `{0}` has no value")]
    NoValue(String),
}

/// What a trust policy may allow.
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>.
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// The partitions of AWS that ARNs name.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"];

impl PolicyDocument {
    /// What AWS refuses in the policy when it is used for `used_for`; nothing when it is well formed.
    ///
    /// Values that are not known yet are taken to be right.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
    #[must_use]
    pub fn faults(&self, used_for: PolicyUse) -> Vec<PolicyFault> {
        let mut faults = Vec::new();
        if self.statements.is_empty() {
            faults.push(PolicyFault::Empty);
        }
        let mut sids = Set::new();
        for statement in &self.statements {
            if let Some(sid) = &statement.sid {
                // Policies of resources may have spaces there: KMS itself writes such ones.
                let allowed = |c: char| {
                    c.is_ascii_alphanumeric() || c == ' ' && used_for == PolicyUse::Resource
                };
                if !sid.chars().all(allowed) {
                    faults.push(PolicyFault::Sid(sid.clone()));
                }
                if !sids.insert(sid) {
                    faults.push(PolicyFault::DuplicateSid(sid.clone()));
                }
            }
            actions(statement, used_for, &mut faults);
            principals(statement, used_for, &mut faults);
            resources(statement, used_for, &mut faults);
            conditions(statement, &mut faults);
        }
        faults
    }
}

fn actions(statement: &Statement, used_for: PolicyUse, faults: &mut Vec<PolicyFault>) {
    if statement.actions.named().next().is_none() {
        faults.push(PolicyFault::NoActions);
    }
    let form = |action: &&Action| !action.is_well_formed();
    let text = |action: &Action| action.as_str().to_owned();
    faults.extend(statement.actions.named().filter(form).map(text).map(PolicyFault::Action));
    if used_for == PolicyUse::Trust {
        if matches!(statement.actions, Selection::AllExcept(_)) {
            faults.push(PolicyFault::TrustNotAction);
        }
        let other = |action: &&Action| {
            let kin = TRUST_ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(action.as_str()));
            action.is_well_formed() && !kin
        };
        let others = statement.actions.named().filter(other);
        faults.extend(others.map(text).map(PolicyFault::TrustAction));
    }
}

fn principals(statement: &Statement, used_for: PolicyUse, faults: &mut Vec<PolicyFault>) {
    match (used_for, statement.principals.named().next()) {
        (PolicyUse::Identity, Some(_)) => faults.push(PolicyFault::Principal),
        (PolicyUse::Endpoint | PolicyUse::Resource | PolicyUse::Trust, None) => {
            faults.push(PolicyFault::NoPrincipal)
        }
        _ => {}
    }
    for principal in statement.principals.named() {
        if let Principal::Aws(Input::Literal(text)) = principal
            && !is_arn(text)
            && !is_unique_id(text)
        {
            faults.push(PolicyFault::PrincipalForm(text.clone()));
        }
    }
}

fn resources(statement: &Statement, used_for: PolicyUse, faults: &mut Vec<PolicyFault>) {
    match (used_for, statement.resources.named().next()) {
        (PolicyUse::Trust, Some(_)) => faults.push(PolicyFault::Resources),
        (PolicyUse::Endpoint | PolicyUse::Identity | PolicyUse::Resource, None) => {
            faults.push(PolicyFault::NoResources);
        }
        _ => {}
    }
    for resource in statement.resources.named().filter_map(Input::known) {
        if resource != "*" && !is_arn(resource) {
            faults.push(PolicyFault::ResourceForm(resource.clone()));
        }
    }
}

fn conditions(statement: &Statement, faults: &mut Vec<PolicyFault>) {
    for (operator, keys) in &statement.conditions {
        if !operator.exists() {
            faults.push(PolicyFault::Operator(operator.clone()));
        }
        let empty = keys.iter().filter(|(_, values)| values.is_empty());
        faults.extend(empty.map(|(key, _)| PolicyFault::NoValue(key.clone())));
    }
}

/// Whether the text is `arn:partition:service:region:account:resource`, where parts may be patterns.
fn is_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (arn, partition, service, _region, _account, resource) =
        (next(), next(), next(), next(), next(), next());
    arn == "arn"
        && (partition == "*" || PARTITIONS.contains(&partition))
        && !service.is_empty()
        && !resource.is_empty()
}

/// What IAM shows in place of a role or user that was deleted: `AROA…`, `AIDA…`.
fn is_unique_id(text: &str) -> bool {
    text.len() >= 16
        && ["AIDA", "AROA"].iter().any(|prefix| text.starts_with(prefix))
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
