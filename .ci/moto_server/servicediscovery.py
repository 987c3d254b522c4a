"""What moto does otherwise than AWS with namespaces.

- The identifier of the hosted zone is a path, and updates lose it.
- DeleteNamespace leaves the hosted zone in Route 53, and takes a namespace that has services.
"""

from moto.core.exceptions import JsonRESTError
from moto.route53 import route53_backends
from moto.servicediscovery.models import Namespace, ServiceDiscoveryBackend
from moto.utilities.utils import get_partition

make_namespace = Namespace.__init__
delete_namespace = ServiceDiscoveryBackend.delete_namespace


def made_namespace(self, **asked):
    make_namespace(self, **asked)
    zone = (self.dns_properties or {}).get("HostedZoneId")
    if zone:
        self.dns_properties["HostedZoneId"] = zone.removeprefix("/hostedzone/")


def with_zone(update):
    """Changes of the properties what is given."""

    def updated(self, _id, description, properties):
        if properties is not None:
            properties = {**self.get_namespace(_id).dns_properties, **properties}
        return update(self, _id, description, properties)

    return updated


def deleted_namespace(self, namespace_id):
    namespace = self.get_namespace(namespace_id)
    if any(service.namespace_id == namespace_id for service in self.services.values()):
        raise JsonRESTError("ResourceInUse", (
            "Namespace has associated services; delete the services before deleting the "
            "namespace"))
    zones = route53_backends[self.account_id][get_partition(self.region_name)].zones
    zones.pop((namespace.dns_properties or {}).get("HostedZoneId"), None)
    return delete_namespace(self, namespace_id)


Namespace.__init__ = made_namespace
ServiceDiscoveryBackend.delete_namespace = deleted_namespace
for name in ("update_private_dns_namespace", "update_public_dns_namespace"):
    setattr(ServiceDiscoveryBackend, name, with_zone(getattr(ServiceDiscoveryBackend, name)))
