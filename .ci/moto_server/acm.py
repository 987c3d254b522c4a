"""What moto does otherwise than AWS with certificates: RequestCertificate drops the algorithm of
the key.
"""

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import CertificateBuilder
from moto.acm.exceptions import AWSValidationException
from moto.acm.responses import AWSCertificateManagerResponse

request_certificate = AWSCertificateManagerResponse.request_certificate

#: The algorithms that AWS issues certificates for, with their curves.
CURVES = {"EC_prime256v1": ec.SECP256R1, "EC_secp384r1": ec.SECP384R1, "RSA_2048": None}


def rekey(bundle, curve):
    """Gives a certificate another key, on this curve."""
    old, key = bundle._cert, ec.generate_private_key(curve())
    builder = (CertificateBuilder()
               .subject_name(old.subject)
               .issuer_name(old.issuer)
               .public_key(key.public_key())
               .serial_number(old.serial_number)
               .not_valid_before(bundle._not_valid_before(old))
               .not_valid_after(bundle._not_valid_after(old)))
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    bundle._key, bundle._cert = key, builder.sign(key, hashes.SHA256())
    bundle.cert = bundle._cert.public_bytes(serialization.Encoding.PEM)
    bundle.key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption())


def requested_certificate(self):
    algorithm = self._get_param("KeyAlgorithm") or "RSA_2048"
    if algorithm not in CURVES:
        raise AWSValidationException(
            f"The key algorithm {algorithm} is not supported for requested certificates.")
    certificates = self.acm_backend._certificates
    before = set(certificates)
    answer = request_certificate(self)
    for arn in set(certificates) - before if CURVES[algorithm] else ():
        rekey(certificates[arn], CURVES[algorithm])
    return answer


AWSCertificateManagerResponse.request_certificate = requested_certificate
