//! What load balancers forward to.

use super::{RuleContext, Typed};
use crate::{
    architecture::Node,
    reference::Ref,
    services::elbv2::{Action, Listener, ListenerRule, LoadBalancer, TargetGroup},
};

/// The listeners and rules that forward to a target group, with their load balancers as far as
/// these are managed here.
pub(crate) fn forwarders<'a>(
    ctx: &RuleContext<'a>,
    target_group: &Ref<TargetGroup>,
) -> Vec<(&'a Node, Option<Typed<'a, LoadBalancer>>)> {
    let Some(id) = target_group.id() else { return Vec::new() };
    let forwards = |action: &Action| matches!(action, Action::Forward(to) if to == target_group);
    let listener = |node: &'a Node| {
        let listener = node.get::<Listener>().filter(|it| forwards(&it.default_action))?;
        Some((node, ctx.get(&listener.load_balancer)))
    };
    let rule = |node: &'a Node| {
        let rule = node.get::<ListenerRule>().filter(|it| forwards(&it.action))?;
        let listener = ctx.get(&rule.listener);
        Some((node, listener.and_then(|(_, listener)| ctx.get(&listener.load_balancer))))
    };
    let nodes = ctx.referrers(id).iter().copied();
    nodes.filter_map(|node| listener(node).or_else(|| rule(node))).collect()
}
