use crate::{
    Platform, Region,
    platform::tests::{certificate, described},
    services::s3::TransitionStorageClass,
};

/// A viewer who asks for an archived object gets none until somebody restored it.
#[test]
fn no_file_is_archived() {
    let platform = Platform::new("platform", certificate(Region::UsEast1));
    let (arch, platform) = described(Region::UsEast1, platform);
    let files = arch.get(platform.files().bucket()).unwrap();
    assert_eq!(files.intelligent_tiering.len(), 0);
    let rules = files.lifecycle.iter().flat_map(|it| &it.rules);
    let classes = rules.flat_map(|rule| &rule.transitions).map(|it| it.storage_class);
    assert_eq!(classes.collect::<Vec<_>>(), [TransitionStorageClass::IntelligentTiering]);
}
