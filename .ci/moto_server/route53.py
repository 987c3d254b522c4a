"""What moto does otherwise than AWS with health checks: they lose the alarm that they follow, their
version stays the first, and UpdateHealthCheck does not know ResetElements.
"""

from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

create_health_check = Route53.create_health_check
update_health_check = Route53.update_health_check
health_check_config = HealthCheck.health_check_config.fget

#: What of a health check can be reset, and where moto keeps it.
RESETTABLE = {"ChildHealthChecks": "children", "FullyQualifiedDomainName": "fqdn",
              "Regions": "regions", "ResourcePath": "resource_path"}


def follow(check, settings):
    """Keeps with a health check what is said of its alarm."""
    kept = check.__dict__.setdefault("alarm", {})
    for name in ("AlarmIdentifier", "InsufficientDataHealthStatus"):
        if settings.get(name) is not None:
            kept[name] = settings[name]


def created_health_check(self):
    answer = create_health_check(self)
    follow(answer.result["HealthCheck"], self._get_param("HealthCheckConfig"))
    return answer


def updated_health_check(self):
    answer = update_health_check(self)
    check = answer.result["HealthCheck"]
    check.health_check_version += 1
    for name in self._get_param("ResetElements", []):
        setattr(check, RESETTABLE[name], None)
    names = ("AlarmIdentifier", "InsufficientDataHealthStatus")
    follow(check, {name: self._get_param(name) for name in names})
    return answer


Route53.create_health_check = created_health_check
Route53.update_health_check = updated_health_check
HealthCheck.health_check_config = property(
    lambda check: {**health_check_config(check), **check.__dict__.get("alarm", {})})
