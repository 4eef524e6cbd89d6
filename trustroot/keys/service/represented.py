"""Signing for members who speak no federation."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.proof.jose import KeySet
from trustroot.keys.domain import Purpose
from trustroot.keys.service.care import KeyCare
from trustroot.keys.service.ring import KeyRing


@dataclass(frozen=True, slots=True)
class RepresentedKeys:
    """Implements `trustroot.keys.ports.RepresentedSigner`."""

    ring: KeyRing
    care: KeyCare

    def ensure(self, slug: str) -> None:
        """Make the member's keys unless it has some."""
        if not self.published(slug).by_kid:
            self.care.create_named(Purpose.REPRESENTED, slug)

    def sign(self, slug: str, typ: str, claims: Mapping[str, object]) -> str:
        """Return a compact JWS by the member's active key (RFC 7515 §7.1)."""
        return self.ring.sign(Purpose.REPRESENTED, typ, claims, name=slug)

    def published(self, slug: str) -> KeySet:
        """Return the member's public keys: active, next, retired."""
        return self.ring.published(Purpose.REPRESENTED, name=slug)
