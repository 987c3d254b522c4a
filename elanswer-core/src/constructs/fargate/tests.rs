use serde_json::json;

use super::*;
use crate::services::{
    ecs::{CapacityBase, CapacityProvider, Cluster, TaskDefinition},
    iam::RolePolicy,
    servicediscovery::ServiceArn,
};
use crate::{
    Architecture,
    constructs::{
        SecurityGroup,
        testing::{described, inventory, messages, pretty},
    },
    services::ec2::Vpc,
};

const ECR_IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:1.4";

fn service(arch: &mut Architecture, image: &str) -> FargateService<Tier<Private>, Group<Internal>> {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let group = arch.add(SecurityGroup::internal("app", vpc()));
    let tier = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    FargateService::new("web", image).subnets(&tier).guarded_by(&group)
}

fn policy(arch: &Architecture, id: &str) -> Option<String> {
    let (_, policy) = arch.all::<RolePolicy>().find(|(node, _)| node.id.as_str() == id)?;
    Some(serde_json::to_string_pretty(&policy.policy_document).unwrap())
}

#[test]
fn builds_the_service_and_what_belongs_to_it() {
    let (arch, web) = described(|arch| {
        let web = service(arch, "nginx").tasks(3).env("MODE", "live").health_command("true");
        arch.add(web.health_path("/healthz"))
    });
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "web/"), @"
    web/cluster/cluster Cluster
    web/execution-role Role
    web/execution-role-policy RolePolicy <- web/logs.Arn, web/execution-role.RoleName
    web/logs LogGroup
    web/service Service <- web/cluster/cluster.Arn, web/target-group.TargetGroupArn, app/group.GroupId, web/task-definition.TaskDefinitionArn after web/execution-role-policy
    web/target-group TargetGroup
    web/task-definition TaskDefinition <- web/logs.LogGroupName, web/execution-role.Arn, web/task-role.Arn
    web/task-role Role
    ");
    let target_group = arch.get(web.target_group()).unwrap();
    assert_eq!(target_group.health_check.path.as_str(), "/healthz");
    let (node, _) = arch.all::<TaskDefinition>().next().unwrap();
    insta::assert_snapshot!(pretty(node), @r#"
    {
      "ContainerDefinitions": [
        {
          "Environment": [
            {
              "Name": "MODE",
              "Value": "live"
            }
          ],
          "Essential": true,
          "HealthCheck": {
            "Command": [
              "CMD-SHELL",
              "true"
            ],
            "Interval": 30,
            "Retries": 3,
            "StartPeriod": 0,
            "Timeout": 5
          },
          "Image": "nginx",
          "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
              "awslogs-group": {
                "Fn::GetAtt": [
                  "web/logs",
                  "LogGroupName"
                ]
              },
              "awslogs-region": "us-east-1",
              "awslogs-stream-prefix": "web"
            }
          },
          "Name": "web",
          "PortMappings": [
            {
              "ContainerPort": 8080,
              "Protocol": "tcp"
            }
          ],
          "ReadonlyRootFilesystem": false
        }
      ],
      "Cpu": "256",
      "ExecutionRoleArn": {
        "Fn::GetAtt": [
          "web/execution-role",
          "Arn"
        ]
      },
      "Memory": "512",
      "NetworkMode": "awsvpc",
      "RequiresCompatibilities": [
        "FARGATE"
      ],
      "RuntimePlatform": {
        "CpuArchitecture": "X86_64",
        "OperatingSystemFamily": "LINUX"
      },
      "Tags": [
        {
          "Key": "Name",
          "Value": "shop-web-task-definition"
        }
      ],
      "TaskRoleArn": {
        "Fn::GetAtt": [
          "web/task-role",
          "Arn"
        ]
      }
    }
    "#);
    insta::assert_snapshot!(pretty(arch.node(web.service().id().unwrap()).unwrap()), @r#"
    {
      "Cluster": {
        "Fn::GetAtt": [
          "web/cluster/cluster",
          "Arn"
        ]
      },
      "DeploymentConfiguration": {
        "DeploymentCircuitBreaker": {
          "Enable": true,
          "Rollback": true
        },
        "MaximumPercent": 200,
        "MinimumHealthyPercent": 100
      },
      "DesiredCount": 3,
      "EnableECSManagedTags": false,
      "EnableExecuteCommand": false,
      "HealthCheckGracePeriodSeconds": 60,
      "LaunchType": "FARGATE",
      "LoadBalancers": [
        {
          "ContainerName": "web",
          "ContainerPort": 8080,
          "TargetGroupArn": {
            "Fn::GetAtt": [
              "web/target-group",
              "TargetGroupArn"
            ]
          }
        }
      ],
      "NetworkConfiguration": {
        "AwsvpcConfiguration": {
          "AssignPublicIp": "DISABLED",
          "SecurityGroups": [
            {
              "Fn::GetAtt": [
                "app/group",
                "GroupId"
              ]
            }
          ],
          "Subnets": [
            "subnet-a",
            "subnet-b"
          ]
        }
      },
      "PlatformVersion": "LATEST",
      "PropagateTags": "NONE",
      "Tags": [
        {
          "Key": "Name",
          "Value": "shop-web-service"
        }
      ],
      "TaskDefinition": {
        "Fn::GetAtt": [
          "web/task-definition",
          "TaskDefinitionArn"
        ]
      }
    }
    "#);
}

