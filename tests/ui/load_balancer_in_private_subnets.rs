//! A load balancer that faces the internet has no place in subnets that it cannot reach.

use elanswer::{
    Architecture, NetworkPlan, Region, cidr,
    constructs::{LoadBalancer, Network},
};

const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

fn main() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let net = arch.add(Network::new("main", NETWORK));
    let _ = LoadBalancer::internet_facing("front", net.private());
}
