"""What moto does otherwise than AWS with secrets: one that rotates by an expression does not
rotate, and the expression and the length of the window are lost.

When a cron expression is due is not worked out.
"""

import re
import time

from moto.secretsmanager.exceptions import InvalidParameterException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

rotate_secret = SecretsManagerBackend.rotate_secret
to_dict = FakeSecret.to_dict

RATE = re.compile(r"rate\((\d+) (hour|day)s?\)")
CRON = re.compile(r"cron\(0 \S+ \S+ \S+ \S+ \S+\)")


def hours_of(expression):
    """The hours between two rotations; none for a cron expression."""
    rate = RATE.fullmatch(expression)
    hours = rate and int(rate[1]) * (24 if rate[2] == "day" else 1)
    if not CRON.fullmatch(expression) and not (rate and 4 <= hours <= 999 * 24):
        raise InvalidParameterException(f"Invalid schedule expression: {expression}")
    return hours


def rotated_secret(self, secret_id, client_request_token=None, rotation_lambda_arn=None,
                   rotation_rules=None, rotate_immediately=True):
    rules = rotation_rules or {}
    expression = rules.get("ScheduleExpression")
    if expression and "AutomaticallyAfterDays" in rules:
        raise InvalidParameterException(
            "You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
    hours = hours_of(expression) if expression else None
    answer = rotate_secret(self, secret_id, client_request_token, rotation_lambda_arn,
                           rotation_rules, rotate_immediately)
    if rules:
        secret = self.secrets[secret_id]
        secret.rotation_rules = rules
        if expression:
            secret.rotation_enabled = True
            secret.auto_rotate_after_days = max(1, hours // 24) if hours else 0
            secret.next_rotation_date = int(time.time()) + hours * 3600 if hours else None
    return answer


def told(self):
    answer = to_dict(self)
    rules = self.__dict__.get("rotation_rules")
    if rules and "RotationRules" in answer:
        days = self.auto_rotate_after_days
        answer["RotationRules"] = {**({"AutomaticallyAfterDays": days} if days else {}), **rules}
    return answer


SecretsManagerBackend.rotate_secret = rotated_secret
FakeSecret.to_dict = told
