//! The rules: one file each, named after its slug.
//!
//! The header of each file is its entry in `docs/rules.md`: what goes wrong in AWS, where that is
//! written, how to fix it, and when it is right to suppress it.

mod action_without_its_resource;
mod alarm_refused;
mod alarm_watches_nothing;
mod alarm_without_action;
mod alias_health_refused;
mod backup_retention_short;
mod bucket_may_be_public;
mod bucket_refused;
mod bucket_without_tls;
mod budget_refused;
mod budget_without_notification;
mod build_privileged_without_docker;
mod cache_not_encrypted;
mod cache_refused;
mod cache_single_zone;
mod cache_without_authentication;
mod capacity_provider_not_associated;
mod certificate_in_other_region;
mod certificate_not_validated;
mod checked_record_long_ttl;
mod cidr_not_private;
mod circuit_breaker_off;
mod cname_at_apex;
mod connection_needs_handshake;
mod container_definitions;
mod cyclic_reference;
mod dangling_move;
mod dangling_reference;
mod database_in_public_tier;
mod database_not_reachable;
mod database_publicly_accessible;
mod database_refused;
mod database_single_zone;
mod database_unencrypted;
mod database_without_final_snapshot;
mod database_without_tls;
mod deletion_protection_off;
mod different_vpcs;
mod distribution_cannot_read;
mod distribution_certificate_region;
mod distribution_old_tls;
mod distribution_refused;
mod distribution_without_https;
mod distribution_without_logging;
mod distribution_without_root_object;
mod distribution_without_web_acl;
mod dns_hostnames_without_support;
mod duplicate_name;
mod egress_to_anywhere;
mod egress_wider_than_peers;
mod endpoint_not_reachable;
mod endpoint_policy_open;
mod endpoint_refused;
mod events_rule_refused;
mod events_rule_without_target;
mod execution_role_lacks_permission;
mod failover_without_health_check;
mod failover_without_secondary;
mod gateway_not_attached;
mod geolocation_without_default;
mod health_check_constant;
mod health_check_of_own_record;
mod health_check_refused;
mod health_check_timeout;
mod health_check_without_address;
mod http_without_redirect;
mod image_without_version;
mod images_can_be_overwritten;
mod images_not_scanned;
mod ingress_wider_than_peers;
mod internet_facing_in_private_subnet;
mod invalid_construct;
mod invalid_name;
mod key_refuses_logs;
mod key_refuses_publisher;
mod key_without_rotation;
mod listener_rule_conditions;
mod listener_rule_shadowed;
mod load_balancer_single_zone;
mod load_balancer_subnet_too_small;
mod load_balancer_without_listener;
mod load_balancer_without_web_acl;
mod log_group_without_retention;
mod malformed_policy;
mod metric_filter_refused;
mod multivalue_refused;
mod name_not_allowed;
mod namespace_not_resolved;
mod nat_in_other_zone;
mod nat_in_private_subnet;
mod nat_without_internet_gateway;
mod network_acl_defeats_security_group;
mod network_acl_entry_shadowed;
mod network_acl_too_long;
mod network_acl_without_entries;
mod not_unique;
mod old_tls_policy;
mod only_spot;
mod open_to_internet;
mod parameter_group_family;
mod pipeline_refused;
mod policy_open_to_anyone;
mod policy_too_long;
mod proxy_cannot_read_secret;
mod record_outside_zone;
mod record_value_malformed;
mod record_without_health_check;
mod records_conflict;
mod reference_across_regions;
mod replica_in_zone_of_source;
mod replica_without_backups;
mod repository_refused;
mod role_not_assumable;
mod role_open_to_anyone;
mod rule_never_matches;
mod scaling_refused;
mod scaling_without_trigger;
mod secret_in_environment;
mod secret_key_missing;
mod secret_refused;
mod secret_without_key;
mod secret_without_rotation;
mod secret_without_value;
mod service_before_listener;
mod service_port_not_mapped;
mod service_refused;
mod service_single_zone;
mod service_target_group_unused;
mod service_without_way_out;
mod single_nat_gateway;
mod subnet_outside_vpc;
mod subnet_size;
mod subnets_overlap;
mod tag_limits;
mod target_not_reachable;
mod task_with_public_address;
mod task_without_execution_role;
mod task_without_logs;
mod topic_not_encrypted;
mod topic_refused;
mod topic_refuses_events;
mod two_subnets_in_zone;
mod unknown_action;
mod unknown_condition_key;
mod unknown_database_class;
mod unknown_zone;
mod unused_resource;
mod unused_suppression;
mod used_before_attached;
mod validation_of_other_domain;
mod vpc_size;
mod web_acl_in_other_region;
mod web_acl_never_blocks;
mod web_acl_refused;
mod web_acl_without_logging;
mod wildcard_action;
mod wildcard_resource;
mod windows_collide;
mod zone_may_not_answer;

use crate::checks::Rule;

/// The slug of the rule that looks at what the others found.
pub(crate) const UNUSED_SUPPRESSION: &str = unused_suppression::RULE.slug;

