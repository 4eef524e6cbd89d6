"""What the header of a JWS must keep before anything in it is used."""

from collections.abc import Mapping
from typing import Final

from kernel.proof.jose.errors import (
    AlgorithmNotAllowed,
    UnknownCritical,
    UnknownKey,
    WrongType,
)
from kernel.proof.jose.keys import KeySet, PublicKey
from kernel.proof.jose.profiles import JwsProfile

_KID_LIMIT: Final = 256


def nothing_is_critical(header: Mapping[str, object]) -> None:
    """RFC 7515 §4.1.11: an extension in ``crit`` that is not understood refuses the JWS.

    We understand none. ``b64`` is refused even outside ``crit``: it changes what is signed
    (RFC 7797 §6).
    """
    if "crit" in header or "b64" in header:
        raise UnknownCritical


def type_is(header: Mapping[str, object], profile: JwsProfile) -> None:
    """RFC 8725 §3.11: the type names the purpose; RFC 7515 §4.1.9: in any case, any prefix.

    Only ``application/`` is a prefix that may be left out.
    """
    if "typ" not in header and profile.typ_may_be_absent:
        return
    if not is_of_type(header, profile):
        raise WrongType


def is_of_type(header: Mapping[str, object], profile: JwsProfile) -> bool:
    """Tell whether the header names the type of a purpose; naming none is not naming it."""
    typ = header.get("typ")
    if not isinstance(typ, str):
        return False
    return typ.lower().removeprefix("application/") == profile.typ.lower()


def algorithm_is_allowed(header: Mapping[str, object], profile: JwsProfile) -> None:
    """RFC 8725 §3.1: the caller names the algorithms, compared to the letter."""
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in profile.algorithms:
        raise AlgorithmNotAllowed


def key_named(header: Mapping[str, object], keys: KeySet, profile: JwsProfile) -> PublicKey:
    """RFC 7515 §4.1.4, RFC 8725 §3.1: the named key, used with its own algorithm only."""
    kid, alg = header.get("kid"), str(header["alg"])
    if kid is None and "kid" not in header and profile.kid_may_be_absent:
        return keys.only(alg)
    if not isinstance(kid, str) or not 0 < len(kid) <= _KID_LIMIT:
        raise UnknownKey
    key = keys.find(kid)
    if alg not in key.algorithms:
        raise AlgorithmNotAllowed
    return key
