use super::*;
use crate::{
    NetworkPlan, Region, cidr,
    constructs::testing::{described, inventory, messages, problems},
};

const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

#[test]
fn builds_three_tiers_with_their_ways_out() {
    let (arch, net) = described(|arch| arch.add(Network::new("main", PLAN)));
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, ""), @"
    main/internet-gateway InternetGateway
    main/internet-gateway-attachment VPCGatewayAttachment <- main/internet-gateway.InternetGatewayId, main/vpc.VpcId
    main/isolated-a Subnet <- main/vpc.VpcId
    main/isolated-a-route-table-association SubnetRouteTableAssociation <- main/isolated-routes.RouteTableId, main/isolated-a.SubnetId
    main/isolated-b Subnet <- main/vpc.VpcId
    main/isolated-b-route-table-association SubnetRouteTableAssociation <- main/isolated-routes.RouteTableId, main/isolated-b.SubnetId
    main/isolated-routes RouteTable <- main/vpc.VpcId
    main/nat-a NatGateway <- main/nat-a-address.AllocationId, main/public-a.SubnetId after main/internet-gateway-attachment
    main/nat-a-address EIP
    main/nat-b NatGateway <- main/nat-b-address.AllocationId, main/public-b.SubnetId after main/internet-gateway-attachment
    main/nat-b-address EIP
    main/private-a Subnet <- main/vpc.VpcId
    main/private-a-route-out Route <- main/nat-a.NatGatewayId, main/private-a-routes.RouteTableId
    main/private-a-route-table-association SubnetRouteTableAssociation <- main/private-a-routes.RouteTableId, main/private-a.SubnetId
    main/private-a-routes RouteTable <- main/vpc.VpcId
    main/private-b Subnet <- main/vpc.VpcId
    main/private-b-route-out Route <- main/nat-b.NatGatewayId, main/private-b-routes.RouteTableId
    main/private-b-route-table-association SubnetRouteTableAssociation <- main/private-b-routes.RouteTableId, main/private-b.SubnetId
    main/private-b-routes RouteTable <- main/vpc.VpcId
    main/public-a Subnet <- main/vpc.VpcId
    main/public-a-route-table-association SubnetRouteTableAssociation <- main/public-routes.RouteTableId, main/public-a.SubnetId
    main/public-b Subnet <- main/vpc.VpcId
    main/public-b-route-table-association SubnetRouteTableAssociation <- main/public-routes.RouteTableId, main/public-b.SubnetId
    main/public-route-out Route <- main/internet-gateway.InternetGatewayId, main/public-routes.RouteTableId after main/internet-gateway-attachment
    main/public-routes RouteTable <- main/vpc.VpcId
    main/vpc VPC
    ");

    let vpc = arch.get(net.vpc()).unwrap();
    assert!(vpc.enable_dns_support && vpc.enable_dns_hostnames);
    assert_eq!(vpc.tags.get("Name"), Some("shop-main-vpc"));
    let subnets: Vec<String> =
        [net.public().subnets(), net.private().subnets(), net.isolated().subnets()]
            .concat()
            .iter()
            .map(|subnet| arch.get(subnet).unwrap())
            .map(|subnet| format!("{} {}", subnet.cidr_block, subnet.availability_zone))
            .collect();
    insta::assert_debug_snapshot!(subnets, @r#"
    [
        "10.0.1.0/24 us-east-1a",
        "10.0.2.0/24 us-east-1b",
        "10.0.11.0/24 us-east-1a",
        "10.0.12.0/24 us-east-1b",
        "10.0.21.0/24 us-east-1a",
        "10.0.22.0/24 us-east-1b",
    ]
    "#);
}

#[test]
fn one_gateway_serves_every_zone() {
    let (arch, _) = described(|arch| arch.add(Network::new("main", PLAN).nat(Nat::Single)));
    let gateways: Vec<_> = arch.all::<NatGateway>().map(|(node, _)| node.id.to_string()).collect();
    assert_eq!(gateways, ["main/nat-a"]);
    insta::assert_snapshot!(inventory(&arch, "main/private-b-route-out"), @"main/private-b-route-out Route <- main/nat-a.NatGatewayId, main/private-b-routes.RouteTableId");
}

#[test]
fn private_subnets_may_have_no_way_out() {
    let (arch, _) = described(|arch| arch.add(Network::new("main", PLAN).nat(Nat::None)));
    assert!(arch.all::<NatGateway>().next().is_none());
    assert_eq!(arch.all::<Route>().count(), 1);
}

#[test]
fn zones_may_be_named() {
    let (arch, net) = described(|arch| arch.add(Network::new("main", PLAN).zones(['b', 'f'])));
    assert!(messages(&arch).is_empty());
    assert_eq!(net.zones(), [Zone::new(Region::UsEast1, 'b'), Zone::new(Region::UsEast1, 'f')]);
}

#[test]
fn reports_zones_that_do_not_fit() {
    assert_eq!(
        problems(Network::new("main", PLAN).zones(['a', 'a'])),
        ["main: the plan has 2 zones, and 1 are to hold it"]
    );
}

#[test]
fn reports_private_subnets_without_public_ones() {
    let plan = NetworkPlan::<2>::new(cidr!("10.0.0.0/16"))
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
    assert_eq!(
        problems(Network::new("main", plan)),
        ["main: private subnets reach the internet through NAT gateways, which stand in public \
          subnets, and the plan has none"]
    );
    assert!(problems(Network::new("main", plan).nat(Nat::None)).is_empty());
}
