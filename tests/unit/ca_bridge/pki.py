"""Certificates of every shape, made in the test."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA224, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_serials = count(1000)


def a_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def usage(*, signs: bool = False, issues: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True)
class Shape:
    """What a certificate is to be; the default is a good leaf."""

    name: str = "holder"
    ca: bool = False
    path_length: int | None = None
    usage: x509.KeyUsage | None = field(default_factory=lambda: usage(signs=True))
    extended: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.CLIENT_AUTH,)
    begins: datetime = NOW - timedelta(days=1)
    ends: datetime = NOW + timedelta(days=30)
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    hashed: SHA224 | SHA256 = field(default_factory=SHA256)


LEAF = Shape()
ISSUING = Shape("issuing", ca=True, usage=usage(issues=True), extended=())
ROOT = replace(ISSUING, name="root")
SHORT_HASH = SHA224()


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def sign(self, message: bytes) -> bytes:
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        return self.key.sign(message, ec.ECDSA(SHA256()))


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def make(shape: Shape, issuer: Made | None = None, key: PrivateKey | None = None) -> Made:
    """Make a certificate of a shape; without issuer it signs itself."""
    own = key or a_key()
    signer = issuer.key if issuer else own
    begun = (
        x509.CertificateBuilder()
        .subject_name(named(shape.name))
        .issuer_name(issuer.certificate.subject if issuer else named(shape.name))
        .public_key(own.public_key())
        .serial_number(next(_serials))
        .not_valid_before(shape.begins)
        .not_valid_after(shape.ends)
        .add_extension(
            x509.BasicConstraints(ca=shape.ca, path_length=shape.path_length), critical=True
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False
        )
    )
    if shape.usage is not None:
        begun = begun.add_extension(shape.usage, critical=True)
    if shape.extended:
        begun = begun.add_extension(x509.ExtendedKeyUsage(shape.extended), critical=False)
    for extension, critical in shape.more:
        begun = begun.add_extension(extension, critical=critical)
    return Made(begun.sign(signer, shape.hashed), own)


@dataclass(frozen=True)
class Pki:
    """A root, an issuing CA under it, and a leaf."""

    root: Made
    issuing: Made
    leaf: Made


def a_pki(leaf: Shape = LEAF, issuing: Shape = ISSUING, root: Shape = ROOT) -> Pki:
    top = make(root)
    middle = make(issuing, top)
    return Pki(top, middle, make(leaf, middle))


def a_crl(
    issuer: Made,
    *revoked: int,
    number: int | None = 1,
    at: datetime = NOW,
    life: timedelta = timedelta(hours=1),
) -> x509.CertificateRevocationList:
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + life)
    )
    if number is not None:
        crl = crl.add_extension(x509.CRLNumber(number), critical=False)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        crl = crl.add_revoked_certificate(entry.build())
    return crl.sign(issuer.key, SHA256())
