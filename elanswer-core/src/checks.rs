//! The check: every rule, over one architecture.
//!
//! A check is a pure function of the architecture. It finds everything at once and cannot fail.

pub use context::{RuleContext, Typed};
pub use routing::WayOut;

pub(crate) mod acl;
pub(crate) mod balancing;
mod context;
pub(crate) mod firewall;
mod routing;
pub(crate) mod standing;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::BTreeMap;

use crate::{
    architecture::{Architecture, Node},
    diagnostic::{Diagnostic, Report, Severity, Source, Suppressed, Suppression},
    id::ResourceId,
    rules,
};

/// Something to look for in an architecture.
///
/// elanswer's own are in [`rules::all`]; [`Checks::with`] adds yours.
///
/// ```
/// use elanswer_core::{
///     Architecture, Checks, Region, Rule, Severity, cidr, services::ec2::Vpc,
/// };
///
/// const RULE: Rule = Rule {
///     slug: "acme-vpc-size",
///     severity: Severity::Error,
///     summary: "A VPC must leave addresses to the other teams.",
///     check: |ctx, out| {
///         for (node, vpc) in ctx.all::<Vpc>() {
///             if vpc.cidr_block.prefix_len() < 20 {
///                 out.push(node, format!("`{}` is wider than a /20", vpc.cidr_block), "take a /20");
///             }
///         }
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
/// let report = Checks::default().with(RULE).run(&arch);
/// assert_eq!(report.errors(), 1);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable name: the code of its diagnostics, and what suppresses them.
    pub slug: &'static str,
    /// How bad what it finds usually is.
    pub severity: Severity,
    /// What it looks for, in one sentence.
    pub summary: &'static str,
    /// Looks for it: pure, and reports everything there is.
    pub check: fn(&RuleContext<'_>, &mut Diagnostics),
}

/// Checks an architecture with every rule of elanswer.
///
/// ```
/// use elanswer_core::{Architecture, Region, check, cidr, services::ec2::Vpc};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/8")));
/// let report = check(&arch);
/// assert!(!report.is_deployable());
/// assert_eq!(report.diagnostics[0].code, "vpc-size");
/// ```
#[must_use]
pub fn check(arch: &Architecture) -> Report {
    Checks::default().run(arch)
}

/// The rules that a check applies; by default those of elanswer.
#[derive(Debug, Clone)]
pub struct Checks {
    rules: Vec<Rule>,
}

impl Default for Checks {
    fn default() -> Self {
        Self { rules: rules::all() }
    }
}

impl Checks {
    /// Applies `rule` too. A rule of the same slug is replaced by it.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.retain(|other| other.slug != rule.slug);
        self.rules.push(rule);
        self
    }

    /// The rules, in the order in which they are applied.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Applies every rule.
    ///
    /// The diagnostics come in the order errors before warnings, then by resource, then by rule,
    /// whatever the order in which the architecture was described.
    #[must_use]
    pub fn run(&self, arch: &Architecture) -> Report {
        let ctx = RuleContext::new(arch, &self.rules);
        let mut found = Diagnostics::default();
        // What a suppression covers is known once the other rules have run.
        let (last, first): (Vec<&Rule>, Vec<&Rule>) =
            self.rules.iter().partition(|rule| rule.slug == rules::UNUSED_SUPPRESSION);
        for rule in first.into_iter().chain(last) {
            found.apply(rule, &ctx);
        }
        report(found.found, arch.suppressions())
    }
}

/// Sorts what was found, and sets apart what the user accepted.
fn report(mut found: Vec<Diagnostic>, suppressions: &[Suppression]) -> Report {
    found.sort_by(|a, b| {
        (a.severity, &a.resource, &a.code, &a.message).cmp(&(
            b.severity,
            &b.resource,
            &b.code,
            &b.message,
        ))
    });
    found.dedup();
    let accepted = Accepted::new(suppressions);
    let mut report = Report::default();
    for diagnostic in found {
        let reason = accepted.covering(&diagnostic).next().map(|found| found.reason.clone());
        match reason {
            Some(reason) => report.suppressed.push(Suppressed { diagnostic, reason }),
            None => report.diagnostics.push(diagnostic),
        }
    }
    report
}

/// The suppressions by what they cover, so that many of them cost no more than a few.
pub(crate) struct Accepted<'a> {
    index: BTreeMap<(&'a str, Option<&'a str>), &'a Suppression>,
}