/// Every rule of elanswer: the one list.
#[must_use]
pub fn all() -> Vec<Rule> {
    vec![
        // The description itself.
        duplicate_name::RULE,
        invalid_name::RULE,
        invalid_construct::RULE,
        dangling_reference::RULE,
        dangling_move::RULE,
        reference_across_regions::RULE,
        replica_in_zone_of_source::RULE,
        replica_without_backups::RULE,
        cyclic_reference::RULE,
        name_not_allowed::RULE,
        not_unique::RULE,
        tag_limits::RULE,
        unused_resource::RULE,
        unused_suppression::RULE,
        // The network.
        vpc_size::RULE,
        cidr_not_private::RULE,
        dns_hostnames_without_support::RULE,
        subnet_size::RULE,
        subnet_outside_vpc::RULE,
        subnets_overlap::RULE,
        unknown_zone::RULE,
        gateway_not_attached::RULE,
        used_before_attached::RULE,
        nat_without_internet_gateway::RULE,
        nat_in_private_subnet::RULE,
        single_nat_gateway::RULE,
        nat_in_other_zone::RULE,
        different_vpcs::RULE,
        // Private ways to services of AWS.
        endpoint_refused::RULE,
        endpoint_not_reachable::RULE,
        endpoint_policy_open::RULE,
        // Security groups.
        open_to_internet::RULE,
        ingress_wider_than_peers::RULE,
        egress_wider_than_peers::RULE,
        egress_to_anywhere::RULE,
        rule_never_matches::RULE,
        network_acl_defeats_security_group::RULE,
        network_acl_entry_shadowed::RULE,
        network_acl_without_entries::RULE,
        network_acl_too_long::RULE,
        // Load balancers.
        load_balancer_single_zone::RULE,
        two_subnets_in_zone::RULE,
        internet_facing_in_private_subnet::RULE,
        load_balancer_subnet_too_small::RULE,
        load_balancer_without_listener::RULE,
        http_without_redirect::RULE,
        old_tls_policy::RULE,
        budget_refused::RULE,
        budget_without_notification::RULE,
        certificate_in_other_region::RULE,
        listener_rule_shadowed::RULE,
        listener_rule_conditions::RULE,
        health_check_timeout::RULE,
        deletion_protection_off::RULE,
        load_balancer_without_web_acl::RULE,
        // Web ACLs.
        web_acl_refused::RULE,
        web_acl_in_other_region::RULE,
        web_acl_without_logging::RULE,
        web_acl_never_blocks::RULE,
        // Names and certificates.
        record_outside_zone::RULE,
        cname_at_apex::RULE,
        records_conflict::RULE,
        record_value_malformed::RULE,
        failover_without_secondary::RULE,
        failover_without_health_check::RULE,
        geolocation_without_default::RULE,
        record_without_health_check::RULE,
        checked_record_long_ttl::RULE,
        multivalue_refused::RULE,
        alias_health_refused::RULE,
        health_check_refused::RULE,
        health_check_constant::RULE,
        health_check_of_own_record::RULE,
        health_check_without_address::RULE,
        certificate_not_validated::RULE,
        validation_of_other_domain::RULE,
        zone_may_not_answer::RULE,
        // Tasks and services.
        container_definitions::RULE,
        task_without_execution_role::RULE,
        task_without_logs::RULE,
        secret_in_environment::RULE,
        image_without_version::RULE,
        images_can_be_overwritten::RULE,
        images_not_scanned::RULE,
        service_refused::RULE,
        capacity_provider_not_associated::RULE,
        only_spot::RULE,
        service_single_zone::RULE,
        service_target_group_unused::RULE,
        service_before_listener::RULE,
        service_port_not_mapped::RULE,
        target_not_reachable::RULE,
        database_not_reachable::RULE,
        service_without_way_out::RULE,
        task_with_public_address::RULE,
        circuit_breaker_off::RULE,
        scaling_refused::RULE,
        scaling_without_trigger::RULE,
        namespace_not_resolved::RULE,
        // Databases.
        database_refused::RULE,
        unknown_database_class::RULE,
        parameter_group_family::RULE,
        database_single_zone::RULE,
        database_in_public_tier::RULE,
        database_publicly_accessible::RULE,
        database_unencrypted::RULE,
        backup_retention_short::RULE,
        database_without_final_snapshot::RULE,
        database_without_tls::RULE,
        // Caches.
        cache_refused::RULE,
        cache_single_zone::RULE,
        cache_not_encrypted::RULE,
        cache_without_authentication::RULE,
        // Buckets.
        bucket_refused::RULE,
        bucket_may_be_public::RULE,
        bucket_without_tls::RULE,
        // Secrets.
        secret_refused::RULE,
        secret_key_missing::RULE,
        secret_without_value::RULE,
        secret_without_rotation::RULE,
        secret_without_key::RULE,
        // Alerts.
        topic_refused::RULE,
        topic_not_encrypted::RULE,
        key_refuses_publisher::RULE,
        events_rule_refused::RULE,
        events_rule_without_target::RULE,
        topic_refuses_events::RULE,
        metric_filter_refused::RULE,
        // Distributions.
        distribution_refused::RULE,
        distribution_certificate_region::RULE,
        distribution_cannot_read::RULE,
        distribution_without_https::RULE,
        distribution_old_tls::RULE,
        distribution_without_web_acl::RULE,
        distribution_without_logging::RULE,
        distribution_without_root_object::RULE,
        // Delivery.
        pipeline_refused::RULE,
        connection_needs_handshake::RULE,
        build_privileged_without_docker::RULE,
        // Alarms.
        alarm_refused::RULE,
        alarm_watches_nothing::RULE,
        alarm_without_action::RULE,
        // Permissions and logs.
        malformed_policy::RULE,
        unknown_action::RULE,
        unknown_condition_key::RULE,
        action_without_its_resource::RULE,
        policy_too_long::RULE,
        proxy_cannot_read_secret::RULE,
        wildcard_action::RULE,
        wildcard_resource::RULE,
        windows_collide::RULE,
        role_open_to_anyone::RULE,
        policy_open_to_anyone::RULE,
        repository_refused::RULE,
        role_not_assumable::RULE,
        execution_role_lacks_permission::RULE,
        key_refuses_logs::RULE,
        key_without_rotation::RULE,
        log_group_without_retention::RULE,
    ]
}
