"""Tokens that bring their own key: they prove that somebody holds it, and nothing else."""

from collections.abc import Mapping
from typing import NamedTuple

from kernel.proof.jose.compact import (
    VerifiedClaims,
    protected_header,
    read,
    recurring,
    verify_read,
)
from kernel.proof.jose.errors import KeyMalformed
from kernel.proof.jose.keys import KeySet, PublicKey
from kernel.proof.jose.profiles import JwsProfile


class ProvenKey(NamedTuple):
    """What was signed, and the key whose holder signed it: whose it is, nobody said."""

    claims: VerifiedClaims
    key: PublicKey


def verify_possession(token: str, profile: JwsProfile) -> ProvenKey:
    """Return the claims of a token under the key that its own header bears in ``jwk``.

    A ``kid`` beside it names that key and no other. Whoever asks compares the thumbprint
    with one that was bound before; by itself the key is anybody's.

    Raises:
        KeyNotPublic: ``jwk`` has a private part, or is symmetric.
        KeyTooWeak, KeyMalformed: ``jwk`` is missing, or no key to verify with.
        JoseRefused: as for ``verify``.

    Source: RFC 9449 §4.3 checks 2 to 7.
    """
    jws = read(token, profile)
    borne = _borne_by(token.partition(".")[0])
    return ProvenKey(verify_read(jws, borne.alone), borne.key)


class _Borne(NamedTuple):
    """A key that came with what it signed, and the set that holds it under its name."""

    key: PublicKey
    alone: KeySet


@recurring
def _borne_by(protected: str) -> _Borne:
    header = protected_header(protected)
    jwk = header.get("jwk")
    if not isinstance(jwk, Mapping):
        raise KeyMalformed(detail="jwk")
    key = PublicKey.parse(jwk)
    return _Borne(key, KeySet({str(header.get("kid", key.kid)): key}))
