"""Conditions that several modules share, each as the suite words it; they assert."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.proof.jose import ENTITY_STATEMENT, JoseRefused, KeySet, read, verify
from kernel.proof.statement import MEDIA_TYPE
from kernel.web import Reply
from tests.flows.federation_conformance.deployed import Deployed, claims_of

TYP: Final = "entity-statement+jwt"
SKEW_S: Final = 120
_PRIVATE: Final = {"d", "p", "q", "dp", "dq", "qi", "k"}
_ONLY_SUPERIORS: Final = {"metadata_policy", "metadata_policy_crit", "constraints",
                          "source_endpoint"}  # fmt: skip
_ONLY_OF_ITSELF: Final = {"authority_hints", "trust_marks", "trust_mark_issuers",
                          "trust_mark_owners", "trust_anchor_hints"}  # fmt: skip


def is_a_statement(reply: Reply) -> Mapping[str, object]:
    """200, its media type, and a JWT whose header names type, algorithm and key."""
    assert (reply.status, reply.header("content-type")) == (200, MEDIA_TYPE)
    header = read(reply.body.decode(), ENTITY_STATEMENT).header
    assert header["typ"] == TYP
    assert header["alg"] not in {"none", "HS256", "HS384", "HS512"}
    assert header["kid"]
    return claims_of(reply, TYP)


def is_signed_by(reply: Reply, keys: KeySet) -> None:
    """Its signature holds under the key of a set that ``kid`` names."""
    try:
        verify(reply.body.decode(), keys, ENTITY_STATEMENT)
    except JoseRefused as refused:
        raise AssertionError(refused.code) from refused


def is_in_force(claims: Mapping[str, object], now: int) -> None:
    """``iat`` and ``exp`` are there; the present lies between, 120 s of skew allowed."""
    issued, ends = claims.get("iat"), claims.get("exp")
    assert isinstance(issued, int)
    assert isinstance(ends, int)
    assert issued <= now + SKEW_S
    assert ends > now - SKEW_S
    assert ends > issued


def holds_public_keys(claims: Mapping[str, object]) -> KeySet:
    """``jwks``: nothing private or symmetric, no small key, every kid once."""
    jwks = claims.get("jwks")
    assert isinstance(jwks, Mapping)
    rows = jwks["keys"]
    assert rows
    for row in rows:
        assert row["kty"] != "oct"
        assert _PRIVATE.isdisjoint(row)
    names = [row["kid"] for row in rows]
    assert len(set(names)) == len(names)
    try:
        return KeySet.parse(jwks)
    except JoseRefused as refused:
        raise AssertionError(refused.code) from refused


def is_about_itself(deployed: Deployed, claims: Mapping[str, object]) -> None:
    """``iss`` and ``sub`` are the entity identifier, by code point."""
    assert (claims.get("iss"), claims.get("sub")) == (deployed.entity, deployed.entity)


def says_nothing_of_superiors(claims: Mapping[str, object]) -> None:
    """What only a superior says of others does not stand in a configuration."""
    assert _ONLY_SUPERIORS.isdisjoint(claims)


def is_about(deployed: Deployed, claims: Mapping[str, object], subject: EntityId) -> None:
    """``iss`` is the entity, ``sub`` who was asked for; nothing it says of itself only."""
    assert (claims.get("iss"), claims.get("sub")) == (deployed.entity, subject)
    assert _ONLY_OF_ITSELF.isdisjoint(claims)


def metadata_are_well_formed(claims: Mapping[str, object]) -> None:
    """No null anywhere; endpoints are https without fragment; no keys among them."""
    metadata = claims.get("metadata")
    assert isinstance(metadata, Mapping)
    for held in metadata.values():
        assert None not in held.values()
    for name, value in metadata["federation_entity"].items():
        if name.endswith("_endpoint"):
            parts = urlsplit(value)
            assert (parts.scheme, parts.fragment) == ("https", "")
    assert {"jwks", "jwks_uri", "signed_jwks_uri"}.isdisjoint(metadata["federation_entity"])


def present(deployed: Deployed) -> int:
    """The present at the entity, whole seconds since 1970."""
    return epoch_seconds(deployed.house.clock())
