//! The third number of an address is too large.

use elanswer::{Cidr, cidr};

const OFFICE: Cidr = cidr!("10.0.256.0/24");

fn main() {
    println!("{OFFICE}");
}
