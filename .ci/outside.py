"""What is outside of the platform, and what moto has nothing of."""

import os

STANDBY = "203.0.113.10"
EUROPE = "d111111abcdef8.cloudfront.net"
ROTATION = "arn:aws:lambda:us-east-1:123456789012:function:rotate"
CONNECTION = ("arn:aws:codeconnections:us-east-1:123456789012:"
              "connection/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f")

OUTSIDE = [f"--var=standby={STANDBY}", f"--var=europe={EUROPE}", f"--var=rotation={ROTATION}"]

# docs/conformance.md says why.
LACKING = ["--var=without=alarms,backup-copies,cache,tracing", "--var=budget=none",
           f"--var=connection={CONNECTION}"]

# The same, without what moto does not forget: the zones of namespaces that are gone.
FORGETFUL = ["--var=without=alarms,backup-copies,cache,discovery,tracing"]

os.environ.setdefault("DATABASE_PASSWORD", "correct-horse-battery-staple")
