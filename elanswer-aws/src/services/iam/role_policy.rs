//! `AWS::IAM::RolePolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>.
//! Each policy takes a `GetRolePolicy` of its own.

use async_trait::async_trait;
use aws_sdk_iam::{Client, operation::get_role_policy::GetRolePolicyOutput};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::iam::{PolicyName, RolePolicy, RolePolicyOutputs},
};

use super::{failed, failed_with, gone_is_fine, none_if_gone, policy, unreadable};
use crate::{
    clients::Clients,
    error::{Codes, missing},
};

/// The codes of `PutRolePolicy`: its role was made by the same plan, so IAM will know it soon.
const PUT_CODES: Codes = &[
    ("ConcurrentModification", ErrorKind::Unavailable),
    ("NoSuchEntity", ErrorKind::NotYetVisible),
];

/// Handles inline policies of roles over the SDK.
#[derive(Debug)]
pub struct RolePolicyHandler(Clients);

impl From<Clients> for RolePolicyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(answer: &GetRolePolicyOutput) -> Result<Observed<RolePolicy>, ExecError> {
    let operation = "GetRolePolicy";
    let (role_name, policy_name) = (answer.role_name(), answer.policy_name());
    let resource = RolePolicy {
        role: Ref::existing(role_name),
        policy_name: PolicyName::new(policy_name).map_err(|error| unreadable(operation, &error))?,
        policy_document: policy(operation, answer.policy_document())?,
    };
    Ok(Observed::ready(resource, RolePolicyOutputs::new(role_name, policy_name)))
}

/// The role and the name of a policy; an identifier without both is not one of ours.
fn names<'a>(
    operation: &'static str,
    identifier: &'a str,
) -> Result<(&'a str, &'a str), ExecError> {
    let names = RolePolicyOutputs::names(identifier);
    names.ok_or_else(|| missing(super::SERVICE, operation, "RoleName|PolicyName"))
}

impl RolePolicyHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.iam(place.region)
    }

    async fn get(
        &self,
        place: &Place,
        identifier: &str,
    ) -> Result<Option<Observed<RolePolicy>>, ExecError> {
        let (role_name, policy_name) = names("GetRolePolicy", identifier)?;
        let call = self.client(place).get_role_policy();
        let call = call.role_name(role_name).policy_name(policy_name);
        let answer = none_if_gone(call.send().await.map_err(failed("GetRolePolicy")))?;
        answer.as_ref().map(observed).transpose()
    }

    async fn put(&self, place: &Place, desired: &RolePolicy) -> Result<(), ExecError> {
        let call = self.client(place).put_role_policy();
        let call = call
            .set_role_name(desired.role.known().map(str::to_owned))
            .policy_name(desired.policy_name.as_str())
            .policy_document(desired.policy_document.to_json());
        call.send().await.map(drop).map_err(failed_with("PutRolePolicy", PUT_CODES))
    }
}

fn outputs(policy: &RolePolicy) -> RolePolicyOutputs {
    let role_name = policy.role.known().unwrap_or_default();
    RolePolicyOutputs::new(role_name, policy.policy_name.as_str())
}

#[async_trait]
impl Handler<RolePolicy> for RolePolicyHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RolePolicy>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            answers.push(self.get(place, identifier).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<RolePolicy>,
    ) -> Result<Observed<RolePolicy>, ExecError> {
        let desired = &request.desired;
        self.put(&request.place, desired).await?;
        Ok(Observed::ready(desired.clone(), outputs(desired)))
    }

    /// By role and name: inline policies have no tags.
    async fn find(
        &self,
        request: &Create<RolePolicy>,
    ) -> Result<Option<Observed<RolePolicy>>, ExecError> {
        self.get(&request.place, &outputs(&request.desired).id).await
    }

    async fn update(
        &self,
        request: &Update<RolePolicy>,
    ) -> Result<Observed<RolePolicy>, ExecError> {
        self.put(&request.place, &request.desired).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<RolePolicy>) -> Result<Deletion, ExecError> {
        let (role_name, policy_name) = names("DeleteRolePolicy", &request.identifier)?;
        let call = self.client(&request.place).delete_role_policy();
        let call = call.role_name(role_name).policy_name(policy_name);
        gone_is_fine(call.send().await.map_err(failed("DeleteRolePolicy")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::iam::{PolicyDocument, Statement};

    use super::*;

    #[test]
    fn an_answer_is_what_was_asked_for() {
        let asked = RolePolicy::new(
            Ref::existing("web"),
            PolicyName::new("read").unwrap(),
            PolicyDocument::new([Statement::allow(["s3:GetObject"]).on(["*"])]),
        );
        let json = asked.policy_document.to_json();
        let answer = GetRolePolicyOutput::builder()
            .role_name("web")
            .policy_name("read")
            .policy_document(json.replace('{', "%7B").replace('"', "%22"))
            .build()
            .unwrap();
        let found = observed(&answer).unwrap();
        assert_eq!((found.resource, found.outputs.id.as_str()), (asked, "web|read"));
    }
}
