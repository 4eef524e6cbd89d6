"""What the issuer publishes about itself: keys, metadata, Entity Configuration."""

from dataclasses import dataclass, field
from datetime import datetime

from idp.oidc.domain.issuer import Issuer, Lifetimes
from idp.oidc.messages.metadata import (
    Names,
    ProtocolKeySets,
    entity_metadata,
    provider_metadata,
)
from idp.oidc.messages.tokens import Validity
from idp.oidc.ports import Callbacks, HeldMarks
from kernel.clock import Clock
from kernel.proof.jose import KeySet
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Decrypter, Signer

_PUBLISHED = (Purpose.ENTITY, Purpose.TOKENS, Purpose.CLIENT)


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
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    _kept: _Kept = field(default_factory=_Kept)

    def jwks(self) -> dict[str, object]:
        """Return the public keys of our tokens, and those that requests are encrypted to.

        RFC 7517 §4.2: where both kinds are shown, ``use`` tells them apart.
        """
        signing, opening = self.signer.published(Purpose.TOKENS), self._encrypted_to()
        return KeySet.of((*signing.by_kid.values(), *opening.by_kid.values())).to_jwks()

    def metadata(self) -> dict[str, object]:
        """Return what both well-known documents say (OIDC Discovery §3, RFC 8414 §2)."""
        return provider_metadata(self.issuer)

    def entity_configuration(self) -> str:
        """Return the Entity Configuration of ``{issuer}`` (OpenID Federation 1.0 §9)."""
        now, shown = self.clock(), self._shown()
        kept = self._kept
        if kept.until is None or now >= kept.until or shown != kept.shown:
            kept.statement = self._signed(now)
            kept.until = now + self.lifetimes.entity_statement / 2
            kept.shown = shown
        return kept.statement

    def _shown(self) -> tuple[str, ...]:
        """What the statement shows besides its times: any change makes a new one."""
        sets = (*map(self.signer.published, _PUBLISHED), self._encrypted_to())
        kids = (kid for keys in sets for kid in keys.by_kid)
        marks = (mark["trust_mark"] for mark in self.marks.marks_of(self.issuer.entity))
        return (*kids, *self.callbacks.uris(), *marks)

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
                self.issuer, self.names, self._key_sets(), self.callbacks.uris()
            ),
        }
        marks = [dict(mark) for mark in self.marks.marks_of(self.issuer.entity)]
        if marks:
            claims["trust_marks"] = marks
        return self.signer.sign(Purpose.ENTITY, "entity-statement+jwt", claims)
