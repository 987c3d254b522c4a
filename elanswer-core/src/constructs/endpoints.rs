//! Private ways from a network to services of AWS.

use std::collections::BTreeMap;

use super::{
    Group, Internal, NetworkHandle, Private, PrivateBucketHandle, SecurityGroup, Tcp, Tier, caller,
    name_tag,
};
use crate::{
    Set,
    architecture::{Construct, ResourceOptions, Scope},
    reference::{Input, Ref},
    region::Region,
    services::{
        ec2::{GatewayService, InterfaceService, VpcEndpoint},
        iam::{Operator, PolicyDocument, Principal, Statement},
        sts::CallerIdentity,
    },
};

/// Endpoints in the private subnets of a network, under the names of the services, so that programs
/// find them by themselves.
///
/// Only the groups that were named reach them, on port 443, and each lets through only what it is
/// for, by principals of the account: whoever breaks in cannot carry data to another account. A
/// gateway leads to S3 when there are buckets, or images of Amazon ECR; what the private subnets
/// read and write in S3 goes through it from then on, also where they have NAT gateways, so that
/// buckets in the Region that were not named are out of reach. S3 keeps its public addresses behind
/// the gateway: what goes there must be let out by
/// [`SecurityGroup::to_internet`](super::SecurityGroup::to_internet), which without NAT leads
/// nowhere else.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Nat, Network, SecurityGroup, Tcp};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::constructs::{Endpoints, FargateService, PrivateService};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// let net = arch.add(Network::new("main", NETWORK).nat(Nat::None));
/// let app = arch.add(SecurityGroup::internal("app", &net).to_internet(Tcp(443)));
/// let endpoints = Endpoints::of("endpoints", &net)
///     .to([PrivateService::Ecr, PrivateService::Logs])
///     .from(&app);
/// let endpoints = arch.add(endpoints);
/// let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4";
/// let web = FargateService::new("web", image).subnets(endpoints.private()).guarded_by(&app);
/// arch.add(web);
/// ```
#[derive(Debug, Clone)]
#[must_use = "endpoints do nothing until they are added to an architecture"]
pub struct Endpoints {
    name: String,
    network: NetworkHandle,
    services: Set<PrivateService>,
    others: BTreeMap<InterfaceService, Vec<Statement>>,
    objects: Vec<Statement>,
    group: SecurityGroup<Internal>,
    isolated: bool,
}

/// A service of AWS, and what a platform asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PrivateService {
    /// Amazon ECR: pulling images of the Region. Their layers come out of S3.
    Ecr,
    /// AWS KMS: encrypting and decrypting with the keys of the account. What a service of AWS does
    /// with keys by itself does not come this way.
    Kms,
    /// CloudWatch Logs: writing to the log groups of the account.
    Logs,
    /// Secrets Manager: reading the secrets of the account.
    SecretsManager,
}

impl Endpoints {
    /// No endpoints yet.
    pub fn of(name: impl Into<String>, network: &NetworkHandle) -> Self {
        Self {
            name: name.into(),
            network: network.clone(),
            services: Set::new(),
            others: BTreeMap::new(),
            objects: Vec::new(),
            group: SecurityGroup::internal("group", network),
            isolated: false,
        }
    }

    /// Leads to these services.
    pub fn to(mut self, services: impl IntoIterator<Item = PrivateService>) -> Self {
        self.services.extend(services);
        self
    }

    /// Leads to another service, as far as these statements allow it, and only for principals of
    /// the account.
    pub fn to_service(
        mut self,
        service: InterfaceService,
        allowed: impl IntoIterator<Item = Statement>,
    ) -> Self {
        self.others.entry(service).or_default().extend(allowed);
        self
    }

    /// Leads to this bucket of the Region, to list and read its objects.
    pub fn reads(mut self, bucket: &PrivateBucketHandle) -> Self {
        self.objects.extend(bucket.reading().into_iter().filter(is_of_s3));
        self
    }

    /// Leads to this bucket of the Region, to put objects into it.
    pub fn writes(mut self, bucket: &PrivateBucketHandle) -> Self {
        self.objects.extend(bucket.writing().into_iter().filter(is_of_s3));
        self
    }

    /// Lets in what has this group, and lets it out of there.
    pub fn from<E>(mut self, peer: &Group<E>) -> Self {
        self.group = self.group.from(peer, HTTPS);
        self
    }

    /// Leads to S3 from the isolated subnets too. Default: from the private ones alone.
    pub const fn with_isolated(mut self) -> Self {
        self.isolated = true;
        self
    }

    /// What goes through to each service.
    fn interfaces(
        &self,
        caller: &Ref<CallerIdentity>,
        region: Region,
    ) -> BTreeMap<InterfaceService, PolicyDocument> {
        let mut allowed = self.others.clone();
        for service in &self.services {
            for endpoint in service.endpoints() {
                let statements = service.statements(caller, region);
                allowed.entry(endpoint).or_default().extend(statements);
            }
        }
        let policy = |statements: Vec<Statement>| {
            statements.into_iter().map(|statement| ours(statement, caller)).collect()
        };
        allowed.into_iter().map(|(service, them)| (service, policy(them))).collect()
    }

