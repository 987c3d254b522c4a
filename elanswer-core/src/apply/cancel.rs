//! Asking a running apply to stop.

use tokio::sync::watch;

/// Asks a running apply to stop: it begins nothing new, lets the calls in flight finish, records
/// their outcomes, and says what was not done. A clone asks the same apply.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Sender<bool>);

impl Cancel {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is asked to stop.
    pub(crate) async fn cancelled(&self) {
        let mut receiver = self.0.subscribe();
        if receiver.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
