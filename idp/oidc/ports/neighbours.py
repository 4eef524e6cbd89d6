"""What rooms beside and below tell this one."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from federation.domain import VerifiedChain
from idp.broker.domain import Provider, Reading, Slug, TrustedProvider
from idp.clients.domain import Client
from idp.session.domain import SignOut
from kernel.ids import (
    ClientId,
    EntityId,
    PersonId,
    Pseudonym,
)
from kernel.proof.jose import JwsProfile, VerifiedClaims
from kernel.secret import Digest
from kernel.web import Role


class PersonLookup(Protocol):
    """What the API must know of the person behind a token; at most 1 s old."""

    def roles(self, person: PersonId) -> frozenset[Role]:
        """Return the roles, none for somebody unknown."""
        ...

    def pseudonym(self, person: PersonId) -> Pseudonym:
        """Return the person's name in events."""
        ...


class Callbacks(Protocol):
    """Where upstream providers send people back to: the broker knows."""

    def uris(self) -> tuple[str, ...]:
        """Return the redirect URIs of this installation as a relying party."""
        ...


class UpstreamFarewell(Protocol):
    """Signing out at the platform that a session came from: only a browser can."""

    def address(self, sign_out: SignOut, then: str, reads: Reading) -> str | None:
        """Return where the browser signs out upstream; None: nowhere to go.

        ``then`` is the local address at which it goes on afterwards, ``reads`` how its
        person reads.
        """
        ...


class UpstreamNames(Protocol):
    """What the platforms upstream are called."""

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        ...


class HeldMarks(Protocol):
    """Trust marks that were given to an entity of ours."""

    def marks_of(self, entity: EntityId) -> tuple[Mapping[str, str], ...]:
        """Return ``{trust_mark_type, trust_mark}`` of each that counts at present."""
        ...


class RelyingParties(Protocol):
    """Relying parties that federate themselves (OpenID Federation 1.0 §12).

    What it returns rests on a chain that holds now; whether everybody on it may act is
    for the caller to ask. Raises `TrustNotEstablished` for whom it does not believe.
    """

    def meet(self, client: ClientId) -> Client:
        """Return one that may be here for the first time: it may be asked for, once."""
        ...

    def bring(self, client: ClientId, chain: Sequence[str]) -> Client:
        """Return one by the chain it brings along, which is kept to its end."""
        ...

    def anchor_of(self, entity: EntityId, chain: Sequence[str]) -> EntityId:
        """Return where a chain about ``entity`` ends that somebody brings along."""
        ...

    def chain_of(self, entity: EntityId) -> VerifiedChain:
        """Return a chain of an entity that may be here for the first time."""
        ...

    def examine(
        self, entity: EntityId, chain: Sequence[str]
    ) -> tuple[Client, VerifiedChain]:
        """Return what an explicit registration by a chain would be; keeps nothing."""
        ...

    def register(self, chain: VerifiedChain, secret: Digest | None) -> None:
        """Keep an explicit registration; one before it is void. In the unit of work."""
        ...


class TrustedIssuers(Protocol):
    """Providers upstream that may vouch for their people without a browser.

    Their keys may have to be asked for: it is never used inside a unit of work (ADR 29).
    """

    def vouched(
        self, assertion: str, profile: JwsProfile
    ) -> tuple[TrustedProvider, VerifiedClaims]:
        """Return who signed an assertion, and what it says under their signature.

        Everybody on the provider's chain may act at this moment.

        Raises:
            Refused: it is no such token, or its issuer may not be relied on.
            Unavailable: nobody can tell at the moment.
        """
        ...
