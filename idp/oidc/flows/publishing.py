"""What the issuer publishes about itself: keys, metadata, Entity Configuration."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from idp.oidc.domain.issuer import Issuer, Lifetimes
from idp.oidc.messages.metadata import (
    Names,
    ProtocolKeySets,
    entity_metadata,
    provider_metadata,
    resource_metadata,
)
from idp.oidc.messages.offered import Offered
from idp.oidc.messages.tokens import Validity
from idp.oidc.ports import Callbacks, HeldMarks
from kernel.clock import Clock
from kernel.proof.jose import KeySet
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Decrypter, Signer

_PUBLISHED = (Purpose.ENTITY, Purpose.TOKENS, Purpose.CLIENT)


class _Sign(Protocol):
    def __call__(self, now: datetime, /) -> str: ...


@dataclass(slots=True)
class _Kept:
    """The statement as last signed, and until when it is handed out."""

    statement: str = ""
    until: datetime | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publishing:
    """Documents about this issuer; the Entity Configuration is signed once per half life.

    A rotation of a key in it, or a trust mark given or taken, makes a new one at once.
    """

    issuer: Issuer
    names: Names
    signer: Signer
    decrypter: Decrypter
    callbacks: Callbacks
    marks: HeldMarks
    clock: Clock
    offered: Offered
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    _kept: _Kept = field(default_factory=_Kept)
    _kept_keys: _Kept = field(default_factory=_Kept)

    def jwks(self) -> dict[str, object]:
        """Return the public keys of our tokens, and those that requests are encrypted to.

        RFC 7517 §4.2: where both kinds are shown, ``use`` tells them apart.
        """
        signing, opening = self._signing(), self._encrypted_to()
        return KeySet.of((*signing.by_kid.values(), *opening.by_kid.values())).to_jwks()

    def metadata(self) -> dict[str, object]:
        """Return what both well-known documents say (OIDC Discovery §3, RFC 8414 §2)."""
        algorithms = self.signer.algorithms(Purpose.TOKENS)
        return provider_metadata(self.issuer, self.offered, algorithms)

    def resource(self, resource: str) -> dict[str, object]:
        """Return what our API or userinfo says of itself (RFC 9728 §3)."""
        return resource_metadata(self.issuer, resource, self.names, self.offered)

    def entity_configuration(self) -> str:
        """Return the Entity Configuration of ``{issuer}`` (OpenID Federation 1.0 §9)."""
        return self._lasting(self._kept, self._shown(), self._signed)

    def signed_jwks(self) -> str:
        """Return ``jwks`` signed by the entity (OpenID Federation 1.0 §5.2.1)."""
        kids = (
            kid for keys in (self._signing(), self._encrypted_to()) for kid in keys.by_kid
        )
        entity = self.signer.active_kid(Purpose.ENTITY)
        return self._lasting(self._kept_keys, (*kids, entity), self._signed_keys)

    def _lasting(self, kept: _Kept, shown: tuple[str, ...], sign: _Sign) -> str:
        """Sign again at half life, or when something in it has changed."""
        now = self.clock()
        if kept.until is None or now >= kept.until or shown != kept.shown:
            kept.statement = sign(now)
            kept.until = now + self.lifetimes.entity_statement / 2
            kept.shown = shown
        return kept.statement

    def _shown(self) -> tuple[str, ...]:
        """What the statement shows besides its times: any change makes a new one."""
        sets = (*map(self.signer.published, _PUBLISHED), self._encrypted_to())
        kids = (kid for keys in sets for kid in keys.by_kid)
        marks = (mark["trust_mark"] for mark in self.marks.marks_of(self.issuer.entity))
        return (*kids, *self.callbacks.uris(), *marks)

    def _signing(self) -> KeySet:
        return self.signer.published(Purpose.TOKENS)

    def _encrypted_to(self) -> KeySet:
        return self.decrypter.published(Purpose.REQUEST_DECRYPT)

    def _key_sets(self) -> ProtocolKeySets:
        client = self.signer.published(Purpose.CLIENT)
        return ProtocolKeySets(provider=self.jwks(), relying_party=client.to_jwks())

    def _signed(self, now: datetime) -> str:
        validity = Validity.starting(now, self.lifetimes.entity_statement)
        claims: dict[str, object] = {
            "iss": self.issuer.url,
            "sub": self.issuer.url,
            "iat": validity.iat,
            "exp": validity.exp,
            "jwks": self.signer.published(Purpose.ENTITY).to_jwks(),
            "authority_hints": [self.issuer.anchor],
            "metadata": entity_metadata(
                self.metadata(), self.names, self._key_sets(), self.callbacks.uris()
            ),
        }
        marks = [dict(mark) for mark in self.marks.marks_of(self.issuer.entity)]
        if marks:
            claims["trust_marks"] = marks
        return self.signer.sign(Purpose.ENTITY, "entity-statement+jwt", claims)

    def _signed_keys(self, now: datetime) -> str:
        validity = Validity.starting(now, self.lifetimes.entity_statement)
        claims = {
            "iss": self.issuer.url,
            "sub": self.issuer.url,
            "iat": validity.iat,
            "exp": validity.exp,
            **self.jwks(),
        }
        return self.signer.sign(Purpose.ENTITY, "jwk-set+jwt", claims)