    /// What goes through to S3; nothing when nobody needs it.
    fn objects(&self, caller: &Ref<CallerIdentity>, region: Region) -> Option<PolicyDocument> {
        let objects = self.objects.iter().map(|statement| ours(statement.clone(), caller));
        let mut policy = PolicyDocument::new(objects);
        if self.services.contains(&PrivateService::Ecr) {
            // ECR signs the links to layers itself: who follows them is nobody of the account.
            let layers = Statement::allow(["s3:GetObject"])
                .to([Principal::Any])
                .on([format!("arn:aws:s3:::prod-{region}-starport-layer-bucket/*")])
                .named("ImageLayers");
            policy = policy.with(layers);
        }
        Some(policy).filter(|policy| !policy.statements.is_empty())
    }
}

/// The port of every service of AWS.
const HTTPS: Tcp = Tcp(443);

/// Whether a statement is about S3: the keys of buckets are used by S3, not through its endpoint.
fn is_of_s3(statement: &Statement) -> bool {
    statement.actions.named().any(|action| action.service() == Some("s3"))
}

/// A statement for the principals of the account alone.
fn ours(statement: Statement, caller: &Ref<CallerIdentity>) -> Statement {
    statement.to([Principal::Any]).when(
        Operator::STRING_EQUALS,
        "aws:PrincipalAccount",
        [caller.account()],
    )
}

impl PrivateService {
    fn endpoints(self) -> Vec<InterfaceService> {
        match self {
            Self::Ecr => vec![InterfaceService::ECR_API, InterfaceService::ECR_DKR],
            Self::Kms => vec![InterfaceService::KMS],
            Self::Logs => vec![InterfaceService::LOGS],
            Self::SecretsManager => vec![InterfaceService::SECRETS_MANAGER],
        }
    }

    fn statements(self, caller: &Ref<CallerIdentity>, region: Region) -> Vec<Statement> {
        let own = |service: &str, resources: &str| {
            Input::concat([
                format!("arn:aws:{service}:{region}:").into(),
                caller.account().into(),
                format!(":{resources}").into(),
            ])
        };
        match self {
            Self::Ecr => vec![
                // The token is for the registry as a whole: IAM knows no narrower resource for it.
                Statement::allow(["ecr:GetAuthorizationToken"]).on(["*"]).named("Token"),
                Statement::allow([
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ])
                .on([format!("arn:aws:ecr:{region}:*:repository/*")])
                .named("Images"),
            ],
            Self::Kms => vec![
                Statement::allow([
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey",
                ])
                .on([own("kms", "key/*")])
                .named("Keys"),
            ],
            Self::Logs => vec![
                Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                    .on([own("logs", "log-group:*")])
                    .named("Logs"),
            ],
            Self::SecretsManager => vec![
                Statement::allow([
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                ])
                .on([own("secretsmanager", "secret:*")])
                .named("Secrets"),
            ],
        }
    }
}

impl Construct for Endpoints {
    type Handle = EndpointsHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> EndpointsHandle {
        let (vpc, region) = (self.network.vpc(), scope.place().region);
        let mut private = self.network.private().clone();
        if private.subnets().is_empty() {
            scope.problem(
                "the network has no private subnets for the endpoints",
                "plan a private tier with `.private([..])`",
            );
        }
        let caller = caller(scope);
        let s3 = self.objects(&caller, region).map(|policy| {
            let isolated = Some(self.network.isolated()).filter(|_| self.isolated);
            let tables = private.route_tables().iter();
            let tables = tables.chain(isolated.into_iter().flat_map(|tier| tier.route_tables()));
            let gateway = VpcEndpoint::gateway(vpc, GatewayService::S3, tables.cloned());
            let tags = name_tag(scope, "s3");
            scope.resource("s3", VpcEndpoint { tags, ..gateway.with_policy(policy) })
        });
        let interfaces = self.interfaces(&caller, region);
        let group = (!interfaces.is_empty()).then(|| scope.add(self.group));
        let mut interface = |(service, policy): (InterfaceService, PolicyDocument)| {
            let id = service.as_str().replace('.', "-");
            let subnets = private.subnets().iter().cloned();
            let groups = group.iter().map(|group| group.group().clone());
            let endpoint = VpcEndpoint::interface(vpc, service.clone(), subnets, groups);
            let tags = name_tag(scope, &id);
            let endpoint = VpcEndpoint { tags, ..endpoint.with_policy(policy) };
            (service, scope.resource(&id, endpoint))
        };
        let interfaces: BTreeMap<_, _> = interfaces.into_iter().map(&mut interface).collect();

        let mut ways = ResourceOptions::default();
        for endpoint in s3.iter().chain(interfaces.values()) {
            ways.depends_on(endpoint);
        }
        if let Some(group) = &group {
            group.ready_before(&mut ways);
        }
        private.reached_by(ways.depends_on);
        EndpointsHandle { s3, interfaces, private }
    }
}

/// Endpoints that were added.
#[derive(Debug, Clone)]
pub struct EndpointsHandle {
    s3: Option<Ref<VpcEndpoint>>,
    interfaces: BTreeMap<InterfaceService, Ref<VpcEndpoint>>,
    private: Tier<Private>,
}

impl EndpointsHandle {
    /// The private subnets of the network. What stands in them comes after the endpoints: tasks that
    /// start earlier, without a NAT gateway, cannot pull their image.
    #[must_use]
    pub const fn private(&self) -> &Tier<Private> {
        &self.private
    }

    /// The gateway to S3, when there are buckets or images of ECR.
    #[must_use]
    pub const fn s3(&self) -> Option<&Ref<VpcEndpoint>> {
        self.s3.as_ref()
    }

    /// The endpoint to a service.
    #[must_use]
    pub fn interface(&self, service: &InterfaceService) -> Option<&Ref<VpcEndpoint>> {
        self.interfaces.get(service)
    }
}

#[cfg(test)]
mod tests;
