use super::*;
use crate::{
    Architecture,
    constructs::{
        FargateService, SecurityGroup, Tcp,
        testing::{described, inventory, messages, pretty},
    },
    services::ec2::Vpc,
};

type Complete = LoadBalancer<Group<Edge>, Certified, FargateHandle>;

fn load_balancer(arch: &mut Architecture) -> (Complete, FargateHandle) {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let edge = arch.add(SecurityGroup::edge("alb", vpc()).from_internet(Tcp(443)));
    let app = arch.add(SecurityGroup::internal("app", vpc()).from(&edge, Tcp(8080)));
    let private = Tier::existing(vpc(), ["subnet-c", "subnet-d"].map(Ref::existing));
    let service = |name| FargateService::new(name, "shop").subnets(&private).guarded_by(&app);
    let (web, api) = (arch.add(service("web")), arch.add(service("api")));
    let certificate: CertificateArn =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            .parse()
            .unwrap();
    let public = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    let front = LoadBalancer::internet_facing("front", &public);
    (front.guarded_by(&edge).certificate(certificate).default_to(&web), api)
}

#[test]
fn builds_listeners_and_rules() {
    let (arch, front) = described(|arch| {
        let (front, api) = load_balancer(arch);
        arch.add(front.route("/api/*", &api).route("/v1/*/orders", &api))
    });
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "front/"), @"
    front/http Listener <- front/load-balancer.LoadBalancerArn
    front/https Listener <- web/target-group.TargetGroupArn, front/load-balancer.LoadBalancerArn
    front/load-balancer LoadBalancer <- alb/group.GroupId
    front/route-api ListenerRule <- api/target-group.TargetGroupArn, front/https.ListenerArn
    front/route-v1-orders ListenerRule <- api/target-group.TargetGroupArn, front/https.ListenerArn
    ");
    let listeners: Vec<_> = arch
        .all::<Listener>()
        .map(|(_, listener)| {
            let policy = listener.protocol.tls().map(|tls| tls.ssl_policy.as_str());
            (listener.port.get(), policy, matches!(listener.default_action, Action::Redirect(_)))
        })
        .collect();
    let policy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
    assert_eq!(listeners, [(80, None, true), (443, Some(policy), false)]);
    insta::assert_snapshot!(pretty(arch.node(front.load_balancer().id().unwrap()).unwrap()), @r#"
    {
      "LoadBalancerAttributes": [
        {
          "Key": "access_logs.s3.enabled",
          "Value": "false"
        },
        {
          "Key": "deletion_protection.enabled",
          "Value": "true"
        },
        {
          "Key": "idle_timeout.timeout_seconds",
          "Value": "60"
        },
        {
          "Key": "routing.http.desync_mitigation_mode",
          "Value": "defensive"
        },
        {
          "Key": "routing.http.drop_invalid_header_fields.enabled",
          "Value": "true"
        },
        {
          "Key": "routing.http2.enabled",
          "Value": "true"
        }
      ],
      "Scheme": "internet-facing",
      "SecurityGroups": [
        {
          "Fn::GetAtt": [
            "alb/group",
            "GroupId"
          ]
        }
      ],
      "Subnets": [
        "subnet-a",
        "subnet-b"
      ],
      "Tags": [
        {
          "Key": "Name",
          "Value": "shop-front-load-balancer"
        }
      ],
      "Type": "application"
    }
    "#);
    let priorities: Vec<_> =
        arch.all::<ListenerRule>().map(|(_, rule)| rule.priority.get()).collect();
    assert_eq!(priorities, [10, 20]);
}

#[test]
fn services_come_after_what_forwards_to_them() {
    let (arch, _) = described(|arch| {
        let (front, api) = load_balancer(arch);
        arch.add(front.route("/api/*", &api))
    });
    insta::assert_snapshot!(inventory(&arch, "web/service") + &inventory(&arch, "api/service"), @"
    web/service Service <- web/cluster/cluster.Arn, web/target-group.TargetGroupArn, app/group.GroupId, web/task-definition.TaskDefinitionArn after app/from-alb-tcp-8080, app/from-alb-tcp-8080-egress, web/execution-role-policy, front/https
    api/service Service <- api/cluster/cluster.Arn, api/target-group.TargetGroupArn, app/group.GroupId, api/task-definition.TaskDefinitionArn after app/from-alb-tcp-8080, app/from-alb-tcp-8080-egress, api/execution-role-policy, front/route-api
    ");
}

#[test]
fn a_disposable_one_may_be_deleted() {
    let (arch, front) = described(|arch| {
        let (front, _) = load_balancer(arch);
        arch.add(front.disposable())
    });
    assert!(!arch.get(front.load_balancer()).unwrap().attributes.deletion_protection);
}

#[test]
fn reports_a_path_that_is_no_pattern() {
    let (arch, _) = described(|arch| {
        let (front, api) = load_balancer(arch);
        arch.add(front.route("/api/ü", &api))
    });
    assert_eq!(messages(&arch), ["front: `/api/ü` is not a pattern of paths"]);
}
