//! The rules about the age of objects, to the SDK and back.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{
    self, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionTransition, Tag,
};
use elanswer_core::{
    Bounded,
    executor::ExecError,
    services::s3::{
        AbortIncompleteMultipartUpload, Days, Lifecycle, LifecycleRule,
        NoncurrentVersionExpiration, Status, Transition, TransitionStorageClass,
    },
};

use super::{SERVICE, unbuilt};
use crate::error::missing;

pub(super) fn to_sdk(lifecycle: &Lifecycle) -> Result<BucketLifecycleConfiguration, ExecError> {
    let rules = lifecycle.rules.iter().map(rule_to_sdk).collect::<Result<_, _>>()?;
    BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build().map_err(unbuilt)
}

fn rule_to_sdk(rule: &LifecycleRule) -> Result<types::LifecycleRule, ExecError> {
    let status = match rule.status {
        Status::Enabled => ExpirationStatus::Enabled,
        Status::Disabled => ExpirationStatus::Disabled,
    };
    let transitions = rule.transitions.iter().map(|transition| {
        types::Transition::builder()
            .storage_class(class_to_sdk(transition.storage_class))
            .set_days(signed(transition.transition_in_days))
            .build()
    });
    let of_versions = rule.noncurrent_version_transitions.iter().map(|transition| {
        NoncurrentVersionTransition::builder()
            .storage_class(class_to_sdk(transition.storage_class))
            .set_noncurrent_days(signed(transition.transition_in_days))
            .build()
    });
    let expiration = rule
        .expiration_in_days
        .map(|days| LifecycleExpiration::builder().set_days(signed(days)).build());
    let of_old = rule.noncurrent_version_expiration.map(|expiration| {
        types::NoncurrentVersionExpiration::builder()
            .set_noncurrent_days(signed(expiration.noncurrent_days))
            .set_newer_noncurrent_versions(expiration.newer_noncurrent_versions.and_then(signed))
            .build()
    });
    let abort = rule.abort_incomplete_multipart_upload.map(|abort| {
        types::AbortIncompleteMultipartUpload::builder()
            .set_days_after_initiation(signed(abort.days_after_initiation))
            .build()
    });
    let some = |empty: bool| (!empty).then_some(());
    types::LifecycleRule::builder()
        .id(&rule.id)
        .status(status)
        .filter(filter_to_sdk(rule)?)
        .set_transitions(some(rule.transitions.is_empty()).map(|()| transitions.collect()))
        .set_noncurrent_version_transitions(
            some(rule.noncurrent_version_transitions.is_empty()).map(|()| of_versions.collect()),
        )
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(of_old)
        .set_abort_incomplete_multipart_upload(abort)
        .build()
        .map_err(unbuilt)
}

/// One condition stands alone; more go into an `And`.
fn filter_to_sdk(rule: &LifecycleRule) -> Result<LifecycleRuleFilter, ExecError> {
    let tags = rule.tag_filters.iter();
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
    let mut tags = tags.collect::<Result<Vec<_>, _>>().map_err(unbuilt)?;
    let filter = LifecycleRuleFilter::builder();
    Ok(match (tags.pop(), tags.is_empty(), rule.prefix.is_empty()) {
        (None, _, _) => filter.prefix(&rule.prefix).build(),
        (Some(tag), true, true) => filter.tag(tag).build(),
        (Some(tag), _, _) => {
            tags.push(tag);
            let prefix = (!rule.prefix.is_empty()).then(|| rule.prefix.clone());
            let and = LifecycleRuleAndOperator::builder().set_prefix(prefix);
            filter.and(and.set_tags(Some(tags)).build()).build()
        }
    })
}

/// What AWS says; no rule means no lifecycle.
pub(super) fn from_sdk(rules: &[types::LifecycleRule]) -> Result<Option<Lifecycle>, ExecError> {
    let rules = rules.iter().map(rule_from_sdk).collect::<Result<_, _>>()?;
    let lifecycle = Lifecycle { rules };
    Ok((!lifecycle.rules.is_empty()).then_some(lifecycle))
}

