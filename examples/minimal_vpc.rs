//! The smallest architecture: a VPC with one subnet.
//!
//! ```sh
//! cargo run --example minimal_vpc
//! cargo run --example minimal_vpc -- plan --json
//! ```

use std::process::ExitCode;

use elanswer::{
    Architecture, Region, Tags, Zone, cidr,
    services::ec2::{Subnet, Vpc},
};

fn main() -> ExitCode {
    elanswer::cli::main(|context| {
        let region = context.region_or(Region::UsEast1);
        let mut arch = Architecture::new("minimal", region);
        arch.tag("project", "minimal");
        let vpc = Vpc::builder()
            .cidr_block(cidr!("10.0.0.0/16"))
            .enable_dns_hostnames(true)
            .tags(Tags::new().with("Name", "minimal"))
            .build();
        let vpc = arch.resource("vpc", vpc);
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr!("10.0.1.0/24"))
            .availability_zone(Zone::new(region, 'a'))
            .build();
        arch.resource("subnet", subnet);
        arch.output("vpc", &vpc);
        arch
    })
}
