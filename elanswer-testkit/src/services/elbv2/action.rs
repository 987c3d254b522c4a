//! What AWS refuses of actions.
//!
//! Rules: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>.

use elanswer_core::{
    Place, Set,
    services::elbv2::{
        Action, FixedResponse, Listener, ListenerRule, LoadBalancer, Protocol, Redirect,
        TargetGroup,
    },
};

use super::load_balancer::vpc_of;
use crate::world::{AwsError, World};

/// Refuses an action that a listener of the load balancer cannot have.
pub(super) fn check(
    world: &World,
    place: &Place,
    load_balancer: &str,
    protocol: Protocol,
    action: &Action,
) -> Result<(), AwsError> {
    match action {
        Action::FixedResponse(response) => check_fixed_response(response),
        Action::Forward(target) => {
            check_forward(world, place, load_balancer, target.known().unwrap_or_default())
        }
        Action::Redirect(redirect) => check_redirect(protocol, redirect),
        _ => Ok(()),
    }
}

fn check_forward(
    world: &World,
    place: &Place,
    load_balancer: &str,
    target_group: &str,
) -> Result<(), AwsError> {
    let group = world.get::<TargetGroup>(place, target_group).ok_or_else(|| {
        AwsError::not_found(
            "TargetGroupNotFound",
            format!("Target group '{target_group}' not found"),
        )
    })?;
    let vpc = world
        .get::<LoadBalancer>(place, load_balancer)
        .and_then(|object| vpc_of(world, place, &object.resource));
    if vpc.as_ref() != Some(&group.resource.vpc) {
        return Err(AwsError::invalid(
            "InvalidConfigurationRequest",
            format!(
                "Target group '{target_group}' is in a different VPC than load balancer '{load_balancer}'"
            ),
        ));
    }
    let forwards = forwards(world, place);
    if forwards.iter().any(|(from, to)| to == target_group && from != load_balancer) {
        return Err(AwsError::conflict(
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load balancer: {target_group}"
            ),
        ));
    }
    let others = forwards.iter().filter(|(from, to)| from == load_balancer && to != target_group);
    world.quotas.check(
        "target groups per application load balancer",
        100,
        others.count(),
        "TooManyUniqueTargetGroupsPerLoadBalancer",
    )
}

fn check_redirect(protocol: Protocol, redirect: &Redirect) -> Result<(), AwsError> {
    let refused = |message: &str| Err(AwsError::invalid("InvalidLoadBalancerAction", message));
    let keeps_everything = redirect.protocol.is_none_or(|to| to == protocol)
        && redirect.port.is_none()
        && redirect.host == "#{host}"
        && redirect.path == "/#{path}";
    if keeps_everything {
        return refused(
            "The RedirectConfig must modify at least one of protocol, hostname, port or path",
        );
    }
    if protocol == Protocol::Https && redirect.protocol == Some(Protocol::Http) {
        return refused("A request over HTTPS cannot be redirected to HTTP");
    }
    let length = |text: &str| text.chars().count();
    if !(1..=128).contains(&length(&redirect.host)) {
        return Err(AwsError::invalid("ValidationError", "The Host must have 1 to 128 characters"));
    }
    if !redirect.path.starts_with('/') || length(&redirect.path) > 128 {
        return Err(AwsError::invalid(
            "ValidationError",
            "The Path must start with '/' and have at most 128 characters",
        ));
    }
    if length(&redirect.query) > 128 {
        return Err(AwsError::invalid(
            "ValidationError",
            "The Query must have at most 128 characters",
        ));
    }
    Ok(())
}

fn check_fixed_response(response: &FixedResponse) -> Result<(), AwsError> {
    if response.message_body.as_ref().is_some_and(|body| body.chars().count() > 1024) {
        return Err(AwsError::invalid(
            "ValidationError",
            "The MessageBody must have at most 1024 characters",
        ));
    }
    Ok(())
}

/// Which load balancer forwards to which target group.
pub(super) fn forwards(world: &World, place: &Place) -> Set<(String, String)> {
    let listeners = world.all::<Listener>(place).filter_map(|(_, listener)| {
        let from = listener.resource.load_balancer.known()?;
        Some((from.to_owned(), target_of(&listener.resource.default_action)?.to_owned()))
    });
    let rules = world.all::<ListenerRule>(place).filter_map(|(_, rule)| {
        let listener = world.get::<Listener>(place, rule.resource.listener.known()?)?;
        let from = listener.resource.load_balancer.known()?;
        Some((from.to_owned(), target_of(&rule.resource.action)?.to_owned()))
    });
    listeners.chain(rules).collect()
}

fn target_of(action: &Action) -> Option<&str> {
    match action {
        Action::Forward(target) => target.known(),
        _ => None,
    }
}