impl<'a> Accepted<'a> {
    pub(crate) fn new(suppressions: &'a [Suppression]) -> Self {
        let key = |suppression: &'a Suppression| {
            (suppression.rule.as_str(), suppression.path.as_ref().map(ResourceId::as_str))
        };
        // The first of several equal ones counts: its reason is the one shown.
        let index = suppressions.iter().rev().map(|suppression| (key(suppression), suppression));
        Self { index: index.collect() }
    }

    /// The suppressions that cover `diagnostic`, the widest first.
    pub(crate) fn covering<'b>(
        &'b self,
        diagnostic: &'b Diagnostic,
    ) -> impl Iterator<Item = &'a Suppression> + use<'a, 'b> {
        let path = diagnostic.resource.as_str();
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let paths = std::iter::once(None).chain(ends.map(|end| path.get(..end)));
        paths.filter_map(|path| self.index.get(&(diagnostic.code.as_str(), path)).copied())
    }
}

/// Where rules put what they find.
#[derive(Debug, Default)]
pub struct Diagnostics {
    rule: Option<Rule>,
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Reports something with the severity of the rule.
    ///
    /// `about` is a node, or the id of something that is none. `message` says what is wrong and
    /// what AWS would do, `help` what to do about it; both in one line without a full stop.
    pub fn push<'a>(
        &mut self,
        about: impl Into<Subject<'a>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if let Some(rule) = self.rule {
            self.push_as(rule.severity, about, message, help);
        }
    }

    /// Reports something that is better or worse than what the rule usually finds.
    pub fn push_as<'a>(
        &mut self,
        severity: Severity,
        about: impl Into<Subject<'a>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let about = about.into();
        self.found.push(Diagnostic {
            code: self.rule.map(|rule| rule.slug.to_owned()).unwrap_or_default(),
            severity,
            resource: about.id.clone(),
            message: message.into(),
            help: help.into(),
            source: about.source.cloned(),
        });
    }

    /// What was found so far, by this rule and those before it.
    #[must_use]
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    pub(crate) fn apply(&mut self, rule: &Rule, ctx: &RuleContext<'_>) {
        self.rule = Some(*rule);
        (rule.check)(ctx, self);
        self.rule = None;
    }
}

/// What a diagnostic is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    id: &'a ResourceId,
    source: Option<&'a Source>,
}

impl<'a> From<&'a Node> for Subject<'a> {
    fn from(node: &'a Node) -> Self {
        Self { id: &node.id, source: Some(&node.source) }
    }
}

impl<'a> From<&'a ResourceId> for Subject<'a> {
    /// Something that is not a resource of the architecture, or that has no source line.
    fn from(id: &'a ResourceId) -> Self {
        Self { id, source: None }
    }
}

impl<'a> From<(&'a ResourceId, &'a Source)> for Subject<'a> {
    fn from((id, source): (&'a ResourceId, &'a Source)) -> Self {
        Self { id, source: Some(source) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cidr, region::Region, services::ec2::Vpc};

    const NOTE: Rule = Rule {
        slug: "note",
        severity: Severity::Warning,
        summary: "Notes every VPC.",
        check: |ctx, out| {
            for (node, _) in ctx.all::<Vpc>() {
                out.push(node, "a VPC", "leave it");
            }
        },
    };

    fn codes(diagnostics: &[Diagnostic]) -> Vec<(&str, &str)> {
        diagnostics.iter().map(|found| (found.code.as_str(), found.resource.as_str())).collect()
    }

    #[test]
    fn errors_come_first_then_resources_in_order() {
        let mut arch = Architecture::new("test", Region::UsEast1);
        arch.resource("b", Vpc::new(cidr!("10.0.0.0/8")));
        arch.resource("a", Vpc::new(cidr!("10.0.0.0/16")));
        let report = Checks::default().with(NOTE).run(&arch);
        assert_eq!(codes(&report.diagnostics), [("vpc-size", "b"), ("note", "a"), ("note", "b")]);
        assert_eq!((report.errors(), report.warnings()), (1, 2));
        assert!(report.diagnostics.iter().all(|found| found.source.is_some()));
    }

    #[test]
    fn what_is_suppressed_is_kept_with_its_reason() {
        let mut arch = Architecture::new("test", Region::UsEast1);
        arch.resource("net/vpc", Vpc::new(cidr!("10.0.0.0/16")));
        arch.resource("network/vpc", Vpc::new(cidr!("10.1.0.0/16")));
        arch.suppress("note", "net", "it is the old one").unwrap();
        let report = Checks::default().with(NOTE).run(&arch);
        assert_eq!(codes(&report.diagnostics), [("note", "network/vpc")]);
        let [suppressed] = report.suppressed.as_slice() else { panic!("{report}") };
        assert_eq!(suppressed.diagnostic.resource.as_str(), "net/vpc");
        assert_eq!(suppressed.reason, "it is the old one");
    }

    #[test]
    fn a_rule_replaces_the_one_of_its_name() {
        let silent = Rule { check: |_, _| {}, ..NOTE };
        let checks = Checks::default().with(NOTE).with(silent);
        assert_eq!(checks.rules().iter().filter(|rule| rule.slug == "note").count(), 1);
    }
}