#[test]
fn the_execution_role_may_do_what_starting_a_task_takes() {
    let (arch, _) = described(|arch| {
        let secret = Secret::json("orders", "arn:aws:secretsmanager:x", ["username", "password"]);
        let web = service(arch, ECR_IMAGE).reads(secret);
        arch.add(web)
    });
    insta::assert_snapshot!(policy(&arch, "web/execution-role-policy").unwrap(), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer"
          ],
          "Resource": [
            "arn:aws:ecr:us-east-1:123456789012:repository/shop/web"
          ]
        },
        {
          "Effect": "Allow",
          "Action": [
            "ecr:GetAuthorizationToken"
          ],
          "Resource": [
            "*"
          ]
        },
        {
          "Effect": "Allow",
          "Action": [
            "logs:CreateLogStream",
            "logs:PutLogEvents"
          ],
          "Resource": [
            {
              "Fn::GetAtt": [
                "web/logs",
                "Arn"
              ]
            }
          ]
        },
        {
          "Effect": "Allow",
          "Action": [
            "secretsmanager:GetSecretValue"
          ],
          "Resource": [
            "arn:aws:secretsmanager:x"
          ]
        }
      ]
    }
    "#);
    assert_eq!(policy(&arch, "web/task-role-policy"), None);
    let (_, definition) = arch.all::<TaskDefinition>().next().unwrap();
    let secrets: Vec<_> = definition.container_definitions[0].secrets.iter().collect();
    insta::assert_debug_snapshot!(secrets, @r#"
    [
        (
            "ORDERS_PASSWORD",
            "arn:aws:secretsmanager:x:password::",
        ),
        (
            "ORDERS_USERNAME",
            "arn:aws:secretsmanager:x:username::",
        ),
    ]
    "#);
}

