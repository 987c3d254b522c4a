"""What the scripts here share: a client that is not ours, and how they say what is wrong."""

import sys

import boto3

EXAMPLES, MOTO, SCRATCH = sys.argv[1:4]


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")


def client(service, region_name="us-east-1"):
    return boto3.client(service, endpoint_url=MOTO, region_name=region_name)
