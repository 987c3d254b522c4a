//! AWS STS: who calls.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// The account whose credentials an apply has, for whatever must name it, such as a key policy.
///
/// It makes nothing in AWS, and deleting it deletes nothing. Once it is in the state, credentials
/// of another account are refused before anything is read or changed.
///
/// CloudFormation has no such type: there it is the pseudo parameter `AWS::AccountId`. AWS:
/// [`GetCallerIdentity`](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
pub struct CallerIdentity {}

/// What is known of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CallerIdentityOutputs {
    /// The account: twelve digits.
    pub account: String,
    /// The ARN of the root of the account: in a policy, everyone whom the account's own policies
    /// let.
    pub root: String,
}

impl CallerIdentity {
    /// The caller.
    #[must_use]
    pub const fn new() -> Self {
        Self {}
    }
}

impl Ref<CallerIdentity> {
    /// The account: twelve digits.
    #[must_use]
    pub fn account(&self) -> Output<String> {
        self.output("Account")
    }

    /// The ARN of the root of the account: in a policy, everyone whom the account's own policies
    /// let.
    #[must_use]
    pub fn root(&self) -> Output<String> {
        self.output("Root")
    }
}

impl Resource for CallerIdentity {
    type Outputs = CallerIdentityOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Account",
        outputs: &["Account", "Root"],
        api: "sts",
        ..Schema::new(Kind::new("Elanswer::STS::CallerIdentity"))
    };

    /// `GetCallerIdentity`; there is nothing to change or to delete.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(..) | Operation::Delete(_) => 0,
        }
    }
}
