"""What the issuer publishes about itself: keys, metadata, Entity Configuration."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from idp.oidc.domain.issuer import Issuer, Lifetimes
from idp.oidc.messages.metadata import Names, entity_metadata, provider_metadata
from idp.oidc.messages.tokens import Validity
from idp.oidc.ports import Callbacks
from kernel.clock import Clock
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


@dataclass(slots=True)
class _Kept:
    """The statement as last signed, and until when it is handed out."""

    statement: str = ""
    until: datetime | None = None
    kids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publishing:
    """Documents about this issuer; the Entity Configuration is signed once per half life.

    A rotation of the entity's or the tokens' keys makes a new one at once.
    """

    issuer: Issuer
    names: Names
    signer: Signer
    callbacks: Callbacks
    clock: Clock
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    _kept: _Kept = field(default_factory=_Kept)

    def jwks(self) -> dict[str, object]:
        """Return the public keys of our tokens: next, active and retired ones."""
        return self.signer.published(Purpose.TOKENS).to_jwks()

    def metadata(self) -> dict[str, object]:
        """Return what both well-known documents say (OIDC Discovery §3, RFC 8414 §2)."""
        return provider_metadata(self.issuer)

    def entity_configuration(self) -> str:
        """Return the Entity Configuration of ``{issuer}`` (OpenID Federation 1.0 §9)."""
        now, kids = self.clock(), self._kids()
        kept = self._kept
        if kept.until is None or now >= kept.until or kids != kept.kids:
            kept.statement = self._signed(now)
            kept.until = now + self.lifetimes.entity_statement / 2
            kept.kids = kids
        return kept.statement

    def _kids(self) -> tuple[str, ...]:
        entity = self.signer.published(Purpose.ENTITY).by_kid
        callbacks = json.dumps(self.callbacks.uris())
        return (*entity, *self.signer.published(Purpose.TOKENS).by_kid, callbacks)

    def _signed(self, now: datetime) -> str:
        validity = Validity.starting(now, self.lifetimes.entity_statement)
        claims = {
            "iss": self.issuer.url,
            "sub": self.issuer.url,
            "iat": validity.iat,
            "exp": validity.exp,
            "jwks": self.signer.published(Purpose.ENTITY).to_jwks(),
            "authority_hints": [self.issuer.anchor],
            "metadata": entity_metadata(
                self.issuer, self.names, self.jwks(), self.callbacks.uris()
            ),
        }
        return self.signer.sign(Purpose.ENTITY, "entity-statement+jwt", claims)
