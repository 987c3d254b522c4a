//! Where in S3 a state is.

use std::{str::FromStr, time::Duration};

use object_store::path::Path;

use super::bucket::{LOCK, LONGEST_LOCK};

/// The shortest lock: clocks differ, and a renewal takes its time.
const SHORTEST_LOCK: Duration = Duration::from_secs(1);

/// A place for states in S3: `s3://bucket/prefix`.
///
/// `?lock=90s` says how long a lock holds unless it is renewed, `?region=eu-west-1` where the bucket
/// is, if not in the Region of the environment.
///
/// ```
/// use elanswer_aws::state::S3Location;
///
/// # fn main() -> Result<(), elanswer_aws::state::LocationError> {
/// let location: S3Location = "s3://our-states/production?region=eu-west-1&lock=90s".parse()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    pub(super) bucket: String,
    pub(super) prefix: Path,
    pub(super) region: Option<String>,
    pub(super) lock: Duration,
}

/// What is not a place in S3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{location}` is no place for a state: {reason}; write `s3://bucket/prefix`")]
pub struct LocationError {
    location: String,
    reason: String,
}

impl FromStr for S3Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        parse(text).map_err(|reason| LocationError { location: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<S3Location, String> {
    let rest = text.strip_prefix("s3://").ok_or("it does not begin with `s3://`")?;
    let (place, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err("it names no bucket".to_owned());
    }
    let prefix = Path::parse(prefix).map_err(|error| error.to_string())?;
    let mut location = S3Location { bucket: bucket.to_owned(), prefix, region: None, lock: LOCK };
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("lock", value)) => location.lock = lock(value)?,
            Some(("region", value)) if !value.is_empty() => {
                location.region = Some(value.to_owned())
            }
            _ => return Err(format!("`{option}` is none of `lock=SECONDSs`, `region=REGION`")),
        }
    }
    Ok(location)
}

fn lock(text: &str) -> Result<Duration, String> {
    let seconds = text.strip_suffix('s').and_then(|seconds| seconds.parse().ok());
    let lock = seconds.map(Duration::from_secs);
    lock.filter(|lock| (SHORTEST_LOCK..=LONGEST_LOCK).contains(lock))
        .ok_or_else(|| format!("a lock is one second to a day, as `60s`, not `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_enough_and_options_are_few() {
        let location: S3Location = "s3://bucket".parse().unwrap();
        assert_eq!((location.bucket.as_str(), location.lock), ("bucket", LOCK));
        assert_eq!(location.prefix, Path::default());
        let location: S3Location = "s3://b/a/b/?lock=2s&region=eu-west-1".parse().unwrap();
        assert_eq!(location.prefix.as_ref(), "a/b");
        assert_eq!(location.lock, Duration::from_secs(2));
        assert_eq!(location.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, reason) in [
            ("s3:///prefix", "names no bucket"),
            ("s3://b/p?lock=0s", "one second to a day"),
            ("s3://b/p?lock=5", "one second to a day"),
            ("s3://b/p?lock=90000s", "one second to a day"),
            ("s3://b/p?lokc=5s", "`lokc=5s` is none of"),
            ("s3://b/a//b", "a//b"),
            ("file:///x", "does not begin"),
        ] {
            let error = text.parse::<S3Location>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
