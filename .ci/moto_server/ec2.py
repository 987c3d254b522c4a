"""What moto does otherwise than AWS with networks.

- DeleteNatGateway leaves the address associated and the network interface in place, and does not
  say that there is no such gateway.
- ModifyVpcEndpoint does not know PrivateDnsEnabled.
- DescribeNetworkAcls and DescribeVpcEndpoints do not know the filter for ids.
"""

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses.vpcs import VPCs

delete_nat_gateway = NatGatewayBackend.delete_nat_gateway
modify_vpc_endpoint = VPCs.modify_vpc_endpoint


def deleted_nat_gateway(self, nat_gateway_id):
    if nat_gateway_id not in self.nat_gateways:
        raise EC2ClientError("NatGatewayNotFound",
                             f"The Nat Gateway {nat_gateway_id} was not found")
    gateway = delete_nat_gateway(self, nat_gateway_id)
    for address in self.addresses:
        if address.eni is gateway._eni:
            self.disassociate_address(address=address.public_ip)
    self.enis.pop(gateway._eni.id, None)
    return gateway


def modified_vpc_endpoint(self):
    answer = modify_vpc_endpoint(self)
    enabled = self._get_bool_param("PrivateDnsEnabled")
    if enabled is not None:
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        endpoint.private_dns_enabled = enabled
    return answer


def with_filter_for_ids(kind, name):
    """Makes a kind of object known by its id to the filter of a name."""
    filter_value = kind.get_filter_value

    def value(self, filter_name, method_name=None):
        return self.id if filter_name == name else filter_value(self, filter_name, method_name)

    kind.get_filter_value = value


with_filter_for_ids(NetworkAcl, "network-acl-id")
with_filter_for_ids(VPCEndPoint, "vpc-endpoint-id")
NatGatewayBackend.delete_nat_gateway = deleted_nat_gateway
VPCs.modify_vpc_endpoint = modified_vpc_endpoint
