//! A tier lacks the subnet of one zone.

use elanswer::{NetworkPlan, cidr};

const NETWORK: NetworkPlan<3> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);

fn main() {
    println!("{NETWORK:?}");
}
