//! AWS STS in memory: `Elanswer::STS::CallerIdentity`.
//!
//! Rules: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
//! The AWS in memory has no object of this kind; the account is that of the place.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sts::{CallerIdentity, CallerIdentityOutputs},
};

use crate::{api::Api, world::account};

/// Handles the identity of the caller in memory.
#[derive(Debug)]
pub struct CallerIdentityHandler(Api);

impl From<Api> for CallerIdentityHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

impl CallerIdentityHandler {
    async fn look(&self, place: &Place) -> Result<Observed<CallerIdentity>, ExecError> {
        self.0
            .call("sts", "GetCallerIdentity", place, |_| {
                let account = account(place);
                let root = format!("arn:aws:iam::{account}:root");
                let outputs = CallerIdentityOutputs { account, root };
                Ok(Observed::ready(CallerIdentity::new(), outputs))
            })
            .await
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
        identifiers.iter().map(|_| answer.clone().map(Some)).collect()
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
