//! The fleet.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "an example that cannot go wrong at run time"
)]

use elanswer::{
    Architecture, Cidr, Region, Zone, cidr,
    services::ec2::{
        Description, Ports, Protocol, SecurityGroup, SecurityGroupIngress, Subnet, Vpc,
    },
};

/// One VPC with `size` subnets, `size` security groups, and four ingress rules for each group.
///
/// The VPC has room for 4096 subnets. Beyond that the ranges repeat: such a fleet can be planned,
/// and AWS would refuse it.
pub(crate) fn fleet(size: u32, region: Region) -> Architecture {
    let mut arch = Architecture::new("fleet", region);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let zones: Vec<char> = region.zone_letters().chars().collect();
    for number in 0..size {
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(range(number))
            .availability_zone(Zone::new(region, zones[number as usize % zones.len()]))
            .build();
        arch.resource(&format!("subnet-{number}"), subnet);
        let group = SecurityGroup::builder()
            .group_description(description(&format!("fleet group {number}")))
            .vpc(&vpc)
            .build();
        let group = arch.resource(&format!("group-{number}"), group);
        let quarters = [
            cidr!("10.0.0.0/18"),
            cidr!("10.0.64.0/18"),
            cidr!("10.0.128.0/18"),
            cidr!("10.0.192.0/18"),
        ];
        for (quarter, peer) in quarters.into_iter().enumerate() {
            let rule = SecurityGroupIngress::builder()
                .group(&group)
                .protocol(Protocol::Tcp(Ports::one(443)))
                .peer(peer)
                .build();
            arch.resource(&format!("group-{number}-from-{quarter}"), rule);
        }
    }
    arch
}

/// The /28 of this number in 10.0.0.0/16.
fn range(number: u32) -> Cidr {
    let first = (number % 4096) * 16;
    let text = format!("10.0.{}.{}/28", first / 256, first % 256);
    text.parse().expect("every /28 of the VPC is a range")
}

fn description(text: &str) -> Description {
    text.parse().expect("letters, digits and spaces are allowed")
}
