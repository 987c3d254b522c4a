//! `AWS::EC2::VPCEndpoint`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    GatewayService, InterfaceService, RouteTable, SecurityGroup, Subnet, Vpc,
    endpoint_service::service_name,
};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    region::Region,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    services::iam::{PolicyDocument, PolicyUse, Principal, Statement},
    tags::Tags,
};

/// A private way from a VPC to a service of AWS in the same Region.
///
/// AWS: [`AWS::EC2::VPCEndpoint`](https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html).
/// Quota: 20 gateways per Region, 50 endpoints with interfaces per VPC.
/// Not modelled: Gateway Load Balancer, resource and service network endpoints, services of others
/// and of other Regions, IPv6, options of DNS.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region, cidr,
///     services::ec2::{GatewayService, RouteTable, Vpc, VpcEndpoint},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
/// let table = arch.resource("routes", RouteTable::new(&vpc));
/// arch.resource("s3", VpcEndpoint::gateway(&vpc, GatewayService::S3, [table]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct VpcEndpoint {
    /// `VpcId`. Changing it replaces the endpoint.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `VpcEndpointType` and what belongs to it: which service, and what leads there. Changing the
    /// type or the service replaces the endpoint.
    #[builder(into)]
    #[serde(flatten)]
    pub endpoint_type: EndpointType,
    /// `PolicyDocument`: what goes through, of what the policies of the caller and of the service's
    /// resources allow; of at most 20,480 characters. AWS's default: [everything](Self::full_access).
    ///
    /// Through a gateway, the principal of a statement is [`Any`](Principal::Any) with a condition:
    /// AWS takes the ARN of an account for its root user alone.
    #[builder(default = VpcEndpoint::full_access())]
    #[serde(default = "VpcEndpoint::full_access")]
    pub policy_document: PolicyDocument,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// How an endpoint leads to its service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "VpcEndpointType")]
#[non_exhaustive]
pub enum EndpointType {
    /// `Gateway`: through route tables, at no charge.
    Gateway(GatewayEndpoint),
    /// `Interface`: through network interfaces in subnets, at a charge for each hour and zone.
    Interface(InterfaceEndpoint),
}

/// What belongs to an endpoint that route tables lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GatewayEndpoint {
    /// `ServiceName`. Changing it replaces the endpoint.
    #[serde(rename = "ServiceName", with = "service_name")]
    pub service: GatewayService,
    /// `RouteTableIds`: the tables of the VPC that get a route to the service. A table has one
    /// gateway to a service.
    #[serde(rename = "RouteTableIds", default)]
    pub route_tables: Set<Ref<RouteTable>>,
}

/// What belongs to an endpoint with network interfaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct InterfaceEndpoint {
    /// `ServiceName`. Changing it replaces the endpoint.
    #[serde(rename = "ServiceName", with = "service_name")]
    pub service: InterfaceService,
    /// `SubnetIds`: where the interfaces stand; subnets of the VPC, at most one in each zone.
    #[builder(with = FromIterator::from_iter)]
    #[serde(rename = "SubnetIds", default)]
    pub subnets: Set<Ref<Subnet>>,
    /// `SecurityGroupIds`: what reaches the interfaces; groups of the VPC, at most five. None: AWS
    /// takes the default group of the VPC.
    #[builder(with = FromIterator::from_iter)]
    #[serde(rename = "SecurityGroupIds", default, skip_serializing_if = "Set::is_empty")]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// `PrivateDnsEnabled`: whether the name of the service, `logs.us-east-1.amazonaws.com`, stands
    /// for the endpoint everywhere in the VPC, so that programs find it by themselves. AWS's
    /// default: yes. The VPC needs DNS support and DNS hostnames, and has one such endpoint for a
    /// service.
    #[builder(default = true)]
    pub private_dns_enabled: bool,
}

/// The keys of conditions that stand for what AWS makes up: patterns of those are refused.
const IDENTIFIERS: [&str; 8] = [
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
];

/// What AWS decides of a VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcEndpointOutputs {
    /// `Id`: `vpce-` and hexadecimal digits.
    pub id: String,
    /// `DnsEntries`: the names of an endpoint with interfaces, each with its hosted zone before it,
    /// `Z7HUB22UULQXV:vpce-….logs.us-east-1.vpce.amazonaws.com`; first that for all zones.
    pub dns_entries: Vec<String>,
}

impl VpcEndpoint {
    /// The most characters of a policy.
    pub const POLICY_LIMIT: usize = 20_480;

    /// An endpoint that these route tables lead to.
    pub fn gateway(
        vpc: impl Into<Ref<Vpc>>,
        service: GatewayService,
        route_tables: impl IntoIterator<Item = Ref<RouteTable>>,
    ) -> Self {
        let route_tables = route_tables.into_iter().collect();
        Self::builder().vpc(vpc).endpoint_type(GatewayEndpoint { service, route_tables }).build()
    }

