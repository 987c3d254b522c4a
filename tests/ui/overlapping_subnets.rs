//! A private subnet has addresses of a public one.

use elanswer::{NetworkPlan, cidr};

const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.0.0/22")]);

fn main() {
    println!("{NETWORK:?}");
}
