//! Cases of AWS Secrets Manager.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::{
        iam::{PolicyDocument, Principal, Statement},
        kms::Key,
        secretsmanager::{
            ExcludedCharacters, FunctionArn, GenerateSecretString, PasswordLength, Recovery,
            RecoveryWindow, ReplicaRegion, ResourcePolicy, RotationDays, RotationRules,
            RotationSchedule, RotationWindow, ScheduleExpression, Secret, SecretDescription,
            SecretName, SecretTemplate, SecretValue,
        },
        sts::CallerIdentity,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "secretsmanager_secret",
        kind: Secret::SCHEMA.kind,
        made: || given(1, Secret::default()),
        updated: Some(|| {
            given(
                2,
                Secret::builder()
                    .description(SecretDescription::literal("signs sessions"))
                    .recovery(Recovery::Within(RecoveryWindow::of::<7>()))
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| {
            given(3, Secret::builder().name(SecretName::literal("elanswer/renamed")).build())
        }),
    },
    Case {
        name: "secretsmanager_secret_value",
        kind: Secret::SCHEMA.kind,
        made: || given(1, Secret::default()),
        updated: Some(|| given(2, Secret::default())),
        replaced: None,
    },
    Case {
        name: "secretsmanager_secret_generated",
        kind: Secret::SCHEMA.kind,
        made: || alone(Secret::builder().value(GenerateSecretString::default()).build()),
        updated: Some(|| {
            let how = GenerateSecretString::builder()
                .password_length(PasswordLength::of::<64>())
                .exclude_punctuation(true)
                .exclude_characters(ExcludedCharacters::literal("Il0O"))
                .template(SecretTemplate::new("password").with("username", "app"))
                .build();
            alone(Secret::builder().value(how).build())
        }),
        replaced: None,
    },
    Case {
        name: "secretsmanager_secret_key",
        kind: Secret::SCHEMA.kind,
        made: || encrypted("one"),
        updated: Some(|| encrypted("two")),
        replaced: None,
    },
    Case {
        name: "secretsmanager_secret_without_value",
        kind: Secret::SCHEMA.kind,
        made: || alone(Secret::builder().recovery(Recovery::Never).build()),
        updated: Some(|| {
            alone(
                Secret::builder()
                    .description(SecretDescription::literal("filled by hand"))
                    .recovery(Recovery::Never)
                    .build(),
            )
        }),
        replaced: None,
    },
    Case {
        name: "secretsmanager_secret_copies",
        kind: Secret::SCHEMA.kind,
        made: || copied([Region::UsWest2, Region::EuWest1]),
        updated: Some(|| copied([Region::UsWest2, Region::EuCentral1])),
        replaced: None,
    },
    Case {
        name: "secretsmanager_resource_policy",
        kind: ResourcePolicy::SCHEMA.kind,
        made: || with_policy("one", "secretsmanager:GetSecretValue"),
        updated: Some(|| with_policy("one", "secretsmanager:DescribeSecret")),
        replaced: Some(|| with_policy("two", "secretsmanager:GetSecretValue")),
    },
    Case {
        name: "secretsmanager_rotation_schedule",
        kind: RotationSchedule::SCHEMA.kind,
        made: || rotating("one", RotationRules::every(RotationDays::of::<30>())),
        updated: Some(|| rotating("one", RotationRules::every(RotationDays::of::<60>()))),
        replaced: Some(|| rotating("two", RotationRules::every(RotationDays::of::<30>()))),
    },
    Case {
        name: "secretsmanager_rotation_schedule_expression",
        kind: RotationSchedule::SCHEMA.kind,
        made: || {
            let expression = ScheduleExpression::literal("rate(10 days)");
            rotating("one", RotationRules::at(expression))
        },
        updated: Some(|| {
            let expression = ScheduleExpression::literal("cron(0 8 1 * ? *)");
            rotating("one", RotationRules::at(expression).within(RotationWindow::literal("3h")))
        }),
        replaced: None,
    },
];

/// A function of the account that the AWS in memory is.
const FUNCTION: FunctionArn =
    FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn alone(secret: Secret) -> Architecture {
    let mut arch = arch();
    arch.resource("it", secret);
    arch
}

/// A secret with this version of a value.
fn given(version: u32, secret: Secret) -> Architecture {
    let mut arch = arch();
    let value = arch.secret("session", version, format!("correct horse {version}"));
    arch.resource("it", Secret { value: SecretValue::Given(value), ..secret });
    arch
}

/// A secret encrypted with one of two keys.
fn encrypted(key: &str) -> Architecture {
    let mut arch = arch();
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Key::builder().build()));
    let key = if key == "one" { one } else { two };
    let how = GenerateSecretString::default();
    arch.resource("it", Secret::builder().kms_key_id(key.arn()).value(how).build());
    arch
}

/// A secret with copies in other Regions.
fn copied(regions: [Region; 2]) -> Architecture {
    let copies = regions.map(ReplicaRegion::in_region);
    let how = GenerateSecretString::default();
    alone(Secret::builder().value(how).replica_regions(copies).build())
}

/// Two secrets, of which one has a policy.
fn with_policy(which: &str, action: &str) -> Architecture {
    let mut arch = arch();
    let caller = arch.resource("caller", CallerIdentity::new());
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Secret::default()));
    let read = Statement::allow([action])
        .to([Principal::aws(caller.root())])
        .on(["*"])
        .named("AccountReads");
    let secret = if which == "one" { one } else { two };
    arch.resource("it", ResourcePolicy::new(&secret, PolicyDocument::new([read])));
    arch
}

/// Two secrets, of which one rotates.
fn rotating(which: &str, rules: RotationRules) -> Architecture {
    let mut arch = arch();
    let [one, two] = ["one", "two"].map(|id| {
        let how = GenerateSecretString::default();
        arch.resource(id, Secret::builder().value(how).build())
    });
    let rotation = RotationSchedule::builder()
        .secret(if which == "one" { &one } else { &two })
        .rotation_lambda_arn(FUNCTION)
        .rotation_rules(rules)
        .build();
    arch.resource("it", rotation);
    arch
}
