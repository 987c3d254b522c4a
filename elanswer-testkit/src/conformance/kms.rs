//! Cases of AWS KMS.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::{
        iam::{PolicyDocument, Principal, Statement},
        kms::{Alias, AliasName, Key, KeyDescription, RotationPeriod},
        sts::CallerIdentity,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "kms_key",
        kind: Key::SCHEMA.kind,
        made: || with_key(Key::builder().build()),
        updated: Some(|| {
            with_key(
                Key::builder()
                    .description(KeyDescription::literal("orders"))
                    .enabled(false)
                    .enable_key_rotation(true)
                    .rotation_period_in_days(RotationPeriod::of::<180>())
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        // Nothing of a key replaces it.
        replaced: None,
    },
    Case {
        name: "kms_key_policy",
        kind: Key::SCHEMA.kind,
        made: || with_policy("kms:*"),
        updated: Some(|| with_policy("kms:Put*")),
        replaced: None,
    },
    Case {
        name: "kms_alias",
        kind: Alias::SCHEMA.kind,
        made: || with_alias("alias/elanswer-conformance", "one"),
        updated: Some(|| with_alias("alias/elanswer-conformance", "two")),
        replaced: Some(|| with_alias("alias/elanswer-conformance-2", "one")),
    },
];

fn with_key(key: Key) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", key);
    arch
}

fn with_policy(actions: &str) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let caller = arch.resource("caller", CallerIdentity::new());
    let root = Principal::aws(caller.root());
    let policy = PolicyDocument::new([
        Statement::allow([actions]).to([root.clone()]).on(["*"]).named("Change"),
        Statement::allow(["kms:Describe*", "kms:Get*", "kms:List*", "kms:ScheduleKeyDeletion"])
            .to([root.clone()])
            .on(["*"])
            .named("See"),
        Statement::allow(["kms:TagResource", "kms:UntagResource"]).to([root]).on(["*"]),
    ]);
    arch.resource(
        "it",
        Key::builder().enable_key_rotation(true).enabled(true).key_policy(policy).build(),
    );
    arch
}

fn with_alias(name: &'static str, key: &str) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Key::builder().build()));
    let key = if key == "one" { one } else { two };
    arch.resource("it", Alias::new(AliasName::literal(name), key));
    arch
}
