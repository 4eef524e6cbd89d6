"""RFC 5280: what a certificate and its path must be; each raises `PathRefused`."""

from datetime import datetime
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from ca_bridge.errors import PathRefused

LEAST_RSA_BITS: Final = 2048
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_HASHES: Final = (SHA256, SHA384, SHA512)
# Those we look into, here or in the second opinion. Policies and mappings: none are asked.
_PROCESSED: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.NAME_CONSTRAINTS,
    }
)
_SIGN_IN: Final = frozenset(
    {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
)
_E = TypeVar("_E", bound=x509.ExtensionType)


def is_in_its_time(certificate: x509.Certificate, at: datetime) -> None:
    """RFC 5280 §6.1.3 (a)(2): the validity period includes the time of the check."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at <= ends:
        raise PathRefused("dates")


def is_strong(certificate: x509.Certificate) -> None:
    """NIST SP 800-131A r2: no RSA below 2048 bits, no other curve, no SHA-1 or MD5."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        strong = key.key_size >= LEAST_RSA_BITS
    else:
        strong = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(
            key.curve, _CURVES
        )
    if not strong:
        raise PathRefused("weak_key")
    if not isinstance(certificate.signature_hash_algorithm, _HASHES):
        raise PathRefused("weak_signature")


def has_no_unknown_critical(certificate: x509.Certificate) -> None:
    """RFC 5280 §6.1.4 (o), §6.1.5 (f): a critical extension we do not process refuses."""
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _PROCESSED:
            raise PathRefused("critical_extension")


def may_issue(certificate: x509.Certificate, below: int) -> None:
    """RFC 5280 §6.1.4 (k)(l)(m)(n): a CA with keyCertSign, and room for what is below.

    ``below`` counts the intermediate certificates between it and the leaf.
    """
    basic = extension_of(certificate, x509.BasicConstraints)
    if basic is None or not basic.ca:
        raise PathRefused("not_a_ca")
    usage = extension_of(certificate, x509.KeyUsage)
    if usage is None or not usage.key_cert_sign:
        raise PathRefused("key_cert_sign")
    if basic.path_length is not None and below > basic.path_length:
        raise PathRefused("path_length")


def may_sign_in(leaf: x509.Certificate) -> None:
    """RFC 5280 §4.2.1.3, §4.2.1.12: an end entity's key for digital signatures."""
    basic = extension_of(leaf, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise PathRefused("leaf_is_a_ca")
    usage = extension_of(leaf, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        raise PathRefused("digital_signature")
    extended = extension_of(leaf, x509.ExtendedKeyUsage)
    if extended is not None and not _SIGN_IN & set(extended):
        raise PathRefused("extended_key_usage")


def extension_of(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    """Return the value of an extension, None if it is not there."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
