//! The internet reaches groups at the edge only.

use elanswer::{
    Architecture, NetworkPlan, Region, cidr,
    constructs::{Network, SecurityGroup, Tcp},
};

const NETWORK: NetworkPlan<2> =
    NetworkPlan::new(cidr!("10.0.0.0/16")).isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

fn main() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let net = arch.add(Network::new("main", NETWORK));
    arch.add(SecurityGroup::internal("data", &net).from_internet(Tcp(5432)));
}
