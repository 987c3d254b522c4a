//! The firewalls: in front of the load balancer, and of the distribution.

use super::Platform;
use crate::{
    constructs::{Firewall, InRegion, LoadBalancerHandle, OnCloudFront},
    services::wafv2::AntiDdos,
};

impl Platform {
    /// In front of the load balancer.
    pub(super) fn firewall(&self, front: &LoadBalancerHandle) -> Firewall<InRegion> {
        let firewall = Firewall::regional("firewall").protects(front);
        if self.site.is_none() {
            return self.refusing(self.refusing_viewers(firewall));
        }
        // Here every request comes from CloudFront: its addresses would share what one viewer may
        // ask, and its countries say nothing of viewers.
        self.refusing(firewall.without_limit())
    }

    /// In front of the distribution.
    pub(super) fn site_firewall(&self) -> Firewall<OnCloudFront> {
        self.refusing(self.refusing_viewers(Firewall::cloudfront("site-firewall")))
    }

    /// Refuses by who asks: only the firewall that viewers come to first sees that.
    fn refusing_viewers<S>(&self, firewall: Firewall<S>) -> Firewall<S> {
        let firewall = firewall.block_countries(self.countries.iter().cloned());
        if self.against_ddos { firewall.against_ddos(AntiDdos::default()) } else { firewall }
    }

    /// Refuses by what is asked.
    fn refusing<S>(&self, firewall: Firewall<S>) -> Firewall<S> {
        self.firewall_rules.iter().fold(firewall, |firewall, (name, statement, action)| {
            firewall.rule(name.as_str(), statement.clone(), *action)
        })
    }
}

#[cfg(test)]
mod tests;