#[test]
fn a_public_image_needs_no_permission() {
    let (arch, _) = described(|arch| {
        let web = service(arch, "nginx");
        arch.add(web)
    });
    insta::assert_snapshot!(policy(&arch, "web/execution-role-policy").unwrap(), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": [
            "logs:CreateLogStream",
            "logs:PutLogEvents"
          ],
          "Resource": [
            {
              "Fn::GetAtt": [
                "web/logs",
                "Arn"
              ]
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn the_task_role_may_do_what_the_program_says() {
    let (arch, web) = described(|arch| {
        let read = Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::shop/*"]);
        let web = service(arch, "nginx").allow(read);
        arch.add(web)
    });
    let policy = policy(&arch, "web/task-role-policy").unwrap();
    assert!(policy.contains("s3:GetObject"), "{policy}");
    let service = arch.node(web.service().id().unwrap()).unwrap();
    assert!(service.options.depends_on.iter().any(|id| id.as_str() == "web/task-role-policy"));
}

#[test]
fn services_share_a_cluster() {
    let (arch, web) = described(|arch| {
        let cluster = arch.add(FargateCluster::new("main"));
        let web = service(arch, "nginx").cluster(&cluster);
        arch.add(web)
    });
    assert_eq!(web.cluster().id().unwrap().as_str(), "main/cluster");
    assert_eq!(arch.all::<Cluster>().count(), 1);
}

#[test]
fn reports_what_it_cannot_use() {
    let (arch, _) = described(|arch| {
        let web = service(arch, "nginx").health_path("healthz");
        let tier = Tier::existing(Ref::<Vpc>::existing("vpc-1"), []);
        let group = arch.add(SecurityGroup::internal("other", tier.vpc()));
        arch.add(FargateService::new("a.b", "nginx").subnets(&tier).guarded_by(&group));
        arch.add(web)
    });
    insta::assert_debug_snapshot!(messages(&arch), @r#"
    [
        "a.b: the network has no private subnets for the tasks",
        "a.b: `a.b` is not a name in ECS: 1 to 255 letters, digits, `_` and `-`",
        "web: `healthz` is not the path of a health check: `/` and at most 1023 visible characters",
    ]
    "#);
}

fn pretty_of<R: crate::Resource>(arch: &Architecture, of: &Ref<R>) -> String {
    pretty(arch.node(of.id().unwrap()).unwrap())
}

#[test]
fn a_worker_has_no_load_balancer() {
    let (arch, worker) = described(|arch| {
        let worker = service(arch, "nginx").without_load_balancer();
        arch.add(worker)
    });
    assert!(messages(&arch).is_empty());
    assert_eq!(arch.all::<TargetGroup>().count(), 0);
    let service = arch.get(worker.service()).unwrap();
    assert!(service.load_balancers.is_empty());
    assert_eq!(service.health_check_grace_period_seconds.get(), 0);
    let task = arch.get(worker.task_definition()).unwrap();
    assert!(task.container_definitions[0].port_mappings.is_empty());
}

#[test]
fn a_worker_that_is_found_by_its_name_listens() {
    const API: ServiceArn =
        ServiceArn::literal("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1");
    let (arch, worker) = described(|arch| {
        let worker = service(arch, "nginx").without_load_balancer().port(Port::of::<9000>());
        arch.add(worker.discovered_as(API))
    });
    let registry = arch.get(worker.service()).unwrap().service_registry.as_ref();
    assert_eq!(registry, Some(&ServiceRegistry::new(API)));
    let task = arch.get(worker.task_definition()).unwrap();
    assert_eq!(task.container_definitions[0].port_mappings.len(), 1);
}

#[test]
fn spot_comes_after_the_capacity_providers() {
    let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot)
        .with_base(CapacityProvider::Fargate, CapacityBase::of::<1>());
    let (arch, [own, shared]) = described(|arch| {
        let cluster = arch.add(FargateCluster::new("main").spot());
        let own = service(arch, "nginx").on_spot(strategy.clone());
        let own = arch.add(own.count_left_to_autoscaling());
        let shared = FargateService::new("api", "nginx")
            .subnets(&Tier::existing(Ref::<Vpc>::existing("vpc-1"), [Ref::existing("subnet-a")]))
            .guarded_by(&arch.add(SecurityGroup::internal("api-group", Ref::existing("vpc-1"))));
        [own, arch.add(shared.cluster(&cluster).on_spot(strategy))]
    });
    let after = |handle: &FargateHandle| {
        let node = arch.node(handle.service().id().unwrap()).unwrap();
        node.options.depends_on.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(after(&own).contains(&"web/cluster/capacity-providers".to_owned()));
    assert!(after(&shared).contains(&"main/capacity-providers".to_owned()));
    let found = crate::check(&arch);
    assert!(!found.to_string().contains("capacity provider"), "{found}");
    let tree = pretty_of(&arch, own.service());
    assert!(tree.contains("FARGATE_SPOT") && !tree.contains("LaunchType"), "{tree}");
    assert!(!tree.contains("DesiredCount"), "{tree}");
}

#[test]
fn a_launch_type_needs_no_capacity_providers() {
    let (arch, web) = described(|arch| {
        let cluster = arch.add(FargateCluster::new("main").spot());
        let web = service(arch, "nginx").cluster(&cluster);
        arch.add(web)
    });
    let node = arch.node(web.service().id().unwrap()).unwrap();
    assert!(!node.options.depends_on.iter().any(|id| id.as_str() == "main/capacity-providers"));
}

#[test]
fn alarms_roll_back() {
    let (arch, web) = described(|arch| {
        let web = service(arch, "nginx").rolls_back_on("errors").rolls_back_on("slow");
        arch.add(web)
    });
    let deployment = &arch.get(web.service()).unwrap().deployment_configuration;
    assert_eq!(deployment.alarms, Some(DeploymentAlarms::roll_back(["slow", "errors"])));
}

#[test]
fn a_read_only_task_writes_to_its_scratch() {
    let (arch, web) = described(|arch| {
        let web = service(arch, "nginx").read_only().scratch("/tmp").scratch("/var/cache/nginx");
        arch.add(web)
    });
    let task = arch.get(web.task_definition()).unwrap();
    assert!(task.container_definitions[0].readonly_root_filesystem);
    let tree = serde_json::to_value(task).unwrap();
    assert_eq!(tree["Volumes"], json!([{ "Name": "scratch-1" }, { "Name": "scratch-2" }]));
    let mount =
        |volume, path| json!({ "SourceVolume": volume, "ContainerPath": path, "ReadOnly": false });
    assert_eq!(
        tree["ContainerDefinitions"][0]["MountPoints"],
        json!([mount("scratch-1", "/tmp"), mount("scratch-2", "/var/cache/nginx")])
    );
    let (arch, _) = described(|arch| {
        let web = service(arch, "nginx").scratch("tmp");
        arch.add(web)
    });
    let [message] = messages(&arch).try_into().unwrap();
    assert!(message.starts_with("web: `tmp` is not a path in a container"), "{message}");
}

#[test]
fn a_traced_task_has_the_daemon_beside_it() {
    let (arch, web) = described(|arch| {
        let web = service(arch, "nginx:1.29").traced();
        arch.add(web)
    });
    let task = arch.get(web.task_definition()).unwrap();
    let [program, daemon] = task.container_definitions.as_slice() else { panic!("{task:?}") };
    let program = serde_json::to_value(program).unwrap();
    let waits = json!([{ "ContainerName": "xray-daemon", "Condition": "START" }]);
    assert_eq!(program["DependsOn"], waits);
    let address = json!([{ "Name": "AWS_XRAY_DAEMON_ADDRESS", "Value": "127.0.0.1:2000" }]);
    assert_eq!(program["Environment"], address);
    assert_eq!(
        serde_json::to_value(daemon).unwrap(),
        json!({
            "Name": "xray-daemon",
            "Image": "public.ecr.aws/xray/aws-xray-daemon:3.7.0",
            "Essential": false,
            "MemoryReservation": 32,
            "PortMappings": [{ "ContainerPort": 2000, "Protocol": "udp" }],
            "Environment": [{ "Name": "AWS_REGION", "Value": "us-east-1" }],
            "LogConfiguration": {
                "LogDriver": "awslogs",
                "Options": {
                    "awslogs-group": { "Fn::GetAtt": ["web/logs", "LogGroupName"] },
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "xray",
                },
            },
            "ReadonlyRootFilesystem": false,
        })
    );
    let policy = policy(&arch, "web/task-role-policy").unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&policy).unwrap()["Statement"],
        json!([{
            "Effect": "Allow",
            "Action": [
                "xray:GetSamplingRules",
                "xray:GetSamplingStatisticSummaries",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            "Resource": ["*"],
        }])
    );
    let codes: Vec<_> = crate::check(&arch).diagnostics.iter().map(|it| it.code.clone()).collect();
    assert!(!codes.iter().any(|code| code == "wildcard-resource"), "{codes:?}");
    assert!(!codes.iter().any(|code| code == "image-without-version"), "{codes:?}");
}
