//! The ARNs of connections.

use crate::{
    arn::{ArnFields, cut},
    text::text,
};

text! {
    /// The ARN of a connection to a host of repositories.
    ///
    /// Connections that were made before 2024-03-29 have `codestar-connections` in place of
    /// `codeconnections` in it, and the actions of policies that are about them too.
    ConnectionArn: "the ARN of a connection",
    "`arn:aws:codeconnections:` or `arn:aws:codestar-connections:`, Region, `:`, account, `:connection/`, id",
    is_connection_arn
}

/// The service of connections, and the one that they were of before.
const SERVICE: &str = "codeconnections";
const FORMER_SERVICE: &str = "codestar-connections";

const fn is_connection_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let id = match arn.named(SERVICE, "connection/") {
        Some(id) => id,
        None => match arn.named(FORMER_SERVICE, "connection/") {
            Some(id) => id,
            None => return false,
        },
    };
    cut(id, b'/').is_none() && cut(id, b':').is_none()
}

impl ConnectionArn {
    /// The service that policies name in the actions about it: `codeconnections`, or
    /// `codestar-connections` of an older one.
    #[must_use]
    pub fn service(&self) -> &'static str {
        let former = self.as_str().split(':').nth(2) == Some(FORMER_SERVICE);
        if former { FORMER_SERVICE } else { SERVICE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_named_by_its_arn() {
        let arn = |service: &str, resource: &str| {
            ConnectionArn::new(format!("arn:aws:{service}:us-east-1:123456789012:{resource}"))
        };
        let new = arn("codeconnections", "connection/1234").unwrap();
        assert_eq!(new.service(), "codeconnections");
        let old = arn("codestar-connections", "connection/1234").unwrap();
        assert_eq!(old.service(), "codestar-connections");
        for (service, resource) in [
            ("codeconnections", "host/1234"),
            ("codeconnections", "connection/"),
            ("codeconnections", "connection/12/34"),
            ("codebuild", "connection/1234"),
        ] {
            assert!(arn(service, resource).is_err(), "{service} {resource}");
        }
        assert!(ConnectionArn::new("connection/1234").is_err());
    }
}
