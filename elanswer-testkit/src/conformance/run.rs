//! Runs a case against an executor.

use std::sync::Arc;

use elanswer_core::{
    Architecture,
    operations::{self, Target},
    plan::{Action, Plan},
    state::Record,
};

use super::Case;

/// Runs the life of one kind against `target`, whose state must be empty.
///
/// # Panics
///
/// When the executor does not keep its contract: that is how a test says so.
#[expect(clippy::panic, reason = "a failing conformance case is a failing test")]
pub async fn run(case: &Case, target: &dyn Target) {
    let made = (case.made)();
    let plan = plan(case, &made, target).await;
    assert_eq!(plan.count(Action::Create), made.nodes().len(), "{}: {plan}", case.name);
    apply(case, "made", &made, target).await;
    let mut last = made;
    if let Some(updated) = case.updated {
        let updated = updated();
        let plan = self::plan(case, &updated, target).await;
        let it = plan.step("it").unwrap_or_else(|| panic!("{}: no update: {plan}", case.name));
        assert_eq!(it.action, Action::Update, "{}: {plan}", case.name);
        apply(case, "updated", &updated, target).await;
        last = updated;
    }
    if let Some(replaced) = case.replaced {
        let replaced = replaced();
        let plan = self::plan(case, &replaced, target).await;
        let it = plan.step("it").unwrap_or_else(|| panic!("{}: no replace: {plan}", case.name));
        assert_eq!(it.action, Action::Replace, "{}: {plan}", case.name);
        let old = recorded(case, &replaced, target).await;
        apply(case, "replaced", &replaced, target).await;
        let new = recorded(case, &replaced, target).await;
        read_with_a_removed_one(case, &old, &new, target).await;
        last = replaced;
    }
    let report = operations::destroy(last.name(), target)
        .await
        .unwrap_or_else(|error| panic!("{}: destroy: {error}", case.name));
    assert!(report.is_complete(), "{}: destroy: {report}", case.name);
    let left = operations::plan_destroy(last.name(), target)
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", case.name));
    assert!(left.is_empty(), "{}: left after destroy: {left}", case.name);
}

/// What the state has of the object that the case is about.
#[expect(clippy::panic, reason = "a failing conformance case is a failing test")]
async fn recorded(case: &Case, arch: &Architecture, target: &dyn Target) -> Arc<Record> {
    let state = target.store().load(arch.name()).await;
    let state = state.unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let it = state.records.into_values().find(|record| record.key.resource.as_str() == "it");
    it.unwrap_or_else(|| panic!("{}: not in the state", case.name))
}

/// Reads an object in one list with the one that it replaced, which must not spoil the answer.
#[expect(clippy::panic, reason = "a failing conformance case is a failing test")]
async fn read_with_a_removed_one(case: &Case, old: &Record, new: &Record, target: &dyn Target) {
    let identifiers: Vec<String> =
        [old, new].iter().filter_map(|it| it.identifier.clone()).collect();
    let executor = target.executor();
    let kinds = executor.kinds();
    let kind = kinds.get(&new.kind).unwrap_or_else(|| panic!("{}: no handler", case.name));
    let answers = executor.read(kind.schema, &new.place, &identifiers).await;
    assert!(
        answers.iter().all(Result::is_ok),
        "{}: one of two was removed: {answers:?}",
        case.name
    );
    assert!(matches!(answers.last(), Some(Ok(Some(_)))), "{}: {answers:?}", case.name);
}

#[expect(clippy::panic, reason = "a failing conformance case is a failing test")]
async fn plan(case: &Case, arch: &Architecture, target: &dyn Target) -> Plan {
    operations::plan(arch, target)
        .unchecked()
        .await
        .unwrap_or_else(|error| panic!("{}: plan: {error}", case.name))
}

/// Applies, and sees that nothing is left to do, whether or not what exists is read.
#[expect(clippy::panic, reason = "a failing conformance case is a failing test")]
async fn apply(case: &Case, doing: &str, arch: &Architecture, target: &dyn Target) {
    let report = operations::apply(arch, target)
        .unchecked()
        .await
        .unwrap_or_else(|error| panic!("{}: {doing}: {error}", case.name));
    assert!(report.is_complete(), "{}: {doing}: {report}", case.name);
    for refresh in [false, true] {
        let rest = operations::plan(arch, target)
            .unchecked()
            .refresh(refresh)
            .await
            .unwrap_or_else(|error| panic!("{}: {doing}: {error}", case.name));
        assert!(rest.is_empty(), "{}: {doing}, then (refresh {refresh}): {rest}", case.name);
    }
}