fn rule_from_sdk(rule: &types::LifecycleRule) -> Result<LifecycleRule, ExecError> {
    let lacks = |field| missing(SERVICE, "GetBucketLifecycleConfiguration", field);
    let days = |days: Option<i32>, field| {
        days.map(|days| unsigned(days).ok_or_else(|| lacks(field))).transpose()
    };
    let mut transitions = Vec::new();
    for transition in rule.transitions() {
        let class = transition.storage_class().and_then(class_from_sdk);
        let after = transition.days().and_then(unsigned);
        if let (Some(class), Some(after)) = (class, after) {
            transitions.push(Transition::to(class, after));
        }
    }
    let mut of_versions = Vec::new();
    for transition in rule.noncurrent_version_transitions() {
        let class = transition.storage_class().and_then(class_from_sdk);
        let after = transition.noncurrent_days().and_then(unsigned);
        if let (Some(class), Some(after)) = (class, after) {
            of_versions.push(Transition::to(class, after));
        }
    }
    let expiration = rule.expiration().and_then(LifecycleExpiration::days);
    let expiration: Option<Days> = days(expiration, "Days")?;
    let of_old = match rule.noncurrent_version_expiration() {
        None => None,
        Some(expiration) => Some(NoncurrentVersionExpiration {
            noncurrent_days: days(expiration.noncurrent_days(), "NoncurrentDays")?
                .ok_or_else(|| lacks("NoncurrentDays"))?,
            newer_noncurrent_versions: expiration
                .newer_noncurrent_versions()
                .filter(|kept| *kept > 0)
                .and_then(unsigned),
        }),
    };
    let abort = rule.abort_incomplete_multipart_upload();
    let abort = abort.and_then(types::AbortIncompleteMultipartUpload::days_after_initiation);
    let abort = days(abort, "DaysAfterInitiation")?.map(AbortIncompleteMultipartUpload::after);
    let (prefix, tags) = filter_from_sdk(rule);
    Ok(LifecycleRule::builder()
        .id(rule.id().ok_or_else(|| lacks("ID"))?)
        .status(match rule.status() {
            ExpirationStatus::Enabled => Status::Enabled,
            _ => Status::Disabled,
        })
        .prefix(prefix)
        .tag_filters(tags)
        .transitions(transitions)
        .noncurrent_version_transitions(of_versions)
        .maybe_expiration_in_days(expiration)
        .maybe_noncurrent_version_expiration(of_old)
        .maybe_abort_incomplete_multipart_upload(abort)
        .build())
}

fn filter_from_sdk(rule: &types::LifecycleRule) -> (String, BTreeMap<String, String>) {
    #[expect(deprecated, reason = "buckets of old have it")]
    let of_rule = rule.prefix();
    let filter = rule.filter();
    let and = filter.and_then(LifecycleRuleFilter::and);
    let prefix = filter
        .and_then(LifecycleRuleFilter::prefix)
        .or_else(|| and.and_then(LifecycleRuleAndOperator::prefix))
        .or(of_rule);
    let of_and = and.map(LifecycleRuleAndOperator::tags).unwrap_or_default();
    let tags = filter.and_then(LifecycleRuleFilter::tag).into_iter().chain(of_and);
    let tags = tags.map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    (prefix.unwrap_or_default().to_owned(), tags)
}

fn class_to_sdk(class: TransitionStorageClass) -> types::TransitionStorageClass {
    class.as_str().into()
}

fn class_from_sdk(class: &types::TransitionStorageClass) -> Option<TransitionStorageClass> {
    TransitionStorageClass::ALL.into_iter().find(|known| known.as_str() == class.as_str())
}

fn signed<const MIN: u32, const MAX: u32>(number: Bounded<MIN, MAX>) -> Option<i32> {
    i32::try_from(number.get()).ok()
}

fn unsigned<const MIN: u32, const MAX: u32>(number: i32) -> Option<Bounded<MIN, MAX>> {
    u32::try_from(number).ok().and_then(|number| Bounded::new(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let plain = LifecycleRule::builder().id("plain").expiration_in_days(Days::of::<9>());
        let tagged = LifecycleRule::builder()
            .id("tagged")
            .status(Status::Disabled)
            .tag_filters([("a".to_owned(), "b".to_owned())].into())
            .transitions([Transition::to(TransitionStorageClass::Glacier, Bounded::of::<0>())]);
        let both = LifecycleRule::builder()
            .id("both")
            .prefix("logs/")
            .tag_filters([("a".to_owned(), "b".to_owned()), ("c".to_owned(), String::new())].into())
            .noncurrent_version_expiration(NoncurrentVersionExpiration {
                noncurrent_days: Days::of::<3>(),
                newer_noncurrent_versions: Some(Bounded::of::<2>()),
            })
            .noncurrent_version_transitions([Transition::to(
                TransitionStorageClass::GlacierIr,
                Bounded::of::<1>(),
            )])
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::after(
                Days::of::<7>(),
            ));
        let lifecycle = Lifecycle::from([plain.build(), tagged.build(), both.build()]);
        let sent = to_sdk(&lifecycle).unwrap();
        assert_eq!(from_sdk(sent.rules()).unwrap(), Some(lifecycle));
        assert_eq!(from_sdk(&[]).unwrap(), None);
    }
}
