use crate::{
    Architecture, Platform, Region,
    platform::tests::certificate,
    services::secretsmanager::{FunctionArn, RotationSchedule},
};

const FUNCTION: FunctionArn =
    FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");

/// A platform with a replica, changed.
fn replicated(change: impl FnOnce(Platform) -> Platform) -> Architecture {
    let mut arch = Architecture::new("elanswer", Region::UsEast1);
    let password = arch.secret("password", 1, "correct-horse");
    let login = arch.secret("login", 1, r#"{"username":"postgres","password":"correct-horse"}"#);
    let platform = Platform::new("platform", certificate(Region::UsEast1));
    arch.add(change(platform.replicas(1, &password, &login)));
    arch
}

fn codes(arch: &Architecture) -> Vec<String> {
    let found = crate::check(arch).diagnostics;
    found.iter().map(|it| format!("{} {}", it.code, it.resource)).collect()
}

#[test]
fn a_function_changes_the_password_once_the_database_is_there() {
    let arch = replicated(|platform| platform.login_rotated_by(FUNCTION));
    assert_eq!(codes(&arch), [""; 0]);
    let [(node, rotation)] = arch.all::<RotationSchedule>().collect::<Vec<_>>()[..] else {
        panic!("one secret rotates");
    };
    assert_eq!(node.id.as_str(), "platform/database-login/rotation");
    assert_eq!(rotation.rotation_rules.days(), Some(30));
    let mut after = node.dependencies().map(|id| id.as_str());
    assert!(after.any(|id| id == "platform/database/instance"));
}

#[test]
fn nobody_changes_it_otherwise_and_a_rule_says_so() {
    let arch = replicated(|platform| platform);
    assert_eq!(codes(&arch), ["secret-without-rotation platform/database-login/secret"]);
}
