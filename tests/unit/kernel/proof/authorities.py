"""Certificate authorities of invented organisations, and whom they certify."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kernel.proof.jose import Certificate

_NOON: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
_LEAF_KEY: Final = ec.generate_private_key(ec.SECP256R1())
NAMES: Final[tuple[x509.GeneralName, ...]] = (
    x509.DNSName("portal.example.cn"),
    x509.UniformResourceIdentifier("https://portal.example.cn/x"),
    x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
    x509.RFC822Name("ops@example.cn"),
)


@dataclass(frozen=True)
class Authority:
    """Somebody who signs certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @classmethod
    def root(cls, name: str) -> Self:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(name)
        built = _an_authority(_builder(subject, subject, key.public_key()), key)
        return cls(key, built.sign(key, SHA256()))

    @classmethod
    def of(cls, leaf: Certificate) -> Self:
        """Let the holder of a leaf sign, which it may not."""
        return cls(_LEAF_KEY, leaf.parsed)

    def below(self, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named(name), self.certificate.subject, key.public_key())
        built = _an_authority(builder, self.key)
        return Authority(key, built.sign(self.key, SHA256()))


def a_leaf(  # noqa: PLR0913  what a test bends, each by name
    issuer: Authority,
    *,
    key: ec.EllipticCurvePrivateKey = _LEAF_KEY,
    names: tuple[x509.GeneralName, ...] = NAMES,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    days: tuple[int, int] = (-1, 30),
    kind: str = "p256",
    more: x509.ExtensionType | None = None,
) -> Certificate:
    """Return the certificate of a client."""
    public = key.public_key() if kind == "p256" else _OTHER.public_key()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sample Org"),
            x509.NameAttribute(NameOID.COMMON_NAME, "portal.example.cn"),
        ]
    )
    builder = _builder(subject, issuer.certificate.subject, public, days)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if more is not None:
        builder = builder.add_extension(more, critical=False)
    return Certificate.parse(builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER))


def bent(shown: Certificate, was: str, now: str) -> bytes:
    """Return a certificate with some of its bytes, in hexadecimal, changed."""
    before, after = bytes.fromhex(was), bytes.fromhex(now)
    assert before in shown.der
    return shown.der.replace(before, after)


def on_a_curve_of_nobody(shown: Certificate) -> bytes:
    """Return a certificate over P-256, its key said to lie on prime239v1."""
    return bent(shown, "06082a8648ce3d030107", "06082a8648ce3d030104")


def pem_of(*certificates: x509.Certificate) -> bytes:
    """Return a file of certificates."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


_OTHER: Final = ed448.Ed448PrivateKey.generate()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey | ed448.Ed448PublicKey,
    days: tuple[int, int] = (-9, 365),
) -> x509.CertificateBuilder:
    begins, ends = (_NOON + timedelta(days=day) for day in days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _an_authority(
    builder: x509.CertificateBuilder, above: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    named = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())
    return (
        builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        .add_extension(usage, critical=True)
        .add_extension(named, critical=False)
    )