    /// An endpoint with an interface in each of these subnets, which these groups guard, under the
    /// name of the service.
    pub fn interface(
        vpc: impl Into<Ref<Vpc>>,
        service: InterfaceService,
        subnets: impl IntoIterator<Item = Ref<Subnet>>,
        security_groups: impl IntoIterator<Item = Ref<SecurityGroup>>,
    ) -> Self {
        let endpoint = InterfaceEndpoint::builder()
            .service(service)
            .subnets(subnets)
            .security_groups(security_groups)
            .build();
        Self::builder().vpc(vpc).endpoint_type(endpoint).build()
    }

    /// With this policy.
    #[must_use]
    pub fn with_policy(mut self, policy: PolicyDocument) -> Self {
        self.policy_document = policy;
        self
    }

    /// What AWS sets when an endpoint has no policy: everything goes through.
    #[must_use]
    pub fn full_access() -> PolicyDocument {
        PolicyDocument::new([Statement::allow(["*"]).to([Principal::Any]).on(["*"])])
    }

    /// What AWS refuses in its policy beyond what it refuses in every policy. Values that are not
    /// known yet are taken to be right.
    ///
    /// Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>.
    #[must_use]
    pub fn policy_faults(&self) -> Vec<String> {
        let (policy, mut faults) = (&self.policy_document, Vec::new());
        let (size, limit) = (policy.size(), Self::POLICY_LIMIT);
        if size > limit {
            faults.push(format!("it has {size} characters, AWS allows {limit}"));
        }
        let conditions = policy.statements.iter().flat_map(|statement| &statement.conditions);
        for (key, values) in conditions.flat_map(|(_, keys)| keys) {
            let mut known = values.iter().filter_map(Input::known);
            let pattern = known.any(|value| value.contains(['*', '?']));
            if pattern && IDENTIFIERS.iter().any(|it| it.eq_ignore_ascii_case(key)) {
                faults.push(format!("`{key}` is compared with a pattern"));
            }
        }
        faults
    }

    /// What it is when route tables lead to it.
    #[must_use]
    pub const fn as_gateway(&self) -> Option<&GatewayEndpoint> {
        match &self.endpoint_type {
            EndpointType::Gateway(gateway) => Some(gateway),
            EndpointType::Interface(_) => None,
        }
    }

    /// What it is when it has interfaces.
    #[must_use]
    pub const fn as_interface(&self) -> Option<&InterfaceEndpoint> {
        match &self.endpoint_type {
            EndpointType::Gateway(_) => None,
            EndpointType::Interface(interface) => Some(interface),
        }
    }
}

impl EndpointType {
    /// The end of the name of the service: `ecr.api`.
    #[must_use]
    pub fn service(&self) -> &str {
        match self {
            Self::Gateway(gateway) => gateway.service.as_str(),
            Self::Interface(interface) => interface.service.as_str(),
        }
    }

    /// The whole name of the service in a Region: `com.amazonaws.us-east-1.ecr.api`.
    #[must_use]
    pub fn service_in(&self, region: Region) -> String {
        match self {
            Self::Gateway(gateway) => gateway.service.in_region(region),
            Self::Interface(interface) => interface.service.in_region(region),
        }
    }
}

impl From<GatewayEndpoint> for EndpointType {
    fn from(gateway: GatewayEndpoint) -> Self {
        Self::Gateway(gateway)
    }
}

impl From<InterfaceEndpoint> for EndpointType {
    fn from(interface: InterfaceEndpoint) -> Self {
        Self::Interface(interface)
    }
}

impl Ref<VpcEndpoint> {
    /// `Id`: for a condition such as `aws:SourceVpce`.
    #[must_use]
    pub fn endpoint_id(&self) -> Output<String> {
        self.output("Id")
    }

    /// `DnsEntries`: the names of an endpoint with interfaces, each with its hosted zone before it.
    #[must_use]
    pub fn dns_entries(&self) -> Output<Vec<String>> {
        self.output("DnsEntries")
    }
}

