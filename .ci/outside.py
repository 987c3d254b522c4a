"""What is outside of the platform."""

import os

STANDBY = "203.0.113.10"
EUROPE = "d111111abcdef8.cloudfront.net"
ROTATION = "arn:aws:lambda:us-east-1:123456789012:function:rotate"
LOGIN_ROTATION = "arn:aws:lambda:us-east-1:123456789012:function:rotate-login"

OUTSIDE = [f"--var=standby={STANDBY}", f"--var=europe={EUROPE}", f"--var=rotation={ROTATION}",
           f"--var=login-rotation={LOGIN_ROTATION}"]

os.environ.setdefault("DATABASE_PASSWORD", "correct-horse-battery-staple")
