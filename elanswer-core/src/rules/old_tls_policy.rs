//! Rule: old-tls-policy
//!
//! Severity: warning
//!
//! An HTTPS listener takes TLS 1.0 or 1.1, which are retired: RFC 8996 forbids them, and PCI DSS does
//! too.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>
//!
//! Fix: take a policy with TLS 1.3 and 1.2 only, as the default of elanswer has.
//!
//! Suppress: for clients that know nothing newer.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::{Listener, SslPolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "old-tls-policy",
    severity: Severity::Warning,
    summary: "An HTTPS listener takes TLS 1.0 or 1.1.",
    check,
};

/// The policies with TLS 1.0 or 1.1.
const OLD: [SslPolicy; 6] = [
    SslPolicy::Tls13To11,
    SslPolicy::Tls13To10,
    SslPolicy::Tls11,
    SslPolicy::Tls11ForwardSecrecy,
    SslPolicy::Tls10ForwardSecrecy,
    SslPolicy::Tls10Of2016,
];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, listener) in ctx.all::<Listener>() {
        if let Some(tls) = listener.protocol.tls()
            && OLD.contains(&tls.ssl_policy)
        {
            out.push(
                node,
                format!("`{}` takes TLS 1.1 or older", tls.ssl_policy),
                format!("take `{}`", SslPolicy::default()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::{Input, Ref},
        services::elbv2::{Action, ListenerProtocol, Port, Tls},
    };

    fn listener(ssl_policy: SslPolicy) -> Listener {
        let arn =
            "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef";
        let certificate = Input::Literal(arn.parse().unwrap());
        Listener::builder()
            .load_balancer(Ref::existing("arn:front"))
            .port(Port::of::<443>())
            .protocol(ListenerProtocol::Https(Tls { certificate, ssl_policy }))
            .default_action(Action::forward(Ref::existing("arn:web")))
            .build()
    }

    #[test]
    fn fires_on_tls_1_1() {
        check(
            &RULE,
            |arch| _ = arch.resource("https", listener(SslPolicy::Tls13To11)),
            &["warning https: `ELBSecurityPolicy-TLS13-1-1-2021-06` takes TLS 1.1 or older"],
        );
    }

    #[test]
    fn accepts_every_policy_from_1_2_on() {
        check(
            &RULE,
            |arch| {
                let new = SslPolicy::ALL.iter().filter(|policy| !OLD.contains(policy));
                for policy in new {
                    let words = ["TLS-1-0", "TLS-1-1", "TLS13-1-0", "TLS13-1-1", "2016", "2018-06"];
                    let old = words.iter().any(|word| policy.as_str().contains(word));
                    let extended = policy.as_str().contains("1-2-Ext");
                    assert!(!old || extended, "{policy}");
                    arch.resource(policy.as_str(), listener(*policy));
                }
            },
            &[],
        );
    }
}
