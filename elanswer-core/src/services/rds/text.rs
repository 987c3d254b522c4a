//! Texts of RDS that have a form: names, classes, versions, keys.

use crate::text::text;

text! {
    /// The name of a DB instance, as AWS stores it: in lower case.
    ///
    /// It is part of the host name of the instance.
    ///
    /// ```
    /// use elanswer_core::services::rds::DbInstanceIdentifier;
    ///
    /// const NAME: DbInstanceIdentifier = DbInstanceIdentifier::literal("orders");
    /// assert!(DbInstanceIdentifier::new("-orders").is_err());
    /// ```
    DbInstanceIdentifier: "a DB instance identifier",
    "1 to 63 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<63>
}

text! {
    /// The name of a DB parameter group, as AWS stores it: in lower case.
    DbParameterGroupName: "a DB parameter group name",
    "1 to 255 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<255>
}

text! {
    /// The name of a DB proxy, as AWS stores it: in lower case.
    ///
    /// It is part of the host name of the proxy.
    DbProxyName: "a DB proxy name",
    "1 to 63 lower-case letters, digits and hyphens, a letter first, no hyphen last or after another",
    is_identifier::<63>
}

text! {
    /// The name of a DB subnet group, as AWS stores it: in lower case.
    DbSubnetGroupName: "a DB subnet group name",
    "1 to 255 lower-case letters, digits, periods, underscores, spaces and hyphens, a letter first, and not `default`",
    is_subnet_group_name
}

text! {
    /// The name of the first database in an instance.
    DbName: "a database name of PostgreSQL",
    "1 to 63 letters, digits and underscores, a letter first",
    is_sql_name
}

text! {
    /// The name of the master user of an instance.
    MasterUsername: "a master user name of PostgreSQL",
    "1 to 63 letters, digits and underscores, a letter first, and not `admin` or `rdsadmin`",
    is_master_username
}

/// Letters, digits and hyphens, as instances and parameter groups are named.
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

const fn is_subnet_group_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    let mut first = true;
    while let Some((byte, tail)) = rest.split_first() {
        let fits = byte.is_ascii_lowercase()
            || !first && (byte.is_ascii_digit() || matches!(*byte, b'.' | b'_' | b' ' | b'-'));
        if !fits {
            return false;
        }
        (rest, first) = (tail, false);
    }
    length >= 1 && length <= 255 && !same(text, "default")
}

const fn is_sql_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    let mut first = true;
    while let Some((byte, tail)) = rest.split_first() {
        let fits = byte.is_ascii_alphabetic() || !first && (byte.is_ascii_digit() || *byte == b'_');
        if !fits {
            return false;
        }
        (rest, first) = (tail, false);
    }
    length >= 1 && length <= 63
}

const fn is_master_username(text: &str) -> bool {
    is_sql_name(text) && !same(text, "admin") && !same(text, "rdsadmin")
}

/// Whether two texts are the same but for case.
const fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_form_that_rds_wants() {
        for good in ["a", "orders-1", &"x".repeat(63)] {
            assert!(DbInstanceIdentifier::new(good).is_ok(), "{good}");
        }
        for bad in ["", "1a", "-a", "a-", "a--b", "A", "a_b", &"x".repeat(64)] {
            assert!(DbInstanceIdentifier::new(bad).is_err(), "{bad}");
        }
        assert!(DbParameterGroupName::new("x".repeat(255)).is_ok());
        assert_eq!(
            DbParameterGroupName::new("a.b").unwrap_err().to_string(),
            "`a.b` is not a DB parameter group name: 1 to 255 lower-case letters, digits and \
             hyphens, a letter first, no hyphen last or after another"
        );
    }

    #[test]
    fn subnet_groups_may_have_more_characters_but_not_the_name_default() {
        assert!(DbSubnetGroupName::new("a. b_c--").is_ok());
        for bad in ["", "default", "Default", "1", "a/b", &"x".repeat(256)] {
            assert!(DbSubnetGroupName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reserved_users_are_refused() {
        assert!(MasterUsername::new("postgres").is_ok());
        for bad in ["admin", "RDSAdmin", "_a", "a-b", &"x".repeat(64)] {
            assert!(MasterUsername::new(bad).is_err(), "{bad}");
        }
    }
}
