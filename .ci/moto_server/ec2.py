"""What moto does otherwise than AWS with networks.

- DeleteNatGateway leaves the address associated and the network interface in place, and does not
  say that there is no such gateway.
- ModifyVpcEndpoint does not know PrivateDnsEnabled.
- DescribeNetworkAcls does not know the filter network-acl-id.
"""

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.responses.vpcs import VPCs

delete_nat_gateway = NatGatewayBackend.delete_nat_gateway
filter_value_of_acl = NetworkAcl.get_filter_value
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


def value_for_filter_of_acl(self, filter_name, method_name=None):
    if filter_name == "network-acl-id":
        return self.id
    return filter_value_of_acl(self, filter_name, method_name)


NatGatewayBackend.delete_nat_gateway = deleted_nat_gateway
NetworkAcl.get_filter_value = value_for_filter_of_acl
VPCs.modify_vpc_endpoint = modified_vpc_endpoint
