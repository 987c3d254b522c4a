//! What the endpoints of a network are built of, and what goes through them.

use super::*;
use crate::{
    NetworkPlan,
    architecture::Architecture,
    checks, cidr,
    constructs::{
        FargateService, Nat, Network, PrivateBucket,
        testing::{described, inventory, messages, pretty},
    },
    services::iam::Effect,
};

const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

const ALL: [PrivateService; 4] = [
    PrivateService::Ecr,
    PrivateService::Kms,
    PrivateService::Logs,
    PrivateService::SecretsManager,
];

const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4";

/// A network without NAT, and all endpoints for the group `app`.
fn all(arch: &mut Architecture) -> (EndpointsHandle, Group<Internal>) {
    let net = arch.add(Network::new("main", PLAN).nat(Nat::None));
    let images = arch.add(PrivateBucket::new("images"));
    let app = arch.add(SecurityGroup::internal("app", &net).to_internet(Tcp(443)));
    let endpoints = Endpoints::of("endpoints", &net).to(ALL).reads(&images).from(&app);
    (arch.add(endpoints.with_isolated()), app)
}

fn policies(arch: &Architecture) -> impl Iterator<Item = (&str, &Statement)> {
    arch.all::<VpcEndpoint>().flat_map(|(node, endpoint)| {
        endpoint.policy_document.statements.iter().map(|it| (node.id.as_str(), it))
    })
}

#[test]
fn builds_a_gateway_and_interfaces_behind_a_group() {
    let (arch, _) = described(all);
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "endpoints/"), @"
    endpoints/ecr-api VPCEndpoint <- caller.Account, endpoints/group/group.GroupId, main/private-a.SubnetId, main/private-b.SubnetId, main/vpc.VpcId
    endpoints/ecr-dkr VPCEndpoint <- caller.Account, endpoints/group/group.GroupId, main/private-a.SubnetId, main/private-b.SubnetId, main/vpc.VpcId
    endpoints/group/from-app-tcp-443 SecurityGroupIngress <- endpoints/group/group.GroupId, app/group.GroupId
    endpoints/group/from-app-tcp-443-egress SecurityGroupEgress <- endpoints/group/group.GroupId, app/group.GroupId
    endpoints/group/group SecurityGroup <- main/vpc.VpcId
    endpoints/kms VPCEndpoint <- caller.Account, endpoints/group/group.GroupId, main/private-a.SubnetId, main/private-b.SubnetId, main/vpc.VpcId
    endpoints/logs VPCEndpoint <- caller.Account, endpoints/group/group.GroupId, main/private-a.SubnetId, main/private-b.SubnetId, main/vpc.VpcId
    endpoints/s3 VPCEndpoint <- caller.Account, images/bucket.Arn, caller.Account, images/bucket.Arn, main/isolated-routes.RouteTableId, main/private-a-routes.RouteTableId, main/private-b-routes.RouteTableId, main/vpc.VpcId
    endpoints/secretsmanager VPCEndpoint <- caller.Account, endpoints/group/group.GroupId, main/private-a.SubnetId, main/private-b.SubnetId, main/vpc.VpcId
    ");
}

#[test]
fn what_stands_in_the_private_subnets_comes_after_the_endpoints() {
    let (arch, _) = described(|arch| {
        let (endpoints, app) = all(arch);
        arch.add(FargateService::new("web", IMAGE).subnets(endpoints.private()).guarded_by(&app))
    });
    let service = arch.nodes().find(|node| node.id.as_str() == "web/service").unwrap();
    let after: Vec<&str> = service.options.depends_on.iter().map(|id| id.as_str()).collect();
    for id in ["endpoints/ecr-api", "endpoints/s3", "endpoints/group/from-app-tcp-443"] {
        assert!(after.contains(&id), "{id}: {after:?}");
    }
    // No NAT gateway, and nothing is missed but the listener.
    let report = checks::check(&arch);
    let codes: Vec<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["service-target-group-unused"], "{report}");
}

#[test]
fn only_principals_of_the_account_get_through_except_to_layers() {
    let (arch, _) = described(all);
    for (id, statement) in policies(&arch) {
        assert_eq!(statement.effect, Effect::Allow);
        let ours =
            statement.conditions.values().any(|keys| keys.contains_key("aws:PrincipalAccount"));
        assert_ne!(ours, statement.sid.as_deref() == Some("ImageLayers"), "{id}: {statement:?}");
        assert!(statement.actions.named().all(|action| !action.has_wildcard()), "{id}");
    }
    let layers = policies(&arch).find(|(_, it)| it.sid.as_deref() == Some("ImageLayers")).unwrap();
    let layers: Vec<_> = layers.1.resources.named().collect();
    assert_eq!(layers, [&"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*".into()]);
}

#[test]
fn a_policy_names_what_is_in_the_account() {
    let (arch, endpoints) = described(all);
    let logs = endpoints.0.interface(&InterfaceService::LOGS).unwrap();
    let policy = &arch.get(logs).unwrap().policy_document;
    let text = pretty(arch.node(logs.id().unwrap()).unwrap());
    assert!(text.contains("com.amazonaws.${AWS::Region}.logs"), "{text}");
    insta::assert_snapshot!(policy.to_json(), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"Logs","Effect":"Allow","Principal":"*","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":[{"Fn::Join":["",["arn:aws:logs:us-east-1:",{"Fn::GetAtt":["caller","Account"]},":log-group:*"]]}],"Condition":{"StringEquals":{"aws:PrincipalAccount":[{"Fn::GetAtt":["caller","Account"]}]}}}]}"#);
}

#[test]
fn without_buckets_and_images_s3_is_left_alone() {
    let (arch, endpoints) = described(|arch| {
        let net = arch.add(Network::new("main", PLAN).nat(Nat::None));
        let app = arch.add(SecurityGroup::internal("app", &net));
        let sqs = InterfaceService::literal("sqs");
        let send = Statement::allow(["sqs:SendMessage"]).on(["arn:aws:sqs:us-east-1:*:orders"]);
        arch.add(Endpoints::of("endpoints", &net).to_service(sqs, [send]).from(&app))
    });
    assert!(endpoints.s3().is_none());
    assert!(endpoints.interface(&InterfaceService::literal("sqs")).is_some());
    assert_eq!(policies(&arch).filter(|(_, it)| !it.conditions.is_empty()).count(), 1);
}

#[test]
fn a_gateway_alone_needs_no_group() {
    let (arch, endpoints) = described(|arch| {
        let net = arch.add(Network::new("main", PLAN).nat(Nat::None));
        let images = arch.add(PrivateBucket::new("images"));
        arch.add(Endpoints::of("endpoints", &net).reads(&images))
    });
    let gateway = arch.get(endpoints.s3().unwrap()).unwrap().as_gateway().unwrap();
    assert_eq!(gateway.route_tables.len(), 2);
    insta::assert_snapshot!(inventory(&arch, "endpoints/"), @"endpoints/s3 VPCEndpoint <- caller.Account, images/bucket.Arn, caller.Account, images/bucket.Arn, main/private-a-routes.RouteTableId, main/private-b-routes.RouteTableId, main/vpc.VpcId");
}

#[test]
fn endpoints_stand_in_private_subnets() {
    const NONE: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
    let (arch, _) = described(|arch| {
        let net = arch.add(Network::new("main", NONE));
        arch.add(Endpoints::of("endpoints", &net).to([PrivateService::Logs]))
    });
    assert_eq!(
        messages(&arch),
        ["endpoints: the network has no private subnets for the endpoints"]
    );
}
