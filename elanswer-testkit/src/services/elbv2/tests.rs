//! What AWS refuses of load balancers, target groups, listeners and rules.

use std::cell::Cell;

use elanswer_core::{
    Cidr, Executor, Place, Ref, Region, Resource, ResourceId, Zone, cidr,
    executor::{
        CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Observation, Status,
        UpdateRequest,
    },
    resource::properties_of,
    services::{
        ec2::{Description, InternetGateway, SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
        elbv2::{
            AccessLogs, Action, CertificateArn, Conditions, HealthCheck, HealthCheckInterval,
            HealthCheckTimeout, Listener, ListenerProtocol, ListenerRule, LoadBalancer,
            LoadBalancerAttributes, PathPattern, Port, Priority, Protocol, Redirect, Scheme,
            TargetGroup,
        },
        iam::{PolicyDocument, Service, Statement},
        s3::{Bucket, BucketName, BucketPolicy},
    },
    tags::Ownership,
};
use tokio::time::{Duration, sleep};

use crate::mock::MockAws;

const PLACE: Place = Place::new(Region::UsEast1);

/// A network in an AWS in memory that is spoken to without the engine.
struct Account {
    aws: MockAws,
    made: Cell<u32>,
    vpc: Ref<Vpc>,
    /// In the zones a, b and c.
    subnets: Vec<Ref<Subnet>>,
    group: Ref<SecurityGroup>,
    attachment: Ref<VpcGatewayAttachment>,
}

impl Account {
    async fn new() -> Self {
        let mut account = Self {
            aws: MockAws::new(),
            made: Cell::new(0),
            vpc: Ref::existing(""),
            subnets: Vec::new(),
            group: Ref::existing(""),
            attachment: Ref::existing(""),
        };
        account.vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
        let gateway = account.make(&InternetGateway::default()).await;
        let attachment =
            VpcGatewayAttachment::builder().vpc(&account.vpc).internet_gateway(&gateway).build();
        account.attachment = account.make(&attachment).await;
        for (cidr, zone) in
            [(cidr!("10.0.1.0/24"), 'a'), (cidr!("10.0.2.0/24"), 'b'), (cidr!("10.0.3.0/24"), 'c')]
        {
            let subnet = account.subnet(&account.vpc, cidr, zone).await;
            account.subnets.push(subnet);
        }
        account.group = account.group_of(&account.vpc).await;
        account
    }

    async fn subnet(&self, vpc: &Ref<Vpc>, cidr: Cidr, zone: char) -> Ref<Subnet> {
        self.make(
            &Subnet::builder()
                .vpc(vpc)
                .cidr_block(cidr)
                .availability_zone(Zone::new(Region::UsEast1, zone))
                .build(),
        )
        .await
    }

    async fn group_of(&self, vpc: &Ref<Vpc>) -> Ref<SecurityGroup> {
        let mut group = SecurityGroup::builder()
            .group_description(Description::literal("load balancer"))
            .vpc(vpc)
            .build();
        group.group_name = "front".parse().ok();
        self.make(&group).await
    }

    fn request<R: Resource>(&self, resource: &R) -> CreateRequest {
        self.made.set(self.made.get() + 1);
        CreateRequest {
            schema: R::SCHEMA,
            place: PLACE,
            properties: properties_of(resource),
            ownership: Ownership {
                stack: "test".to_owned(),
                resource: ResourceId::new(format!("r{}", self.made.get())).unwrap(),
                incarnation: 1,
            },
            token: format!("{:032x}", self.made.get()),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    async fn try_make<R: Resource>(&self, resource: &R) -> Result<Observation, ExecError> {
        self.aws.create(&[self.request(resource)]).await.remove(0)
    }

    async fn make<R: Resource>(&self, resource: &R) -> Ref<R> {
        Ref::existing(self.try_make(resource).await.unwrap().identifier)
    }

    async fn refused<R: Resource>(&self, resource: &R) -> String {
        self.try_make(resource).await.unwrap_err().code().unwrap().to_owned()
    }

    async fn read<R: Resource>(&self, reference: &Ref<R>) -> Option<Observation> {
        let ids = [reference.known().unwrap().to_owned()];
        self.aws.read(R::SCHEMA, &PLACE, &ids).await.remove(0).unwrap()
    }

    async fn update<R: Resource>(
        &self,
        reference: &Ref<R>,
        desired: &R,
    ) -> Result<Observation, ExecError> {
        let now = self.read(reference).await.unwrap();
        self.aws
            .update(&UpdateRequest {
                schema: R::SCHEMA,
                place: PLACE,
                identifier: now.identifier,
                current: now.properties,
                desired: properties_of(desired),
                outputs: now.outputs,
                ownership: self.request(desired).ownership,
                token: "e".repeat(32),
                secrets: elanswer_core::Secrets::default(),
            })
            .await
    }

    async fn delete<R: Resource>(&self, reference: &Ref<R>) -> Result<Deletion, ExecError> {
        let now = self.read(reference).await.unwrap();
        self.aws
            .delete(&DeleteRequest {
                schema: R::SCHEMA,
                place: PLACE,
                identifier: now.identifier,
                properties: now.properties,
                outputs: now.outputs,
                token: "f".repeat(32),
            })
            .await
    }

    fn balancer(&self, name: &str) -> LoadBalancer {
        LoadBalancer::builder()
            .name(name.parse().unwrap())
            .subnets(self.subnets.iter().take(2).cloned())
            .security_groups([self.group.clone()])
            .build()
    }

    fn targets(&self, name: &str) -> TargetGroup {
        let name = name.parse().unwrap();
        TargetGroup::builder().name(name).vpc(&self.vpc).port(Port::of::<8080>()).build()
    }
}

fn listener(balancer: &Ref<LoadBalancer>, action: Action) -> Listener {
    let port = Port::of::<80>();
    Listener::builder().load_balancer(balancer).port(port).default_action(action).build()
}

fn rule(listener: &Ref<Listener>, paths: &[&str], action: Action) -> ListenerRule {
    let paths = paths.iter().map(|path| path.parse::<PathPattern>().unwrap());
    ListenerRule::builder()
        .listener(listener)
        .priority(Priority::of::<1>())
        .conditions(Conditions::path(paths))
        .action(action)
        .build()
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_takes_minutes() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let now = account.read(&front).await.unwrap();
    assert_eq!(now.status, Status::Pending("provisioning".to_owned()));
    let name = now.outputs["DNSName"].as_str().unwrap();
    assert!(name.starts_with("front-") && name.ends_with(".us-east-1.elb.amazonaws.com"), "{name}");
    sleep(Duration::from_secs(180)).await;
    assert_eq!(account.read(&front).await.unwrap().status, Status::Ready);
}

#[tokio::test(start_paused = true)]
async fn subnets_lie_in_two_zones_of_one_vpc() {
    let account = Account::new().await;
    let with = |subnets: &[&Ref<Subnet>]| LoadBalancer {
        subnets: subnets.iter().map(|subnet| (*subnet).clone()).collect(),
        ..account.balancer("front")
    };
    let (a, b) = (&account.subnets[0], &account.subnets[1]);
    assert_eq!(account.refused(&with(&[a])).await, "ValidationError");
    let gone = Ref::existing("subnet-0");
    assert_eq!(account.refused(&with(&[a, &gone])).await, "SubnetNotFound");
    let also_a = account.subnet(&account.vpc, cidr!("10.0.4.0/24"), 'a').await;
    assert_eq!(account.refused(&with(&[a, b, &also_a])).await, "InvalidConfigurationRequest");
    let small = account.subnet(&account.vpc, cidr!("10.0.5.0/28"), 'b').await;
    assert_eq!(account.refused(&with(&[a, &small])).await, "InvalidSubnet");
    let other = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let elsewhere = account.subnet(&other, cidr!("10.1.1.0/24"), 'b').await;
    assert_eq!(account.refused(&with(&[a, &elsewhere])).await, "InvalidConfigurationRequest");
}

#[tokio::test(start_paused = true)]
async fn an_internet_facing_one_needs_an_internet_gateway() {
    let account = Account::new().await;
    account.delete(&account.attachment).await.unwrap();
    let facing = account.balancer("front");
    let error = account.try_make(&facing).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSubnet"));
    assert!(error.message().ends_with("has no internet gateway"), "{error}");
    let internal = LoadBalancer { scheme: Scheme::Internal, ..facing };
    let made = account.try_make(&internal).await.unwrap();
    assert!(made.outputs["DNSName"].as_str().unwrap().starts_with("internal-front-"));
}

#[tokio::test(start_paused = true)]
async fn security_groups_are_of_the_same_vpc() {
    let account = Account::new().await;
    let other = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let elsewhere = account.group_of(&other).await;
    let with = |group: Ref<SecurityGroup>| LoadBalancer {
        security_groups: [group].into(),
        ..account.balancer("front")
    };
    assert_eq!(account.refused(&with(elsewhere)).await, "InvalidConfigurationRequest");
    assert_eq!(account.refused(&with(Ref::existing("sg-0"))).await, "InvalidSecurityGroup");
}

#[tokio::test(start_paused = true)]
async fn names_are_unique() {
    let account = Account::new().await;
    account.make(&account.balancer("front")).await;
    let mut differs = account.balancer("front");
    differs.subnets.insert(account.subnets[2].clone());
    assert_eq!(account.refused(&differs).await, "DuplicateLoadBalancerName");
    account.make(&account.targets("web")).await;
    let differs = TargetGroup { port: Port::of::<81>(), ..account.targets("web") };
    assert_eq!(account.refused(&differs).await, "DuplicateTargetGroupName");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_create_finds_what_it_made_and_nothing_else() {
    let account = Account::new().await;
    let request = account.request(&account.balancer("front"));
    let first = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    let again = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    assert_eq!(first.identifier, again.identifier);
    let found = account.aws.find(&request).await.unwrap().unwrap();
    assert_eq!(found.identifier, first.identifier);
    // AWS answers with what exists; it belongs to somebody else.
    let error = account.try_make(&account.balancer("front")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(error.identifier(), None);
}

#[tokio::test(start_paused = true)]
async fn deletion_protection_holds_until_it_is_off() {
    let account = Account::new().await;
    let attributes = LoadBalancerAttributes::builder().deletion_protection(true).build();
    let protected = LoadBalancer { attributes, ..account.balancer("front") };
    let front = account.make(&protected).await;
    let error = account.delete(&front).await.unwrap_err();
    assert_eq!(error.code(), Some("OperationNotPermitted"));
    account.update(&front, &account.balancer("front")).await.unwrap();
    account.delete(&front).await.unwrap();
    assert!(account.read(&front).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_deleted_load_balancer_holds_its_network_for_a_while() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    account.delete(&front).await.unwrap();
    assert!(account.read(&front).await.is_none());
    for error in [
        account.delete(&account.group).await.unwrap_err(),
        account.delete(&account.subnets[0]).await.unwrap_err(),
        account.delete(&account.attachment).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Dependency, "{error}");
    }
    account.make(&account.balancer("front")).await;
    let again = account.balancer("front");
    assert_eq!(account.aws.objects::<LoadBalancer>().len(), 2);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(account.aws.objects::<LoadBalancer>().len(), 1);
    assert_eq!(account.aws.objects::<LoadBalancer>()[0].resource, again);
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_takes_its_listeners_and_rules_with_it() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let web = account.make(&account.targets("web")).await;
    let http = account.make(&listener(&front, Action::forward(&web))).await;
    let api = account.make(&rule(&http, &["/api/*"], Action::forward(&web))).await;
    account.delete(&front).await.unwrap();
    assert!(account.read(&http).await.is_none() && account.read(&api).await.is_none());
    account.delete(&web).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_health_check_answers_within_its_interval() {
    let account = Account::new().await;
    let health_check = HealthCheck::builder()
        .interval(HealthCheckInterval::of::<10>())
        .timeout(HealthCheckTimeout::of::<10>())
        .build();
    let slow = TargetGroup { health_check, ..account.targets("web") };
    assert_eq!(account.refused(&slow).await, "ValidationError");
    let web = account.make(&account.targets("web")).await;
    let error = account.update(&web, &slow).await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationError"));
    let nowhere = TargetGroup { vpc: Ref::existing("vpc-0"), ..account.targets("web") };
    assert_eq!(account.refused(&nowhere).await, "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn a_target_group_in_use_stays() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let web = account.make(&account.targets("web")).await;
    let http = account.make(&listener(&front, Action::forward(&web))).await;
    let error = account.delete(&web).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("ResourceInUse"), ErrorKind::Dependency));
    account.delete(&http).await.unwrap();
    account.delete(&web).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_target_group_belongs_to_one_load_balancer_of_its_vpc() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let back = account.make(&account.balancer("back")).await;
    let web = account.make(&account.targets("web")).await;
    account.make(&listener(&front, Action::forward(&web))).await;
    let second = listener(&back, Action::forward(&web));
    assert_eq!(account.refused(&second).await, "TargetGroupAssociationLimit");
    let gone = listener(&back, Action::Forward(Ref::existing("targets")));
    assert_eq!(account.refused(&gone).await, "TargetGroupNotFound");
    let vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let elsewhere = account.make(&TargetGroup { vpc, ..account.targets("elsewhere") }).await;
    let crossing = listener(&back, Action::forward(&elsewhere));
    assert_eq!(account.refused(&crossing).await, "InvalidConfigurationRequest");
}

#[tokio::test(start_paused = true)]
async fn a_port_has_one_listener() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    account.make(&listener(&front, Action::redirect_to_https())).await;
    let web = account.make(&account.targets("web")).await;
    let second = listener(&front, Action::forward(&web));
    assert_eq!(account.refused(&second).await, "DuplicateListener");
    let other = account.make(&Listener { port: Port::of::<81>(), ..second.clone() }).await;
    let error = account.update(&other, &second).await.unwrap_err();
    assert_eq!(error.code(), Some("DuplicateListener"));
    let nowhere = listener(&Ref::existing("balancer"), Action::redirect_to_https());
    assert_eq!(account.refused(&nowhere).await, "LoadBalancerNotFound");
}

#[tokio::test(start_paused = true)]
async fn certificates_are_of_the_same_region() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let web = account.make(&account.targets("web")).await;
    let https = |region: &str| {
        let arn = format!(
            "arn:aws:acm:{region}:123456789012:certificate/12345678-1234-1234-1234-123456789012"
        );
        let arn: CertificateArn = arn.parse().unwrap();
        Listener {
            protocol: ListenerProtocol::https(arn),
            ..listener(&front, Action::forward(&web))
        }
    };
    assert_eq!(account.refused(&https("us-west-2")).await, "ValidationError");
    account.make(&https("us-east-1")).await;
}

#[tokio::test(start_paused = true)]
async fn a_bucket_lets_logs_be_written() {
    let account = Account::new().await;
    let bucket = Bucket::builder().bucket_name(BucketName::literal("shop-logs")).build();
    let bucket = account.make(&bucket).await;
    let logs = AccessLogs::builder().bucket("shop-logs".to_owned()).prefix("front").build();
    let logged = |name| LoadBalancer {
        attributes: LoadBalancerAttributes::builder().access_logs(logs.clone()).build(),
        ..account.balancer(name)
    };
    assert_eq!(account.refused(&logged("closed")).await, "InvalidConfigurationRequest");
    let write = Statement::allow(["s3:PutObject"])
        .to([Service::LoadBalancerLogs])
        .on(["arn:aws:s3:::shop-logs/front/*"]);
    account.make(&BucketPolicy::new(bucket, PolicyDocument::new([write]))).await;
    account.make(&logged("open")).await;
}

#[tokio::test(start_paused = true)]
async fn redirects_lead_elsewhere() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let to = |redirect: Redirect| listener(&front, Action::Redirect(redirect));
    let same = to(Redirect::builder().protocol(Protocol::Http).build());
    assert_eq!(account.refused(&same).await, "InvalidLoadBalancerAction");
    let relative = to(Redirect::builder().path("login").build());
    assert_eq!(account.refused(&relative).await, "ValidationError");
    let long = to(Redirect::builder().host("h".repeat(129)).build());
    assert_eq!(account.refused(&long).await, "ValidationError");
    account.make(&to(Redirect::builder().path("/login").build())).await;
}

#[tokio::test(start_paused = true)]
async fn rules_have_priorities_and_few_conditions() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let web = account.make(&account.targets("web")).await;
    let http = account.make(&listener(&front, Action::redirect_to_https())).await;
    let with = |paths: &[&str]| rule(&http, paths, Action::forward(&web));
    account.make(&with(&["/api"])).await;
    assert_eq!(account.refused(&with(&["/admin"])).await, "PriorityInUse");
    let second = ListenerRule { priority: Priority::of::<2>(), ..with(&["/admin"]) };
    let admin = account.make(&second).await;
    let error = account.update(&admin, &with(&["/admin"])).await.unwrap_err();
    assert_eq!(error.code(), Some("PriorityInUse"));
    assert_eq!(account.refused(&with(&[])).await, "ValidationError");
    assert_eq!(
        account.refused(&with(&["/1", "/2", "/3", "/4", "/5", "/6"])).await,
        "ValidationError"
    );
    assert_eq!(account.refused(&with(&["/*/*/*/*/*/*"])).await, "ValidationError");
    let nowhere = rule(&Ref::existing("listener"), &["/api"], Action::forward(&web));
    assert_eq!(account.refused(&nowhere).await, "ListenerNotFound");
}

#[tokio::test(start_paused = true)]
async fn quotas_hold() {
    let account = Account::new().await;
    let front = account.make(&account.balancer("front")).await;
    let http = account.make(&listener(&front, Action::redirect_to_https())).await;
    let elsewhere = Action::Redirect(Redirect::builder().path("/login").build());
    for priority in 1..=100 {
        let priority = Priority::new(priority).unwrap();
        account.make(&ListenerRule { priority, ..rule(&http, &["/a"], elsewhere.clone()) }).await;
    }
    let priority = Priority::of::<101>();
    let one_more = ListenerRule { priority, ..rule(&http, &["/a"], elsewhere) };
    assert_eq!(account.refused(&one_more).await, "TooManyRules");
    for number in 1..50 {
        account.make(&account.balancer(&format!("front-{number}"))).await;
    }
    assert_eq!(account.refused(&account.balancer("last")).await, "TooManyLoadBalancers");
}
