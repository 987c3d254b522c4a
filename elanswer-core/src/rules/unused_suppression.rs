//! Rule: unused-suppression
//!
//! Severity: warning
//!
//! A suppression names a rule that does not exist, or covers nothing that was found.
//! It would hide the next fault of its kind without anyone having decided so.
//!
//! Source: <https://docs.rs/elanswer>
//!
//! Fix: remove it, or correct its rule or its path.
//!
//! Suppress: when a library suppresses what only some of its users meet.

use std::collections::BTreeSet;

use crate::{
    checks::{Accepted, Diagnostics, Rule, RuleContext},
    diagnostic::{Severity, nearest},
};

pub(crate) const RULE: Rule = Rule {
    slug: "unused-suppression",
    severity: Severity::Warning,
    summary: "A suppression names no rule, or covers nothing that was found.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let suppressions = ctx.arch().suppressions();
    let accepted = Accepted::new(suppressions);
    let used: BTreeSet<_> = out
        .found()
        .iter()
        .flat_map(|found| accepted.covering(found))
        .map(|suppression| (suppression.rule.as_str(), &suppression.path))
        .collect();
    for suppression in suppressions {
        let rule = suppression.rule.as_str();
        let path = suppression.path.as_ref().unwrap_or_else(|| ctx.root());
        if !ctx.slugs().contains(&rule) {
            out.push(
                path,
                format!("a suppression names the rule `{rule}`, which does not exist"),
                nearest(rule, ctx.slugs(), |slug| slug).map_or_else(
                    || "remove the suppression".to_owned(),
                    |slug| format!("did you mean `{slug}`?"),
                ),
            );
        } else if rule != RULE.slug && !used.contains(&(rule, &suppression.path)) {
            out.push(
                path,
                format!("a suppression of `{rule}` covers nothing"),
                "remove the suppression, or correct its path",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{architecture::Architecture, cidr, region::Region, services::ec2::Vpc};

    fn found(describe: impl FnOnce(&mut Architecture)) -> Vec<String> {
        let mut arch = Architecture::new("test", Region::UsEast1);
        arch.resource("net/vpc", Vpc::new(cidr!("203.0.112.0/22")));
        describe(&mut arch);
        let report = crate::check(&arch);
        report
            .diagnostics
            .iter()
            .map(|found| format!("{}: {}", found.code, found.message))
            .collect()
    }

    #[test]
    fn fires_on_unknown_rules_and_on_those_that_found_nothing() {
        let lines = found(|arch| {
            arch.suppress("cidr-not-private", "net", "ours").unwrap();
            arch.suppress("cidr-no-private", "net", "ours").unwrap();
            arch.suppress("vpc-size", "net", "ours").unwrap();
        });
        assert_eq!(
            lines,
            [
                "unused-suppression: a suppression names the rule `cidr-no-private`, which does not exist",
                "unused-suppression: a suppression of `vpc-size` covers nothing",
            ]
        );
    }

    #[test]
    fn accepts_those_that_cover_something_and_can_itself_be_suppressed() {
        let lines = found(|arch| {
            arch.suppress("cidr-not-private", "net", "ours").unwrap();
            arch.suppress("vpc-size", "net", "the next version is wider").unwrap();
            arch.suppress("unused-suppression", "net", "see above").unwrap();
        });
        assert!(lines.is_empty(), "{lines:?}");
    }
}
