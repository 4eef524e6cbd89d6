"""RFC 7516, JSON Web Encryption, as narrow as we take it: asked before any key is used."""

from collections.abc import Callable
from typing import Final

from trustroot.keys.domain import AGREEMENTS, CONTENT_KEY_BYTES, Encrypted
from trustroot.keys.errors import EncryptedRefused

_IV_BYTES: Final = 12
_TAG_BYTES: Final = 16
_WRAPPING_BYTES: Final = 8
_COORDINATE: Final = 43  # 256 bits as base64url


def nothing_is_critical(said: Encrypted) -> None:
    """§4.1.13: an extension that must be understood refuses the JWE: we know none."""
    if "crit" in said.header:
        raise EncryptedRefused("crit")


def nothing_is_compressed(said: Encrypted) -> None:
    """§4.1.3, RFC 8725 §3.6: no zip: what a bomb becomes nobody can tell ahead."""
    if "zip" in said.header:
        raise EncryptedRefused("zip")


def agreement_is_allowed(said: Encrypted) -> None:
    """RFC 7518 §4.6, RFC 8725 §3.1: ECDH-ES, or with A256KW; compared to the letter."""
    if said.header.get("alg") not in AGREEMENTS:
        raise EncryptedRefused("alg")


def content_is_authenticated(said: Encrypted) -> None:
    """RFC 7518 §5.3: AES GCM with 128 or 256 bits."""
    enc = said.header.get("enc")
    if not isinstance(enc, str) or enc not in CONTENT_KEY_BYTES:
        raise EncryptedRefused("enc")


def lengths_are_right(said: Encrypted) -> None:
    """RFC 7518 §5.3: IV of 96 bits, tag of 128; §4.6: no encrypted key, or one wrapped."""
    if (len(said.iv), len(said.tag)) != (_IV_BYTES, _TAG_BYTES):
        raise EncryptedRefused("iv or tag")
    wrapped = CONTENT_KEY_BYTES[str(said.header["enc"])] + _WRAPPING_BYTES
    if len(said.encrypted_key) != (0 if said.header["alg"] == "ECDH-ES" else wrapped):
        raise EncryptedRefused("encrypted key")


def ephemeral_key_is_public(said: Encrypted) -> None:
    """RFC 7518 §4.6.1.1: epk is a public key on the curve of ours; no other spelling."""
    epk = said.header.get("epk")
    if not isinstance(epk, dict) or "d" in epk:
        raise EncryptedRefused("epk")
    axes = (epk.get("x"), epk.get("y"))
    if (epk.get("kty"), epk.get("crv")) != ("EC", "P-256"):
        raise EncryptedRefused("epk curve")
    if not all(isinstance(axis, str) and len(axis) == _COORDINATE for axis in axes):
        raise EncryptedRefused("epk point")


RULES: Final[tuple[Callable[[Encrypted], None], ...]] = (
    nothing_is_critical,
    nothing_is_compressed,
    agreement_is_allowed,
    content_is_authenticated,
    lengths_are_right,
    ephemeral_key_is_public,
)


def may_be_opened(said: Encrypted, limit_bytes: int) -> None:
    """Apply every rule; the content has at most ``limit_bytes``.

    Raises:
        EncryptedRefused: the first that is not kept.
    """
    if said.content_bytes > limit_bytes:
        raise EncryptedRefused("too large")
    for rule in RULES:
        rule(said)
