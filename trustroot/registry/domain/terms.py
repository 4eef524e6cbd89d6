"""Terms: what a member may do, and what of it was approved word by word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.assurance import Ceiling
from kernel.events import JsonValue
from kernel.proof.seal import Place
from trustroot.registry.domain.states import Measure

PROTOCOLS: Final = frozenset({"oidc"})
"""What a represented member may speak; a protocol without a reader here is refused."""

Approved = Mapping[str, Mapping[str, JsonValue]]
"""Entity type → parameter → the value that was approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """How the hub speaks with a member that speaks no federation itself.

    Attributes:
        protocol: what it speaks: ``oidc``.
        issuer: its name in that protocol; its entity identifier if it is OpenID.
        client_id: our name there.
        sealed_secret: our secret there, sealed for `secret_place`, base64url without
            padding; it is never shown and never in an event.
        claims: our claim → the claim it sends.
        levels: its ``acr`` → our level 1 to 4; "" stands for an answer without one.
        slug: the last part of the path of its hosted Entity Configuration.
    """

    issuer: str
    client_id: str
    slug: str
    protocol: str = "oidc"
    sealed_secret: str | None = None
    claims: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    @property
    def secret_place(self) -> Place:
        """Where its secret is sealed for: it opens for no other client or issuer."""
        return Place(
            "trustroot.registry", "represented_secret", f"{self.client_id} {self.issuer}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a member may do; only two persons change it.

    Attributes:
        entity_types: the federation entity types it may play.
        ceiling: the most it may assert, per axis.
        attributes: the claims it may assert or, as a relying party, may get.
        measures: warned or restricted.
        jwks: its federation keys as confirmed out of band, a JWK Set.
        bases: attribute → the legal basis or purpose it is asserted or got for.
        regions: where it may act: GB/T 2260 codes of 2, 4 or 6 digits; none: anywhere.
        log_key: the key of its transparency log, a C2SP verifier key.
        signal_jwks: the keys it signs shared signals with, a JWK Set.
        approved: what its metadata must say, as two persons saw it.
        represented: how we speak with it, if it speaks no federation.
    """

    entity_types: frozenset[str]
    ceiling: Ceiling
    attributes: frozenset[str]
    jwks: Mapping[str, JsonValue]
    measures: frozenset[Measure] = frozenset()
    bases: Mapping[str, str] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    log_key: str | None = None
    signal_jwks: Mapping[str, JsonValue] = field(default_factory=dict)
    approved: Approved = field(default_factory=dict)
    represented: Representation | None = None
