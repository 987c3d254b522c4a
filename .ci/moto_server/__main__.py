"""The moto server, mended where it does otherwise than AWS. Arguments are those of `moto_server`.

Each file beside this one says of one service what moto 5.2.1, and nothing else, does otherwise.
"""

import sys

from moto.server import main

import awslambda
import cloudfront
import codebuild
import codepipeline
import route53
import s3
import wafv2

if __name__ == "__main__":
    sys.exit(main())
