//! Throttling as AWS does it.

use tokio::time::Instant;

use crate::fault::{Call, FaultRule, Verdict};

/// The bucket of tokens by which AWS limits the calls of an account: each call takes one, and is
/// throttled when there is none; they come back at a steady rate. A throttled call takes none.
///
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
///
/// # Examples
///
/// ```
/// use elanswer_testkit::{MockAws, TokenBucket};
///
/// let aws = MockAws::new();
/// // What EC2 lets through of calls that change something: 50 at once, and 5 in a second.
/// let _throttled = aws.fault(TokenBucket::new(50, 5.0).of("ec2").for_changes());
/// ```
#[derive(Debug, Clone)]
pub struct TokenBucket {
    capacity: f64,
    per_second: f64,
    service: Option<String>,
    changes: bool,
    tokens: f64,
    filled: Option<Instant>,
}

impl TokenBucket {
    /// For the calls of every service: so many tokens, all there at the beginning, and so many that
    /// come back in a second.
    #[must_use]
    pub fn new(capacity: u32, per_second: f64) -> Self {
        let capacity = f64::from(capacity);
        Self { capacity, per_second, service: None, changes: false, tokens: capacity, filled: None }
    }

    /// For the calls of this service alone: `ec2`.
    #[must_use]
    pub fn of(mut self, service: &str) -> Self {
        self.service = Some(service.to_owned());
        self
    }

    /// For calls that change something alone: those that read pass.
    #[must_use]
    pub const fn for_changes(mut self) -> Self {
        self.changes = true;
        self
    }

    fn concerns(&self, call: &Call) -> bool {
        let reads = ["BatchGet", "Describe", "Get", "Head", "List", "Search"]
            .iter()
            .any(|verb| call.operation.starts_with(verb));
        !(self.changes && reads)
            && self.service.as_ref().is_none_or(|service| *service == call.service)
    }
}

impl FaultRule for TokenBucket {
    fn on_call(&mut self, call: &Call) -> Verdict {
        if !self.concerns(call) {
            return Verdict::Pass;
        }
        let now = Instant::now();
        let elapsed = self.filled.replace(now).map(|before| now - before).unwrap_or_default();
        let filled = self.tokens + elapsed.as_secs_f64() * self.per_second;
        self.tokens = filled.min(self.capacity);
        if self.tokens < 1.0 {
            return Verdict::Throttle;
        }
        self.tokens -= 1.0;
        Verdict::Pass
    }
}
