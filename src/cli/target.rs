//! What a command works on: an AWS in memory or AWS, and the state of what was made.

use tokio::runtime::Runtime;

use super::{
    Failure,
    args::{Args, TargetKind},
};
use crate::{LocalStore, Target, state::Store};

/// Where the state is kept unless `--state` says otherwise.
const STATE_FOLDER: &str = ".elanswer";

/// How long the lock of a command that failed may take to be given back.
#[cfg(feature = "state-s3")]
const SETTLE: std::time::Duration = std::time::Duration::from_secs(5);

/// A runtime and a target for one command.
#[derive(Debug)]
pub(super) struct Session {
    runtime: Runtime,
    target: Box<dyn Target>,
    #[cfg(feature = "testkit")]
    cloud: Option<(crate::testkit::MockAws, std::path::PathBuf)>,
    /// Where the state is, if that is a bucket.
    #[cfg(feature = "state-s3")]
    bucket: Option<crate::aws::state::BucketStore>,
}

impl Session {
    pub(super) fn open(args: &Args) -> Result<Self, Failure> {
        match args.context.target {
            TargetKind::Mock if args.endpoint_url.is_some() => {
                Err(Failure::usage("--endpoint-url needs --target aws"))
            }
            TargetKind::Aws if args.cloud.is_some() => {
                Err(Failure::usage("--cloud needs --target mock"))
            }
            TargetKind::Mock => Self::mock(args),
            TargetKind::Aws => Self::aws(args),
        }
    }

    pub(super) fn target(&self) -> &dyn Target {
        &*self.target
    }

    pub(super) fn run<T, E: Into<Failure>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        let result = self.runtime.block_on(work).map_err(Into::into);
        #[cfg(feature = "state-s3")]
        if let Some(bucket) = &self.bucket {
            let settled = async { tokio::time::timeout(SETTLE, bucket.settle()).await };
            // A lock that is not given back expires.
            let _ = self.runtime.block_on(settled);
        }
        result
    }

    /// Writes the AWS in memory to its file.
    pub(super) fn save(&self) -> Result<(), Failure> {
        #[cfg(feature = "testkit")]
        if let Some((mock, file)) = &self.cloud {
            let _inside = self.runtime.enter();
            mock.save(file).map_err(|error| Failure::new(error.to_string()))?;
        }
        Ok(())
    }

    #[cfg(feature = "testkit")]
    fn mock(args: &Args) -> Result<Self, Failure> {
        // In virtual time: what takes AWS minutes takes none.
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        let runtime = runtime.map_err(no_runtime)?;
        let mock = crate::testkit::MockAws::new();
        if let Some(file) = &args.cloud {
            let _inside = runtime.enter();
            mock.load(file).map_err(|error| Failure::new(error.to_string()))?;
        }
        let target: Box<dyn Target> = match (&args.state, &args.cloud) {
            (None, None) => Box::new(mock.clone()),
            _ => {
                let executor: Box<dyn crate::Executor> = Box::new(mock.clone());
                Box::new((executor, store(args)?))
            }
        };
        let cloud = args.cloud.clone().map(|file| (mock, file));
        Ok(Self {
            runtime,
            target,
            cloud,
            #[cfg(feature = "state-s3")]
            bucket: None,
        })
    }

    #[cfg(not(feature = "testkit"))]
    fn mock(_: &Args) -> Result<Self, Failure> {
        Err(Failure::usage("this program was built without the AWS in memory")
            .with_help("build it with the feature `testkit`, or pass --target aws"))
    }

    #[cfg(feature = "aws-any")]
    fn aws(args: &Args) -> Result<Self, Failure> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(no_runtime)?;
        let mut builder = crate::aws::AwsExecutor::builder();
        if let Some(url) = &args.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        let executor = runtime.block_on(builder.build());
        #[cfg(feature = "state-s3")]
        let bucket = bucket(args, &executor)?;
        #[cfg(feature = "state-s3")]
        let store = match &bucket {
            Some(bucket) => Box::new(bucket.clone()),
            None => store(args)?,
        };
        #[cfg(not(feature = "state-s3"))]
        let store = store(args)?;
        let executor: Box<dyn crate::Executor> = Box::new(executor);
        Ok(Self {
            runtime,
            target: Box::new((executor, store)),
            #[cfg(feature = "testkit")]
            cloud: None,
            #[cfg(feature = "state-s3")]
            bucket,
        })
    }

    #[cfg(not(feature = "aws-any"))]
    fn aws(_: &Args) -> Result<Self, Failure> {
        Err(Failure::usage("this program was built without AWS")
            .with_help("build it with the feature `aws`: cargo run --features aws ..."))
    }
}

#[cfg_attr(
    not(any(feature = "testkit", feature = "aws-any")),
    expect(dead_code, reason = "there is no target to keep a state of")
)]
fn store(args: &Args) -> Result<Box<dyn Store>, Failure> {
    let folder = args.state.as_deref().unwrap_or(STATE_FOLDER);
    let failure = match folder.split_once("://") {
        None => return Ok(Box::new(LocalStore::new(folder))),
        Some(("file", path)) => return Ok(Box::new(LocalStore::new(path))),
        Some(("s3", _)) if cfg!(feature = "state-s3") => {
            Failure::usage("a state in S3 needs --target aws")
                .with_help("keep that of an AWS in memory in a local folder")
        }
        Some(("s3", _)) => Failure::usage("this program was built without states in S3")
            .with_help("build it with the feature `state-s3`, or name a local folder"),
        Some((scheme, _)) => Failure::usage(format!("state cannot be kept at `{scheme}://`"))
            .with_help("name a local folder, or s3://bucket/prefix"),
    };
    Err(failure)
}

/// The bucket that the state is in, if it is in one.
#[cfg(feature = "state-s3")]
fn bucket(
    args: &Args,
    aws: &crate::aws::AwsExecutor,
) -> Result<Option<crate::aws::state::BucketStore>, Failure> {
    let Some(url) = args.state.as_deref().filter(|state| state.starts_with("s3://")) else {
        return Ok(None);
    };
    let location = url
        .parse()
        .map_err(|error: crate::aws::state::LocationError| Failure::usage(error.to_string()))?;
    aws.state(&location).map(Some).map_err(|error| Failure::new(error.to_string()))
}

#[cfg_attr(
    not(any(feature = "testkit", feature = "aws-any")),
    expect(dead_code, reason = "there is no target to run")
)]
#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn no_runtime(error: std::io::Error) -> Failure {
    Failure::new(format!("cannot start: {error}"))
}
