//! A subnet is smaller than AWS allows.

use elanswer::{NetworkPlan, cidr};

const NETWORK: NetworkPlan<2> =
    NetworkPlan::new(cidr!("10.0.0.0/16")).isolated([cidr!("10.0.21.0/29"), cidr!("10.0.22.0/24")]);

fn main() {
    println!("{NETWORK:?}");
}
