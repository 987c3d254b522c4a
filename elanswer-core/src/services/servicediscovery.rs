//! AWS Cloud Map: names at which the tasks of services find each other.

pub use dns_config::{DnsConfig, DnsRecords, DnsRecordsError, RecordTtl, RoutingPolicy};
pub use private_dns_namespace::{
    DnsProperties, NamespaceProperties, PrivateDnsNamespace, PrivateDnsNamespaceOutputs, Soa,
    SoaTtl,
};
pub use service::{HealthCheckCustomConfig, Service, ServiceArn, ServiceName, ServiceOutputs};

mod dns_config;
mod private_dns_namespace;
mod service;

use crate::text::{characters, text};

text! {
    /// What a namespace or a service is for.
    Description: "a description in Cloud Map",
    "1 to 1024 characters",
    is_description
}

const fn is_description(text: &str) -> bool {
    let length = characters(text);
    1 <= length && length <= 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_says_something() {
        assert!(Description::new("who is where").is_ok());
        assert!(Description::new("").is_err() && Description::new("x".repeat(1025)).is_err());
    }
}
