//! The store of states in S3, with the credentials, Region and endpoint of the executor.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_types::service_config::ServiceConfigKey;
use elanswer_core::state::StateError;
use object_store::{
    BackoffConfig, ClientOptions, CredentialProvider, Error, Result, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AwsCredential, Checksum, S3ConditionalPut},
};
use tokio::sync::Mutex;

use super::{bucket::BucketStore, location::S3Location};
use crate::executor::AwsExecutor;

/// Credentials are asked for again this long before they expire.
const EARLY: Duration = Duration::from_secs(300);

impl AwsExecutor {
    /// States in S3, with the credentials, Region and endpoint of this executor. Nothing is sent
    /// yet.
    ///
    /// The bucket must exist. Turn its versioning on if you want to be able to go back; old
    /// versions may expire.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use elanswer_aws::AwsExecutor;
    ///
    /// let aws = AwsExecutor::from_env().await;
    /// let states = aws.state(&"s3://our-states/production".parse()?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When neither the location nor the environment names a Region, or there are no credentials.
    pub fn state(&self, location: &S3Location) -> std::result::Result<BucketStore, StateError> {
        let name = format!("s3://{}", location.bucket);
        let s3 = s3(self.clients().config(), location).map_err(|source| StateError::Remote {
            action: "use",
            object: name.clone(),
            source,
        })?;
        let store = BucketStore::new(Arc::new(s3), name, location.prefix.clone());
        Ok(store.with_lock(location.lock))
    }
}

fn s3(
    config: &SdkConfig,
    location: &S3Location,
) -> std::result::Result<AmazonS3, Box<dyn std::error::Error + Send + Sync>> {
    let region = location.region.as_deref().or_else(|| config.region().map(AsRef::as_ref));
    let region = region.ok_or("no Region is set, as AWS_REGION or `?region=` does")?;
    let credentials = config.credentials_provider().ok_or("there are no credentials")?;
    let endpoint = endpoint(config, region);
    let options = ClientOptions::new()
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(20))
        .with_allow_http(endpoint.starts_with("http://"));
    // The sessions try again themselves: they know what an answer that was lost means.
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 3,
        retry_timeout: Duration::from_secs(20),
    };
    let s3 = AmazonS3Builder::new()
        .with_bucket_name(&location.bucket)
        .with_region(region)
        .with_endpoint(endpoint)
        .with_credentials(Arc::new(Credentials { provider: credentials, known: Mutex::default() }))
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(Checksum::SHA256)
        .with_client_options(options)
        .with_retry(retry);
    Ok(s3.build()?)
}

/// The endpoint as the SDK's own clients find it; buckets are part of the path.
fn endpoint(config: &SdkConfig, region: &str) -> String {
    let given = config.endpoint_url().map(str::to_owned);
    let given = if config.get_origin("endpoint_url").is_client_config() {
        given
    } else {
        let key = ServiceConfigKey::builder()
            .service_id("S3")
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let of_s3 =
            config.service_config().zip(key.ok()).and_then(|(all, key)| all.load_config(key));
        of_s3.or(given)
    };
    given.unwrap_or_else(|| {
        let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
        let dual = if config.use_dual_stack() == Some(true) { ".dualstack" } else { "" };
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://s3{fips}{dual}.{region}.{domain}")
    })
}

/// The credentials of the SDK, remembered until they are about to expire.
struct Credentials {
    provider: SharedCredentialsProvider,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    credential: Arc<AwsCredential>,
    until: Option<SystemTime>,
}

#[async_trait]
impl CredentialProvider for Credentials {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> Result<Arc<AwsCredential>> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known
            && known.until.is_none_or(|until| SystemTime::now() + EARLY < until)
        {
            return Ok(Arc::clone(&known.credential));
        }
        let found = self.provider.provide_credentials().await;
        let found = found
            .map_err(|error| Error::Unauthenticated { path: "".into(), source: error.into() })?;
        let credential = Arc::new(AwsCredential {
            key_id: found.access_key_id().to_owned(),
            secret_key: found.secret_access_key().to_owned(),
            token: found.session_token().map(str::to_owned),
        });
        *known = Some(Known { credential: Arc::clone(&credential), until: found.expiry() });
        Ok(credential)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use aws_credential_types::provider::{ProvideCredentials, future};

    use super::*;

    #[test]
    fn the_endpoint_is_that_of_the_partition_unless_one_is_given() {
        let aws = SdkConfig::builder().build();
        assert_eq!(endpoint(&aws, "eu-west-1"), "https://s3.eu-west-1.amazonaws.com");
        assert_eq!(endpoint(&aws, "cn-north-1"), "https://s3.cn-north-1.amazonaws.com.cn");
        let special = SdkConfig::builder().use_fips(true).use_dual_stack(true).build();
        assert_eq!(
            endpoint(&special, "us-east-1"),
            "https://s3-fips.dualstack.us-east-1.amazonaws.com"
        );
        let given = SdkConfig::builder().endpoint_url("http://127.0.0.1:5000").build();
        assert_eq!(endpoint(&given, "eu-west-1"), "http://127.0.0.1:5000");
    }

    #[test]
    fn a_region_and_credentials_are_needed() {
        let location: S3Location = "s3://bucket/prefix".parse().unwrap();
        let nowhere = SdkConfig::builder().build();
        let error = s3(&nowhere, &location).unwrap_err().to_string();
        assert!(error.contains("AWS_REGION"), "{error}");
        let here: S3Location = "s3://bucket/prefix?region=eu-west-1".parse().unwrap();
        let error = s3(&nowhere, &here).unwrap_err().to_string();
        assert!(error.contains("credentials"), "{error}");
        let provider = SharedCredentialsProvider::new(Counting::default());
        let somebody = SdkConfig::builder().credentials_provider(provider).build();
        s3(&somebody, &here).unwrap();
    }

    /// Credentials that say how often they were asked for, and expire when they are told to.
    #[derive(Debug, Clone, Default)]
    struct Counting {
        asked: Arc<AtomicU64>,
        lifetime: Duration,
    }

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let key = format!("key {}", self.asked.fetch_add(1, Ordering::Relaxed));
            let until = SystemTime::now() + self.lifetime;
            let credentials =
                aws_credential_types::Credentials::new(key, "secret", None, Some(until), "test");
            future::ProvideCredentials::ready(Ok(credentials))
        }
    }

    #[tokio::test]
    async fn credentials_are_asked_for_again_before_they_expire() {
        for (lifetime, asked) in [(EARLY * 2, 1), (EARLY / 2, 3)] {
            let counting = Counting { lifetime, ..Counting::default() };
            let provider = SharedCredentialsProvider::new(counting.clone());
            let credentials = Credentials { provider, known: Mutex::default() };
            for _ in 0..3 {
                credentials.get_credential().await.unwrap();
            }
            assert_eq!(counting.asked.load(Ordering::Relaxed), asked);
        }
    }
}
