//! Texts of ElastiCache that have a form: names.

use crate::text::text;

text! {
    /// The name of a cache subnet group, as AWS stores it: in lower case.
    ///
    /// ```
    /// use elanswer_core::services::elasticache::CacheSubnetGroupName;
    ///
    /// const NAME: CacheSubnetGroupName = CacheSubnetGroupName::literal("data");
    /// assert!(CacheSubnetGroupName::new("-data").is_err());
    /// ```
    CacheSubnetGroupName: "a cache subnet group name",
    "1 to 255 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another, and not `default`",
    is_subnet_group_name
}

text! {
    /// The name of a cache parameter group, as AWS stores it: in lower case.
    CacheParameterGroupName: "a cache parameter group name",
    "1 to 255 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<255>
}

text! {
    /// The name of a replication group, as AWS stores it: in lower case.
    ///
    /// It is part of the host names of its nodes.
    ReplicationGroupId: "a replication group id",
    "1 to 40 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<40>
}

text! {
    /// What names a user to AWS, as AWS stores it: in lower case.
    ///
    /// `default` is the user that every account has.
    UserId: "a user id",
    "1 to 40 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another, and not `default`",
    is_user_id
}

text! {
    /// What names a user group to AWS, as AWS stores it: in lower case.
    UserGroupId: "a user group id",
    "1 to 40 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<40>
}

text! {
    /// The name under which a user logs in to a cache.
    ///
    /// Who logs in without a name is `default`.
    UserName: "a user name",
    "1 to 120 printable ASCII characters without spaces",
    is_user_name
}

impl UserName {
    /// The name of those who log in without one.
    pub const DEFAULT: Self = Self::literal("default");
}

const fn is_subnet_group_name(text: &str) -> bool {
    is_identifier::<255>(text) && !text.eq_ignore_ascii_case("default")
}

const fn is_user_id(text: &str) -> bool {
    is_identifier::<40>(text) && !text.eq_ignore_ascii_case("default")
}

const fn is_user_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_graphic() {
            return false;
        }
        rest = tail;
    }
    length >= 1 && length <= 120
}

/// Letters, digits and hyphens.
const fn is_identifier<const MAX: usize>(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (length, mut before) = (rest.len(), b'-');
    let mut first = true;
    while let Some((byte, tail)) = rest.split_first() {
        let fits = byte.is_ascii_lowercase()
            || !first && (byte.is_ascii_digit() || *byte == b'-' && before != b'-');
        if !fits {
            return false;
        }
        (before, rest, first) = (*byte, tail, false);
    }
    length >= 1 && length <= MAX && before != b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_form_that_elasticache_wants() {
        for good in ["a", "data-1", &"x".repeat(255)] {
            assert!(CacheSubnetGroupName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "default", "1a", "-a", "a-", "a--b", "A", "a_b", &"x".repeat(256)] {
            assert!(CacheSubnetGroupName::new(bad).is_err(), "{bad}");
        }
        assert!(ReplicationGroupId::new("x".repeat(40)).is_ok());
        assert!(ReplicationGroupId::new("x".repeat(41)).is_err());
    }

    #[test]
    fn the_default_user_has_its_name_and_nobody_its_id() {
        assert_eq!(UserName::DEFAULT.as_str(), "default");
        assert!(UserId::new("default").is_err());
        for bad in ["", "two words", "ü", &"x".repeat(121)] {
            assert!(UserName::new(bad).is_err(), "{bad}");
        }
    }
}
