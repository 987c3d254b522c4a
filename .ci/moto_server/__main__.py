"""The moto server, mended where it does otherwise than AWS. Arguments are those of `moto_server`.

Each file beside this one says of one service what moto 5.2.1, and nothing else, does otherwise.
"""

import sys

from moto.server import main

import acm
import awslambda
import budgets
import ce
import cloudfront
import cloudfront_policies
import cloudwatch
import codebuild
import codeconnections
import codepipeline
import ec2
import ecr
import ecs
import elasticache
import elasticache_changes
import elasticache_groups
import elasticache_parameters
import elasticache_users
import rds
import rds_backups
import route53
import rpc_v2_cbor
import s3
import s3_lifecycle
import secretsmanager
import servicediscovery
import wafv2
import xray

if __name__ == "__main__":
    sys.exit(main())
