//! A network in one zone can hold neither a load balancer nor a database.

use elanswer::{NetworkPlan, cidr};

const NETWORK: NetworkPlan<1> =
    NetworkPlan::new(cidr!("10.0.0.0/16")).public([cidr!("10.0.1.0/24")]);

fn main() {
    println!("{NETWORK:?}");
}
