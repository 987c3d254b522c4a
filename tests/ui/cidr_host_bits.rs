//! The address of a host where a range is meant: AWS would cut off its last bits.

use elanswer::{Cidr, cidr};

const OFFICE: Cidr = cidr!("10.0.1.17/24");

fn main() {
    println!("{OFFICE}");
}
