//! Calls of handlers that are sent again by themselves.

use std::time::Duration;

use crate::executor::{ExecError, Retry};

/// Sends one call of a read that takes many, again when it fails in passing.
///
/// What nine calls tell about one object would hardly ever be known while AWS throttles every third
/// of them, were each failure to begin the read anew.
///
/// # Errors
///
/// Those of the call: the last one, when it fails again and again.
pub async fn insist<T, F: Future<Output = Result<T, ExecError>>>(
    mut call: impl FnMut() -> F,
) -> Result<T, ExecError> {
    for pause in [200, 400, 800, 1_600] {
        match call().await {
            Err(error) if matches!(error.retry(), Retry::Backoff | Retry::Throttled) => {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            answer => return answer,
        }
    }
    call().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::ErrorKind;

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_tried_five_times_and_what_stays_once() {
        for (kind, times) in [(ErrorKind::Throttled, 5), (ErrorKind::PermissionDenied, 1)] {
            let mut calls = 0;
            let answer: Result<(), _> = insist(|| {
                calls += 1;
                async move { Err(ExecError::new(kind, "")) }
            })
            .await;
            assert_eq!(answer.unwrap_err().kind(), kind);
            assert_eq!(calls, times);
        }
    }
}