impl Resource for VpcEndpoint {
    type Outputs = VpcEndpointOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["DnsEntries", "Id"],
        replaces: &["ServiceName", "VpcEndpointType", "VpcId"],
        computed: &["SecurityGroupIds"],
        // Of two gateways to a service, or two endpoints under its name, AWS refuses the second
        // where they meet: in a route table, in the DNS of the VPC.
        exclusive: &["VpcId", "ServiceName"],
        resource_type: Some("ec2:vpc-endpoint"),
        api: "ec2",
        // Those with interfaces; a gateway is there at once.
        timing: Timing::seconds(60, 30, 120),
        ..Schema::new(Kind::new("AWS::EC2::VPCEndpoint"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Endpoint, &self.policy_document)]
    }

    /// `CreateVpcEndpoint`; one `ModifyVpcEndpoint` for all that changes; `DeleteVpcEndpoints`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.differs(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl VpcEndpoint {
    /// Whether it takes a `ModifyVpcEndpoint` to come from one to the other.
    #[must_use]
    pub fn differs(&self, to: &Self) -> bool {
        let groups = |it: &Self| it.as_interface().map(|it| it.security_groups.clone());
        // Groups that are not named stay as they are.
        let mut from = self.clone();
        if let EndpointType::Interface(interface) = &mut from.endpoint_type
            && groups(to).is_some_and(|groups| groups.is_empty())
        {
            interface.security_groups.clear();
        }
        from.endpoint_type != to.endpoint_type || from.policy_document != to.policy_document
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{resource::properties_of, services::iam::Operator};

    fn interface() -> VpcEndpoint {
        VpcEndpoint::interface(
            Ref::existing("vpc-1"),
            InterfaceService::ECR_API,
            [Ref::existing("subnet-1")],
            [Ref::existing("sg-1")],
        )
    }

    #[test]
    fn a_gateway_has_the_shape_of_cloudformation() {
        let tables = [Ref::existing("rtb-1")];
        let gateway = VpcEndpoint::gateway(Ref::existing("vpc-1"), GatewayService::S3, tables);
        let tree = json!({
            "VpcId": "vpc-1",
            "VpcEndpointType": "Gateway",
            "ServiceName": { "Fn::Sub": "com.amazonaws.${AWS::Region}.s3" },
            "RouteTableIds": ["rtb-1"],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    { "Effect": "Allow", "Principal": "*", "Action": ["*"], "Resource": ["*"] },
                ],
            },
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&gateway)), tree);
        assert_eq!(serde_json::from_value::<VpcEndpoint>(tree).unwrap(), gateway);
    }

    #[test]
    fn an_interface_has_the_shape_of_cloudformation() {
        let endpoint = interface();
        let mut tree = Value::Object(properties_of(&endpoint));
        assert_eq!(serde_json::from_value::<VpcEndpoint>(tree.clone()).unwrap(), endpoint);
        tree.as_object_mut().unwrap().remove("PolicyDocument");
        assert_eq!(
            tree,
            json!({
                "VpcId": "vpc-1",
                "VpcEndpointType": "Interface",
                "ServiceName": { "Fn::Sub": "com.amazonaws.${AWS::Region}.ecr.api" },
                "SubnetIds": ["subnet-1"],
                "SecurityGroupIds": ["sg-1"],
                "PrivateDnsEnabled": true,
                "Tags": [],
            })
        );
    }

    #[test]
    fn another_region_and_the_wrong_type_are_not_read() {
        for (kind, name) in [
            ("Gateway", json!("com.amazonaws.us-east-1.s3")),
            ("Gateway", json!({ "Fn::Sub": "com.amazonaws.us-east-1.s3" })),
            ("Gateway", json!({ "Fn::Sub": "com.amazonaws.${AWS::Region}.logs" })),
            ("Interface", json!({ "Fn::Sub": "com.amazonaws.${AWS::Region}.s3" })),
        ] {
            let tree = json!({ "VpcId": "v", "VpcEndpointType": kind, "ServiceName": name,
                "PrivateDnsEnabled": true });
            assert!(serde_json::from_value::<VpcEndpoint>(tree.clone()).is_err(), "{tree}");
        }
    }

    #[test]
    fn one_call_changes_everything_but_tags() {
        let from = interface();
        let calls = |to: &VpcEndpoint| VpcEndpoint::calls(&Operation::Update(&from, to));
        let mut to = interface().with_policy(PolicyDocument::default());
        let EndpointType::Interface(it) = &mut to.endpoint_type else { panic!("{to:?}") };
        it.private_dns_enabled = false;
        it.subnets = [Ref::existing("subnet-2")].into();
        assert_eq!(calls(&to), 1);
        to.tags = Tags::new().with("Name", "ecr");
        assert_eq!(calls(&to), 2);
        assert_eq!(calls(&from), 0);
    }

    #[test]
    fn aws_takes_no_pattern_of_what_it_makes_up() {
        let allow = || Statement::allow(["logs:*"]).to([Principal::Any]).on(["*"]);
        let faults =
            |statement| interface().with_policy(PolicyDocument::new([statement])).policy_faults();
        let ours = allow().when(Operator::STRING_LIKE, "aws:PrincipalAccount", ["1234*"]);
        assert_eq!(faults(ours), ["`aws:PrincipalAccount` is compared with a pattern"]);
        let role = allow().when(Operator::ARN_LIKE, "aws:PrincipalArn", ["arn:aws:iam::1:role/*"]);
        assert!(faults(role).is_empty());
        assert!(faults(allow()).is_empty() && interface().policy_faults().is_empty());
        let many = (0..700).map(|it| format!("arn:aws:logs:us-east-1:1:log-group:{it:08}"));
        assert_eq!(faults(allow().on(many)).len(), 1);
    }

    #[test]
    fn groups_that_are_not_named_stay() {
        let from = interface();
        let mut to = interface();
        let EndpointType::Interface(it) = &mut to.endpoint_type else { panic!("{to:?}") };
        it.security_groups.clear();
        assert!(!from.differs(&to) && to.differs(&from));
    }
}
