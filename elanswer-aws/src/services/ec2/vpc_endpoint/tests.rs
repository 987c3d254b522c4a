//! What AWS answers about endpoints, and what is asked of it.

use aws_sdk_ec2::types::{
    DnsEntry, LastError, SecurityGroupIdentifier, State, Tag, UnsuccessfulItem,
    UnsuccessfulItemError, builders::VpcEndpointBuilder,
};
use elanswer_core::{
    Tags,
    services::{
        ec2::{GatewayService, InterfaceService},
        iam::{PolicyDocument, Principal, Statement},
    },
};

use super::*;

const REGION: Region = Region::EuWest1;

fn described(kind: VpcEndpointType, service: &str) -> VpcEndpointBuilder {
    types::VpcEndpoint::builder()
        .vpc_endpoint_id("vpce-1")
        .vpc_id("vpc-1")
        .vpc_endpoint_type(kind)
        .service_name(format!("com.amazonaws.eu-west-1.{service}"))
        .state(State::from("available"))
        .policy_document(
            r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#,
        )
        .tags(Tag::builder().key("elanswer:stack").value("shop").build())
        .tags(Tag::builder().key("Name").value("n").build())
}

fn logs() -> VpcEndpoint {
    let subnets = ["subnet-1", "subnet-2"].map(Ref::existing);
    let groups = [Ref::existing("sg-1")];
    let endpoint =
        VpcEndpoint::interface(Ref::existing("vpc-1"), InterfaceService::LOGS, subnets, groups);
    VpcEndpoint { tags: Tags::new().with("Name", "n"), ..endpoint }
}

fn interface(endpoint: &mut VpcEndpoint) -> &mut InterfaceEndpoint {
    let EndpointType::Interface(it) = &mut endpoint.endpoint_type else { panic!("a gateway") };
    it
}

#[test]
fn maps_an_interface() {
    let name = DnsEntry::builder().hosted_zone_id("Z1").dns_name("vpce-1.logs.example").build();
    let answer = described(VpcEndpointType::Interface, "logs")
        .subnet_ids("subnet-2")
        .subnet_ids("subnet-1")
        .groups(SecurityGroupIdentifier::builder().group_id("sg-1").group_name("g").build())
        .private_dns_enabled(true)
        .dns_entries(name)
        .build();
    let found = observed(REGION, &answer).unwrap();
    assert_eq!(found.resource, logs());
    assert_eq!(found.outputs.dns_entries, ["Z1:vpce-1.logs.example"]);
    assert_eq!((found.status, found.unread), (Status::Ready, vec![]));
}

#[test]
fn maps_a_gateway() {
    let answer = described(VpcEndpointType::Gateway, "s3").route_table_ids("rtb-1").build();
    let found = observed(REGION, &answer).unwrap();
    let tables = [Ref::existing("rtb-1")];
    let mut expected = VpcEndpoint::gateway(Ref::existing("vpc-1"), GatewayService::S3, tables);
    expected.tags.insert("Name", "n");
    assert_eq!(found.resource, expected);
}

#[test]
fn what_is_not_of_the_model_is_told_apart() {
    for answer in [
        described(VpcEndpointType::Interface, "s3"),
        described(VpcEndpointType::Gateway, "logs"),
        described(VpcEndpointType::GatewayLoadBalancer, "logs"),
        described(VpcEndpointType::Interface, "logs")
            .service_name("com.amazonaws.vpce.eu-west-1.vpce-svc-1"),
    ] {
        let error = observed(REGION, &answer.build()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
}

/// The names that the SDK has for states begin with a capital; what AWS sends does not.
#[test]
fn states_become_statuses() {
    let error = LastError::builder().code("Client.Denied").message("no").build();
    for (state, status) in [
        ("available", Status::Ready),
        ("Available", Status::Ready),
        ("pending", Status::Pending("pending".to_owned())),
        ("deleting", Status::Deleting),
        ("Deleting", Status::Deleting),
        ("failed", Status::Failed("Client.Denied: no".to_owned())),
        ("rejected", Status::Failed("Client.Denied: no".to_owned())),
    ] {
        let answer = described(VpcEndpointType::Interface, "logs").state(State::from(state));
        assert_eq!(self::status(&answer.last_error(error.clone()).build()), status, "{state}");
    }
}

#[test]
fn one_call_says_what_comes_and_what_goes() {
    let (from, mut to) = (logs(), logs());
    assert_eq!(Changes::between(&from, &to), Changes::default());
    interface(&mut to).subnets = ["subnet-2", "subnet-3"].map(Ref::existing).into();
    interface(&mut to).security_groups = [Ref::existing("sg-2")].into();
    interface(&mut to).private_dns_enabled = false;
    let allow = Statement::allow(["logs:PutLogEvents"]).to([Principal::Any]).on(["*"]);
    to.policy_document = PolicyDocument::new([allow]);
    let one = |id: &str| Some(vec![id.to_owned()]);
    let changes = Changes::between(&from, &to);
    assert_eq!(changes.subnets, Moves { add: one("subnet-3"), remove: one("subnet-1") });
    assert_eq!(changes.groups, Moves { add: one("sg-2"), remove: one("sg-1") });
    assert_eq!(changes.private_dns, Some(false));
    assert_eq!(changes.policy, Some(to.policy_document.to_json()));
}

#[test]
fn groups_that_are_not_named_stay() {
    let (from, mut to) = (logs(), logs());
    interface(&mut to).security_groups.clear();
    assert_eq!(Changes::between(&from, &to), Changes::default());
}

#[test]
fn an_answer_tells_of_a_delete_that_failed() {
    assert!(refused(&[]).is_none());
    let error = UnsuccessfulItemError::builder().code("InvalidVpcEndpointId.NotFound").message("m");
    let item = UnsuccessfulItem::builder().resource_id("vpce-1").error(error.build()).build();
    assert_eq!(refused(&[item]).unwrap().kind(), ErrorKind::NotFound);
}
