"""What the demo CA does: make itself, issue, and publish who is revoked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kernel.clock import epoch_seconds
from peers.demo_ca.domain import (
    CRL_LIFE,
    ISSUING_LIFE,
    LEAF_LIFE,
    ORGANISATION,
    ROOT_LIFE,
    Authority,
    Holder,
    Issuer,
    ServerFiles,
)

_COUNTRY: Final = "CN"
_OWNER: Final = "演示电子认证服务机构"
_OWN_NAMES: Final = (
    x509.DNSName("localhost"),
    x509.IPAddress(ip_address("127.0.0.1")),
    x509.IPAddress(ip_address("::1")),
)
_SKEW: Final = timedelta(minutes=5)


def make_authority(now: datetime) -> Authority:
    """Return a fresh root and issuing CA; P-256 keys."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = _name("演示根CA")
    root = _ca(root_name, root_key.public_key(), 1, (now, ROOT_LIFE))
    root_issuer = Issuer(
        _signed(root, root_name, root_key, root_key.public_key()), root_key
    )
    key = ec.generate_private_key(ec.SECP256R1())
    issuing = _ca(_name("演示运营CA"), key.public_key(), 0, (now, ISSUING_LIFE))
    signed = _signed(issuing, root_name, root_key, root_key.public_key())
    return Authority(root_issuer, Issuer(signed, key))


def issue(
    authority: Authority, holder: Holder, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """Return a leaf certificate that may sign in."""
    issuer = authority.issuing
    leaf = (
        _begun(_name(holder.name, holder.organisation), key, (now, LEAF_LIFE))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
    )
    if holder.uscc is not None:
        text = holder.uscc.encode()
        value = bytes([0x0C, len(text)]) + text  # UTF8String
        leaf = leaf.add_extension(
            x509.UnrecognizedExtension(ORGANISATION, value), critical=False
        )
    return _signed(leaf, issuer.certificate.subject, issuer.key, issuer.key.public_key())


def server_files(now: datetime) -> ServerFiles:
    """Return what a TLS server on ``localhost`` needs, by an authority made for it alone.

    The authority's keys are forgotten at once: nobody can issue under it again.
    """
    authority, key = make_authority(now), ec.generate_private_key(ec.SECP256R1())
    issuer = authority.issuing
    leaf = (
        _begun(_name("localhost"), key.public_key(), (now, LEAF_LIFE))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName(_OWN_NAMES), critical=False)
    )
    subject, above = issuer.certificate.subject, issuer.key.public_key()
    signed = _signed(leaf, subject, issuer.key, above)
    return ServerFiles(
        root=authority.root.certificate.public_bytes(Encoding.PEM),
        chain=b"".join(c.public_bytes(Encoding.PEM) for c in (signed, issuer.certificate)),
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def revocation_list(
    issuer: Issuer, revoked: Iterable[int], now: datetime
) -> x509.CertificateRevocationList:
    """RFC 5280 §5: return a whole CRL; its number is the second of its making."""
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now)
        .next_update(now + CRL_LIFE)
        .add_extension(x509.CRLNumber(epoch_seconds(now)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        crl = crl.add_revoked_certificate(entry.revocation_date(now).build())
    return crl.sign(issuer.key, SHA256())


def _begun(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, life: tuple[datetime, timedelta]
) -> x509.CertificateBuilder:
    now, span = life
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + span)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _ca(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    path_length: int,
    life: tuple[datetime, timedelta],
) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    return (
        _begun(subject, key, life)
        .add_extension(constraints, critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )


def _signed(
    begun: x509.CertificateBuilder,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.Certificate:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
    complete = begun.issuer_name(issuer).add_extension(identifier, critical=False)
    return complete.sign(key, SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str, organisation: str | None = None) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, _COUNTRY),
        (NameOID.ORGANIZATION_NAME, organisation or _OWNER),
        (NameOID.COMMON_NAME, common),
    )
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
