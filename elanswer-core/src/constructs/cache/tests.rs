//! What a cache is made of.

use super::*;
use crate::{
    Architecture,
    constructs::{
        EncryptionKey, KeyUser, SecurityGroup,
        testing::{described, inventory, messages, pretty},
    },
    services::ec2::Vpc,
};

type Ready = Cache<Tier<Isolated>, Group<Internal>>;

fn placed(arch: &mut Architecture, cache: Cache<NoSubnets, NoGroup>) -> Ready {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let group = arch.add(SecurityGroup::internal("data", vpc()));
    let tier = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    cache.subnets(&tier).guarded_by(&group)
}

#[test]
fn builds_the_cache_and_what_belongs_to_it() {
    let (arch, carts) = described(|arch| {
        let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::ElastiCache]));
        let cache = placed(arch, Cache::valkey("carts"))
            .nodes(CacheNodes::of::<3>())
            .snapshots(SnapshotDays::of::<30>())
            .parameter("maxmemory-policy", "allkeys-lru")
            .encrypted_with(&key);
        arch.add(cache)
    });
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "carts/"), @"
    carts/parameter-group ParameterGroup
    carts/replication-group ReplicationGroup <- carts/parameter-group.CacheParameterGroupName, carts/subnet-group.CacheSubnetGroupName, key/key.Arn, data/group.GroupId, carts/users.UserGroupId
    carts/subnet-group SubnetGroup
    carts/user User
    carts/users UserGroup <- carts/user.UserId
    ");
    let node = arch.node(carts.replication_group().id().unwrap()).unwrap();
    assert!(node.options.protect);
    let cache = node.get::<ReplicationGroup>().unwrap();
    assert!(cache.contradictions().is_empty());
    assert!(cache.multi_az_enabled && cache.transit_encryption_enabled);
    insta::assert_snapshot!(pretty(node), @r#"
    {
      "AtRestEncryptionEnabled": true,
      "AutoMinorVersionUpgrade": true,
      "AutomaticFailoverEnabled": true,
      "CacheNodeType": "cache.m7g.large",
      "CacheParameterGroupName": {
        "Fn::GetAtt": [
          "carts/parameter-group",
          "CacheParameterGroupName"
        ]
      },
      "CacheSubnetGroupName": {
        "Fn::GetAtt": [
          "carts/subnet-group",
          "CacheSubnetGroupName"
        ]
      },
      "Engine": "valkey",
      "EngineVersion": "8.0",
      "KmsKeyId": {
        "Fn::GetAtt": [
          "key/key",
          "Arn"
        ]
      },
      "MultiAZEnabled": true,
      "NumCacheClusters": 3,
      "Port": 6379,
      "ReplicationGroupDescription": "Cache carts",
      "SecurityGroupIds": [
        {
          "Fn::GetAtt": [
            "data/group",
            "GroupId"
          ]
        }
      ],
      "SnapshotRetentionLimit": 30,
      "Tags": [
        {
          "Key": "Name",
          "Value": "shop-carts-replication-group"
        }
      ],
      "TransitEncryptionEnabled": true,
      "UserGroupIds": [
        {
          "Fn::GetAtt": [
            "carts/users",
            "UserGroupId"
          ]
        }
      ]
    }
    "#);
    let (_, parameters) = arch.all::<ParameterGroup>().next().unwrap();
    assert_eq!(parameters.cache_parameter_group_family.as_str(), "valkey8");
}

#[test]
fn redis_has_a_default_user_who_can_do_nothing() {
    let (arch, _) = described(|arch| {
        let cache = placed(arch, Cache::redis("carts")).disposable();
        arch.add(cache)
    });
    let names: Vec<_> = arch.all::<User>().map(|(_, user)| user.is_default()).collect();
    assert_eq!(names, [true, false]);
    let (node, cache) = arch.all::<ReplicationGroup>().next().unwrap();
    assert!(cache.contradictions().is_empty() && !node.options.protect);
    let (_, group) = arch.all::<UserGroup>().next().unwrap();
    assert_eq!((group.engine, group.users.len()), (Engine::Redis, 2));
}

#[test]
fn whoever_connects_is_let_as_its_user() {
    let (_, carts) = described(|arch| {
        let cache = placed(arch, Cache::valkey("carts"));
        arch.add(cache)
    });
    let statement = serde_json::to_string(&carts.connecting()).unwrap();
    for part in ["elasticache:Connect", "carts/replication-group", "carts/user"] {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    assert_eq!(carts.connecting().resources.named().count(), 2);
}

#[test]
fn a_cache_asks_for_two_subnets() {
    let (arch, _) = described(|arch| {
        let vpc = || Ref::<Vpc>::existing("vpc-1");
        let group = arch.add(SecurityGroup::internal("data", vpc()));
        let tier = Tier::existing(vpc(), [Ref::existing("subnet-a")]);
        arch.add(Cache::valkey("carts").subnets(&tier).guarded_by(&group))
    });
    let messages = messages(&arch);
    assert!(messages.iter().any(|text| text.contains("no two isolated")), "{messages:?}");
}
