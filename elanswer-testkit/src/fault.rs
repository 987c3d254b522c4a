//! Faults by rule: what goes wrong, in which call.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use elanswer_core::{
    Place,
    executor::{ErrorKind, ExecError},
};

/// An API call, as a fault rule sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service: `ec2`.
    pub service: String,
    /// The operation: `CreateVpc`.
    pub operation: String,
    /// Where it goes.
    pub place: Place,
    /// The number of the call, from 1.
    pub number: u64,
}

impl Call {
    /// What AWS calls the request.
    pub(crate) fn request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.number)
    }

    /// How it failed.
    pub(crate) fn failed(&self, kind: ErrorKind, message: &str) -> ExecError {
        ExecError::new(kind, message)
            .with_operation(&self.service, &self.operation)
            .with_request_id(self.request_id())
            .with_place(self.place.clone())
    }
}

/// What a fault rule does to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The program dies before the call is sent: the call never returns.
    CrashBefore,
    /// The program dies after AWS has done it: the call never returns.
    CrashAfter,
    /// The call takes this much longer.
    Delay(Duration),
    /// AWS does it, and the answer is lost.
    LoseResponse,
    /// Nothing; the next rule is asked.
    Pass,
    /// AWS refuses with this code.
    Reject(String),
    /// AWS asks to slow down.
    Throttle,
}

/// Decides what happens to a call. The first rule that does not pass decides.
pub trait FaultRule: Send + 'static {
    /// Called once for each call, in the order of the calls.
    fn on_call(&mut self, call: &Call) -> Verdict;
}

impl<F: FnMut(&Call) -> Verdict + Send + 'static> FaultRule for F {
    fn on_call(&mut self, call: &Call) -> Verdict {
        self(call)
    }
}

/// A rule in force: called by one call at a time.
type Rule = Mutex<Box<dyn FaultRule>>;

/// The rules in force.
#[derive(Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Weak<Rule>>>,
}

impl Faults {
    pub(crate) fn install(&self, rule: impl FaultRule) -> FaultGuard {
        let rule: Arc<Rule> = Arc::new(Mutex::new(Box::new(rule)));
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.push(Arc::downgrade(&rule));
        FaultGuard { _rule: rule }
    }

    pub(crate) fn verdict(&self, call: &Call) -> Verdict {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.retain(|rule| rule.strong_count() > 0);
        rules
            .iter()
            .filter_map(Weak::upgrade)
            .map(|rule| rule.lock().unwrap_or_else(PoisonError::into_inner).on_call(call))
            .find(|verdict| *verdict != Verdict::Pass)
            .unwrap_or(Verdict::Pass)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

/// Keeps a fault rule in force until it is dropped.
#[must_use = "the rule is in force only while its guard lives"]
pub struct FaultGuard {
    _rule: Arc<Rule>,
}

impl fmt::Debug for FaultGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultGuard").finish_non_exhaustive()
    }
}
