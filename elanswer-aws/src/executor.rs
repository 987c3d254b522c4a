//! The executor over the AWS SDK for Rust.

use async_trait::async_trait;
use aws_config::{BehaviorVersion, ConfigLoader, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_runtime_api::client::http::HttpClient;
use elanswer_core::{
    Executor, Handler, Kind, Place, Resource, Schema, Tags,
    executor::{
        CreateRequest, DeleteRequest, Deletion, ExecError, Observation, Tagged, UpdateRequest,
    },
    handler::Handlers,
    resource::Kinds,
};
use std::time::Duration;

use crate::{clients::Clients, search::search, services};

/// Carries out the steps of the engine on AWS.
///
/// Credentials, Regions and endpoints come from where every AWS tool takes them (environment,
/// profiles, roles), unless the builder says otherwise. The SDK's own retries are off: the engine
/// retries.
///
/// ```no_run
/// # async fn example() {
/// use elanswer_aws::AwsExecutor;
///
/// let aws = AwsExecutor::builder().endpoint_url("http://127.0.0.1:5000").build().await;
/// # }
/// ```
#[derive(Debug)]
pub struct AwsExecutor {
    clients: Clients,
    handlers: Handlers,
}

/// Sets up an [`AwsExecutor`].
#[derive(Debug)]
pub struct AwsExecutorBuilder {
    loader: ConfigLoader,
    kinds: Vec<AddHandler>,
}

type AddHandler = fn(Clients, Handlers) -> Handlers;

impl AwsExecutor {
    /// AWS as the environment configures it.
    pub async fn from_env() -> Self {
        Self::builder().build().await
    }

    /// Sets up another.
    #[must_use]
    pub fn builder() -> AwsExecutorBuilder {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(60))
            .build();
        AwsExecutorBuilder {
            loader: aws_config::defaults(BehaviorVersion::latest())
                .retry_config(RetryConfig::disabled())
                .timeout_config(timeouts),
            kinds: Vec::new(),
        }
    }

    #[cfg(feature = "state-s3")]
    pub(crate) const fn clients(&self) -> &Clients {
        &self.clients
    }
}

impl AwsExecutorBuilder {
    /// Another endpoint for every service: a test server, or an emulator.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.loader = self.loader.endpoint_url(url);
        self
    }

    /// The profile of the shared configuration files to use.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.loader = self.loader.profile_name(name);
        self
    }

    /// Other credentials than those of the environment.
    #[must_use]
    pub fn credentials(
        mut self,
        provider: impl aws_sdk_sts::config::ProvideCredentials + 'static,
    ) -> Self {
        self.loader = self.loader.credentials_provider(provider);
        self
    }

    /// Another HTTP client: a proxy, a recorder, or AWS in process.
    #[must_use]
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.loader = self.loader.http_client(client);
        self
    }

    /// Adds a kind of your own, with its handler.
    #[must_use]
    pub fn kind<R: Resource, H: Handler<R> + From<Clients>>(mut self) -> Self {
        self.kinds.push(services::add::<R, H>);
        self
    }

    /// The executor. Nothing is sent yet.
    pub async fn build(self) -> AwsExecutor {
        let clients = Clients::new(self.loader.load().await);
        let mut handlers = Handlers::new();
        for add in services::kinds().into_iter().chain(self.kinds) {
            handlers = add(clients.clone(), handlers);
        }
        AwsExecutor { clients, handlers }
    }
}

#[async_trait]
impl Executor for AwsExecutor {
    async fn read(
        &self,
        schema: &'static Schema,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>> {
        self.handlers.read(schema, place, identifiers).await
    }

    async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>> {
        self.handlers.create(requests).await
    }

    async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError> {
        self.handlers.find(request).await
    }

    async fn search(
        &self,
        schemas: &[&'static Schema],
        place: &Place,
        tags: &Tags,
    ) -> Result<Vec<(Kind, Tagged)>, ExecError> {
        let mut found = Vec::new();
        let mut listed = Vec::new();
        for schema in schemas {
            match self.handlers.search(schema, place, tags).await? {
                Some(own) => found.extend(own.into_iter().map(|tagged| (schema.kind, tagged))),
                None => listed.push(*schema),
            }
        }
        found.extend(search(&self.clients, &listed, place, tags).await?);
        Ok(found)
    }

    async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError> {
        self.handlers.update(request).await
    }

    async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError> {
        self.handlers.delete(request).await
    }

    fn kinds(&self) -> Kinds {
        self.handlers.kinds()
    }

    fn calls(&self) -> u64 {
        self.clients.sent()
    }
}
