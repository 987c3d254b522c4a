"""What moto does otherwise than AWS with repositories: PutImageScanningConfiguration ignores an
empty configuration, which turns scanning off.
"""

from moto.ecr.models import ECRBackend

put_image_scanning_configuration = ECRBackend.put_image_scanning_configuration


def put_scanning(self, registry_id, repository_name, image_scan_config):
    return put_image_scanning_configuration(
        self, registry_id, repository_name, image_scan_config or {"scanOnPush": False})


ECRBackend.put_image_scanning_configuration = put_scanning
