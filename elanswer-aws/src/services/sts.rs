//! AWS STS over the SDK: `Elanswer::STS::CallerIdentity`.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
//! AWS has no object of this kind; it shows whose the credentials are.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sts::{CallerIdentity, CallerIdentityOutputs},
};

use crate::{
    clients::Clients,
    error::{exec_error, missing},
};

/// The name of the API in errors.
const SERVICE: &str = "sts";

/// Handles the identity of the caller over the SDK.
#[derive(Debug)]
pub struct CallerIdentityHandler(Clients);

impl From<Clients> for CallerIdentityHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the ARN of a caller says of its account.
fn outputs(account: &str, arn: &str) -> Option<CallerIdentityOutputs> {
    let partition = arn.strip_prefix("arn:")?.split(':').next()?;
    let root = format!("arn:{partition}:iam::{account}:root");
    Some(CallerIdentityOutputs { account: account.to_owned(), root })
}

/// The credentials are of the account that was recorded.
fn same_account(found: &CallerIdentityOutputs, recorded: &str) -> Result<(), ExecError> {
    if found.account == recorded {
        return Ok(());
    }
    let message = format!(
        "the credentials are of the account {}, and what was made is in the account {recorded}",
        found.account
    );
    Err(ExecError::new(ErrorKind::Credentials, message)
        .with_operation(SERVICE, "GetCallerIdentity"))
}

impl CallerIdentityHandler {
    async fn look(&self, place: &Place) -> Result<Observed<CallerIdentity>, ExecError> {
        let answer = self.0.sts(place.region).get_caller_identity().send().await;
        let answer =
            answer.map_err(|error| exec_error(SERVICE, "GetCallerIdentity", &[], error))?;
        let found = answer.account().zip(answer.arn());
        let found = found.and_then(|(account, arn)| outputs(account, arn));
        let found = found.ok_or_else(|| missing(SERVICE, "GetCallerIdentity", "Account or Arn"))?;
        Ok(Observed::ready(CallerIdentity::new(), found))
    }
}

#[async_trait]
impl Handler<CallerIdentity> for CallerIdentityHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<CallerIdentity>>, ExecError>> {
        let answer = self.look(place).await;
        let one = |recorded: &String| {
            let found = answer.clone()?;
            same_account(&found.outputs, recorded)?;
            Ok(Some(found))
        };
        identifiers.iter().map(one).collect()
    }

    async fn create(
        &self,
        request: &Create<CallerIdentity>,
    ) -> Result<Observed<CallerIdentity>, ExecError> {
        self.look(&request.place).await
    }

    async fn find(
        &self,
        request: &Create<CallerIdentity>,
    ) -> Result<Option<Observed<CallerIdentity>>, ExecError> {
        self.look(&request.place).await.map(Some)
    }

    async fn update(
        &self,
        request: &Update<CallerIdentity>,
    ) -> Result<Observed<CallerIdentity>, ExecError> {
        Ok(request.done())
    }

    async fn delete(&self, _: &Delete<CallerIdentity>) -> Result<Deletion, ExecError> {
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_in_the_partition_of_the_caller() {
        let caller = "arn:aws-cn:sts::123456789012:assumed-role/deploy/me";
        let found = outputs("123456789012", caller).unwrap();
        assert_eq!(found.root, "arn:aws-cn:iam::123456789012:root");
    }

    #[test]
    fn credentials_of_another_account_are_refused() {
        let found = outputs("123456789012", "arn:aws:iam::123456789012:user/me").unwrap();
        assert!(same_account(&found, "123456789012").is_ok());
        let error = same_account(&found, "210987654321").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
    }
}
