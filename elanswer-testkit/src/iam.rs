//! The evaluation of IAM: whether the policies of an AWS in memory let somebody do something.
//!
//! [`MockAws::iam`] takes every policy document there is, of any kind that has
//! [`policies`](elanswer_core::Resource::policies), and answers as AWS would:
//!
//! ```
//! use elanswer_core::{
//!     Architecture, Region,
//!     services::{
//!         iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service, Statement},
//!         s3::Bucket,
//!     },
//! };
//! use elanswer_testkit::MockAws;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut arch = Architecture::new("shop", Region::UsEast1);
//! let bucket = arch.resource("images", Bucket::default());
//! let role = arch.resource("web", Role::assumed_by(Service::EcsTasks));
//! let read = Statement::allow(["s3:GetObject"]).on([bucket.objects("public/")]);
//! let read = RolePolicy::new(&role, PolicyName::new("read")?, PolicyDocument::new([read]));
//! arch.resource("web-policy", read);
//!
//! let aws = MockAws::new();
//! elanswer_core::apply(&arch, &aws).await?;
//! let (role, bucket) = (&aws.objects::<Role>()[0].outputs.arn, &aws.objects::<Bucket>()[0].outputs.arn);
//! let iam = aws.iam();
//! assert!(iam.may(role, "s3:GetObject", format!("{bucket}/public/logo")).is_allowed());
//! assert!(!iam.may(role, "s3:GetObject", format!("{bucket}/private/plan")).is_allowed());
//! assert!(iam.may(Service::EcsTasks, "sts:AssumeRole", role).is_allowed());
//! # Ok(())
//! # }
//! ```
//!
//! [`MockAws::service_calls`] lists what the services of AWS would themselves call for what exists,
//! so that a test can show that every policy is enough and none is more than needed.
//!
//! Rules: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html>.
//! An explicit denial in any policy wins. A role may do what its own policies or, in the same account,
//! the policy of the resource allow; across accounts both must. The policy of a key and the trust
//! policy of a role must always allow. What goes through a VPC endpoint is allowed by the policy of the
//! endpoint too. The root user of an account may do whatever is not denied.
//! Not modelled: the policies of organizations and of sessions, permission sets, ACLs of S3, and
//! Block Public Access.

pub use calls::{Expected, ServiceCall};
pub use evaluate::{Decision, Outcome};
pub use policies::{Iam, Policy, PolicyId};
pub use request::{Caller, Request};

mod calls;
mod condition;
mod evaluate;
mod matching;
mod policies;
mod request;
#[cfg(test)]
mod tests;

use elanswer_core::services::iam::Action;

use crate::mock::MockAws;

impl MockAws {
    /// The policies that are in force now: what is applied later is not in them.
    #[must_use]
    pub fn iam(&self) -> Iam {
        Iam::of(&self.api().world())
    }

    /// What the services of AWS themselves call for what exists now, and what must be refused to
    /// them: each with a name that says who calls what for.
    ///
    /// It is what their documentation says that they need, of every object of the kinds that have
    /// roles, keys or logs.
    #[must_use]
    pub fn service_calls(&self) -> Vec<ServiceCall> {
        calls::of(&self.api().world())
    }
}

impl Iam {
    /// Asks whether `caller` may do `action` on the resource of this ARN; `*` for actions that work
    /// on none. It comes over TLS unless [`Request::with`] says otherwise.
    pub fn may(
        &self,
        caller: impl Into<Caller>,
        action: impl Into<Action>,
        resource: impl Into<String>,
    ) -> Asked<'_> {
        Asked { iam: self, request: Request::new(caller, action, resource) }
    }
}

/// A question to [`Iam`]; see [`Iam::may`].
#[derive(Debug, Clone)]
#[must_use = "a question is answered by `is_allowed` or `decision`"]
pub struct Asked<'a> {
    iam: &'a Iam,
    request: Request,
}

impl Asked<'_> {
    /// With this value of a condition key. A key that is set twice has both values.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.request = self.request.with(key, value);
        self
    }

    /// Whether IAM allows it.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.decision().is_allowed()
    }

    /// What IAM decides, and because of which statement.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.iam.decide(&self.request)
    }
}
