"""What a leaf proves: its key signed a message, and of which organisation it speaks."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ca_bridge.errors import CertificateMalformed, SignatureRefused
from kernel.identifiers import CreditCode, IdentifierRefused

# GM/T 0015-2012: organizationCode, which carries the 统一社会信用代码 too.
ORGANISATION: Final = x509.ObjectIdentifier("1.2.156.10260.4.1.4")
_P1363_BYTES: Final = 64
_STRINGS: Final = frozenset({0x0C, 0x13, 0x16})  # UTF8String, PrintableString, IA5String


def key_signed(leaf: x509.Certificate, signature: bytes, message: bytes) -> None:
    """Require a signature over ``message`` with SHA-256 by the leaf's key.

    ECDSA as DER or as ``R ‖ S`` of P-256 (RFC 7518 §3.4); RSA with PSS or PKCS#1 v1.5.
    The key, never the caller, says which.

    Raises:
        SignatureRefused: it is none.
    """
    key = leaf.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der(key, signature), message, ec.ECDSA(SHA256()))
            return
        if isinstance(key, rsa.RSAPublicKey):
            _rsa_signed(key, signature, message)
            return
    except (InvalidSignature, ValueError) as cause:
        raise SignatureRefused("signature") from cause
    raise SignatureRefused("key")


def _der(key: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    if isinstance(key.curve, ec.SECP256R1) and len(signature) == _P1363_BYTES:
        half = _P1363_BYTES // 2
        return encode_dss_signature(
            int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        )
    return signature


def _rsa_signed(key: rsa.RSAPublicKey, signature: bytes, message: bytes) -> None:
    """RFC 8017 §8.1, §8.2: PSS with a salt as long as the hash, else PKCS#1 v1.5."""
    pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
    try:
        key.verify(signature, message, pss, SHA256())
    except InvalidSignature:
        key.verify(signature, message, padding.PKCS1v15(), SHA256())


def organisation_of(leaf: x509.Certificate) -> str | None:
    """Return the organisation's number in the certificate, None if it names none.

    Raises:
        CertificateMalformed: it names one that is not of its form.
    """
    try:
        found = leaf.extensions.get_extension_for_oid(ORGANISATION).value
    except x509.ExtensionNotFound:
        return None
    if not isinstance(found, x509.UnrecognizedExtension):
        raise CertificateMalformed("organisation")
    try:
        return CreditCode.parse(_text(found.value)).value
    except (IdentifierRefused, UnicodeDecodeError) as cause:
        raise CertificateMalformed("organisation") from cause


def _text(value: bytes) -> str:
    """Return a DER string's text; some authorities write the text without its header."""
    is_string = len(value) > 1 and value[0] in _STRINGS and value[1] == len(value) - 2
    return (value[2:] if is_string else value).decode("utf-8")
