"""What reading the federation needs: a way to fetch, and a place to keep."""

from datetime import datetime
from typing import Protocol

from federation.domain import KeptChain, VerifiedChain
from kernel.ids import EntityId


class StatementFetch(Protocol):
    """Fetches statements, each call bounded in time and size. Nothing is verified.

    Raises `StatementUnreachable` when nobody answered, `StatementNotPublished` when the
    answer was no entity statement.
    """

    def configuration(self, entity: EntityId) -> str:
        """Return what an entity publishes about itself (OpenID Federation 1.0 §9)."""
        ...

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """Return what a superior says of a subject (OpenID Federation 1.0 §8.1)."""
        ...


class ChainStore(Protocol):
    """The entities that are followed, and the last good chain of each.

    ``keep`` never makes a chain older: the last writer wins, and all write what they have
    just verified.
    """

    def follow(self, entity: EntityId, at: datetime) -> None:
        """Start to follow an entity; it is due at once. Followed already is no error."""
        ...

    def unfollow(self, entity: EntityId) -> None:
        """Stop following."""
        ...

    def keep(self, kept: KeptChain) -> None:
        """Put on record what resolving gave."""
        ...

    def find(self, entity: EntityId) -> KeptChain | None:
        """Return what is kept about an entity."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[KeptChain, ...]:
        """Return those to be resolved again, the longest due first."""
        ...

    def all(self) -> tuple[KeptChain, ...]:
        """Return everything that is followed, in the order of entity ids."""
        ...


class Chains(Protocol):
    """Who an entity is, from what is kept; `federation.flows.keep.TrustChains` is one."""

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return the last good chain of an entity.

        Raises `NoTrustChain` if none is known, `ChainExpired` if it has ended.
        """
        ...


class KeyFetch(Protocol):
    """Fetches the keys an entity uses in its protocol, bounded in time and size.

    Raises `KeysUnreachable` when nobody answered, `KeysNotUsable` when the answer was
    something else.
    """

    def jwks(self, url: str) -> bytes:
        """Return a JWK Set as it was served (RFC 7517 §5)."""
        ...

    def signed_jwks(self, url: str) -> str:
        """Return a signed JWK Set, a compact JWS (OpenID Federation 1.0 §5.2.1)."""
        ...
