//! Rule: invalid-construct
//!
//! Severity: error
//!
//! A construct cannot be built from the values that the program gave it, such as a network with
//! more subnets in a tier than zones.
//! Its parts are missing in the architecture, so nothing is applied.
//!
//! Source: <https://docs.rs/elanswer>
//!
//! Fix: follow the help of the diagnostic; it names the value.
//!
//! Suppress: never.

use crate::{
    architecture::Problem,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
};

pub(crate) const RULE: Rule = Rule {
    slug: "invalid-construct",
    severity: Severity::Error,
    summary: "A construct cannot be built from the values it was given.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for problem in ctx.arch().problems() {
        if let Problem::Construct { id, message, help, source } = problem {
            out.push((id, source), message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::{Construct, Scope},
        checks::testing::check,
    };

    struct Picky(u8);

    impl Construct for Picky {
        type Handle = ();

        fn name(&self) -> &str {
            "picky"
        }

        fn build(self, scope: &mut Scope<'_>) {
            if self.0 == 0 {
                scope.problem("there are `0` parts", "ask for one");
            }
        }
    }

    #[test]
    fn fires_on_what_a_construct_reports() {
        check(&RULE, |arch| arch.add(Picky(0)), &["error picky: there are `0` parts"]);
    }

    #[test]
    fn accepts_a_construct_without_problems() {
        check(&RULE, |arch| arch.add(Picky(1)), &[]);
    }
}
