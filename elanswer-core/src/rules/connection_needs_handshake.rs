//! Rule: connection-needs-handshake
//!
//! Severity: warning
//!
//! A connection to a host of repositories is `PENDING` once it is made: only a person can complete it,
//! in the console, where the host asks which repositories AWS may read.
//! Until then every pipeline and build that uses it fails.
//!
//! Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html>
//!
//! Fix: apply, then complete it under Settings, Connections of the Developer Tools console.
//! Its output `ConnectionStatus` tells whether that is done.
//!
//! Suppress: once it is completed.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::codeconnections::Connection,
};

pub(crate) const RULE: Rule = Rule {
    slug: "connection-needs-handshake",
    severity: Severity::Warning,
    summary: "A connection works only once a person has completed it in the console.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, connection) in ctx.all::<Connection>() {
        let host = connection.provider_type.as_str();
        out.push(
            node,
            format!(
                "stays pending until a person completes it with {host} in the console: before \
                 that nothing comes through it"
            ),
            "complete it under Settings, Connections of the Developer Tools console, then suppress \
             this; or use the ARN of one that is complete",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, pipeline},
        services::{
            codeconnections::ConnectionArn,
            codepipeline::{
                Action, ActionName, ArtifactName, BranchName, ConnectionSource, RepositoryId,
                Stage, StageName,
            },
        },
    };

    #[test]
    fn fires_on_a_connection() {
        check(
            &RULE,
            |arch| _ = arch.resource("github", Connection::default()),
            &[
                "warning github: stays pending until a person completes it with GitHub in the console: before that nothing comes through it",
            ],
        );
    }

    #[test]
    fn accepts_the_arn_of_one_that_exists() {
        const ARN: ConnectionArn = ConnectionArn::literal(
            "arn:aws:codeconnections:us-east-1:123456789012:connection/1234",
        );
        check(
            &RULE,
            |arch| {
                let source = ConnectionSource::builder()
                    .connection_arn(ARN)
                    .full_repository_id(RepositoryId::literal("shop/web"))
                    .branch_name(BranchName::literal("main"))
                    .output(ArtifactName::literal("source"));
                let source = Action::new(ActionName::literal("source"), source.build());
                let stage = Stage::new(StageName::literal("Source"), [source]);
                arch.resource("pipeline", pipeline("arn:aws:iam::1:role/p", [stage]));
            },
            &[],
        );
    }
}
