//! The clients of the SDK: one for each service and Region, made when first needed.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use elanswer_core::Region;

/// The clients of the SDK, by service and Region. Cheap to clone.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

/// The client of each service and Region, whatever its type.
type Made = BTreeMap<(&'static str, Region), Box<dyn std::any::Any + Send>>;

struct Inner {
    config: SdkConfig,
    made: Mutex<Made>,
    sent: CallCounter,
}

impl Clients {
    pub(crate) fn new(config: SdkConfig) -> Self {
        Self(Arc::new(Inner { config, made: Mutex::default(), sent: CallCounter::default() }))
    }

    /// What all clients are made from: credentials, endpoints, timeouts. A handler of your own makes
    /// its client from it, with the Region of the place.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    /// How many requests all clients have sent.
    pub(crate) fn sent(&self) -> u64 {
        self.0.sent.0.load(Ordering::Relaxed)
    }

    fn client<C: Clone + Send + 'static>(
        &self,
        service: &'static str,
        region: Region,
        make: impl FnOnce(&SdkConfig, aws_config::Region, CallCounter) -> C,
    ) -> C {
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&(service, region)).and_then(|any| any.downcast_ref::<C>()) {
            return client.clone();
        }
        let aws_region = aws_config::Region::from_static(region.as_str());
        let client = make(&self.0.config, aws_region, self.0.sent.clone());
        made.insert((service, region), Box::new(client.clone()));
        client
    }
}

macro_rules! clients {
    ($($(#[$feature:meta])? $name:ident $sdk:ident;)*) => {
        impl Clients {
            $(
                $(#[$feature])?
                pub(crate) fn $name(&self, region: Region) -> $sdk::Client {
                    self.client(stringify!($name), region, |config, region, counter| {
                        let config = $sdk::config::Builder::from(config)
                            .region(region)
                            .interceptor(counter)
                            .build();
                        $sdk::Client::from_conf(config)
                    })
                }
            )*
        }
    };
}

clients! {
    #[cfg(feature = "acm")] acm aws_sdk_acm;
    #[cfg(feature = "applicationautoscaling")] applicationautoscaling aws_sdk_applicationautoscaling;
    #[cfg(feature = "budgets")] budgets aws_sdk_budgets;
    #[cfg(feature = "ce")] ce aws_sdk_costexplorer;
    #[cfg(feature = "cloudfront")] cloudfront aws_sdk_cloudfront;
    #[cfg(feature = "cloudwatch")] cloudwatch aws_sdk_cloudwatch;
    #[cfg(feature = "codebuild")] codebuild aws_sdk_codebuild;
    #[cfg(feature = "codeconnections")] codeconnections aws_sdk_codeconnections;
    #[cfg(feature = "codepipeline")] codepipeline aws_sdk_codepipeline;
    #[cfg(feature = "ec2")] ec2 aws_sdk_ec2;
    #[cfg(feature = "ecr")] ecr aws_sdk_ecr;
    #[cfg(feature = "ecs")] ecs aws_sdk_ecs;
    #[cfg(feature = "elasticache")] elasticache aws_sdk_elasticache;
    #[cfg(feature = "elbv2")] elbv2 aws_sdk_elasticloadbalancingv2;
    #[cfg(feature = "events")] events aws_sdk_eventbridge;
    #[cfg(feature = "iam")] iam aws_sdk_iam;
    #[cfg(feature = "kms")] kms aws_sdk_kms;
    #[cfg(feature = "logs")] logs aws_sdk_cloudwatchlogs;
    #[cfg(feature = "rds")] rds aws_sdk_rds;
    #[cfg(feature = "route53")] route53 aws_sdk_route53;
    #[cfg(feature = "s3")] s3 aws_sdk_s3;
    #[cfg(feature = "secretsmanager")] secretsmanager aws_sdk_secretsmanager;
    #[cfg(feature = "servicediscovery")] servicediscovery aws_sdk_servicediscovery;
    #[cfg(feature = "sns")] sns aws_sdk_sns;
    sts aws_sdk_sts;
    tagging aws_sdk_resourcegroupstagging;
    #[cfg(feature = "wafv2")] wafv2 aws_sdk_wafv2;
    #[cfg(feature = "xray")] xray aws_sdk_xray;
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").finish_non_exhaustive()
    }
}

/// Counts what is really sent.
#[derive(Debug, Clone, Default)]
struct CallCounter(Arc<AtomicU64>);

impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "elanswer call counter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
