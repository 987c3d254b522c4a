"""What moto does otherwise than AWS with web ACLs: AssociateWebACL leaves the one before in place,
and either may answer.
"""

from moto.wafv2.models import WAFV2Backend

associate_web_acl = WAFV2Backend.associate_web_acl


def associated(self, web_acl_arn, resource_arn):
    if web_acl_arn in self.wacls:
        self.disassociate_web_acl(resource_arn)
    associate_web_acl(self, web_acl_arn, resource_arn)


WAFV2Backend.associate_web_acl = associated
