//! Cases of AWS IAM.

use elanswer_core::{
    Architecture, Input, Region, Resource, Tags,
    services::iam::{
        ManagedPolicyArn, MaxSessionDuration, Operator, PolicyDocument, PolicyName, Role,
        RoleDescription, RoleName, RolePath, RolePolicy, Service, Statement,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "iam_role",
        kind: Role::SCHEMA.kind,
        made: || {
            with_role(Role {
                description: RoleDescription::new("runs the shop").ok(),
                managed_policy_arns: [ManagedPolicyArn::ECS_TASK_EXECUTION.into()].into(),
                ..Role::assumed_by(Service::EcsTasks)
            })
        },
        updated: Some(|| {
            let trust = Statement::allow(["sts:AssumeRole"])
                .to([Service::EcsTasks, Service::Ec2])
                .when(Operator::STRING_EQUALS, "aws:SourceAccount", ["123456789012"]);
            with_role(Role {
                trust: PolicyDocument::new([trust]),
                description: None,
                managed_policy_arns: [ManagedPolicyArn::RDS_ENHANCED_MONITORING.into()].into(),
                max_session_duration: MaxSessionDuration::seconds(7200).unwrap_or_default(),
                permissions_boundary: Some(ManagedPolicyArn::aws("ReadOnlyAccess").into()),
                tags: Tags::new().with("Name", "renamed"),
                ..Role::assumed_by(Service::EcsTasks)
            })
        }),
        replaced: Some(|| {
            with_role(Role {
                path: RolePath::new("/shop/").unwrap_or_default(),
                ..Role::assumed_by(Service::EcsTasks)
            })
        }),
    },
    Case {
        name: "iam_role_alone",
        kind: Role::SCHEMA.kind,
        made: || with_role(Role::assumed_by(Service::EcsTasks)),
        updated: Some(|| {
            with_role(Role {
                max_session_duration: MaxSessionDuration::seconds(7200).unwrap_or_default(),
                ..Role::assumed_by(Service::Ec2)
            })
        }),
        replaced: Some(|| {
            with_role(Role {
                role_name: RoleName::new("elanswer-conformance").ok(),
                ..Role::assumed_by(Service::Ec2)
            })
        }),
    },
    Case {
        name: "iam_role_policy",
        kind: RolePolicy::SCHEMA.kind,
        made: || with_policy("conformance", &["s3:GetObject"]),
        updated: Some(|| with_policy("conformance", &["s3:PutObject", "s3:GetObject"])),
        replaced: Some(|| with_policy("renamed", &["s3:GetObject"])),
    },
];

fn with_role(role: Role) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", role);
    arch
}

/// A policy on a bucket and on its own role, whose ARN is known late and then comes first.
fn with_policy(name: &str, actions: &[&'static str]) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let role = arch.resource("role", Role::assumed_by(Service::EcsTasks));
    let resources = [Input::from("arn:aws:s3:::elanswer-conformance/*"), role.arn().into()];
    let statement = Statement::allow(actions.iter().copied()).on(resources);
    if let Ok(name) = PolicyName::new(name) {
        arch.resource("it", RolePolicy::new(&role, name, PolicyDocument::new([statement])));
    }
    arch
}
