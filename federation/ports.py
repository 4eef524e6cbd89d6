"""What reading the federation needs: a way to fetch, and a place to keep."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from federation.domain import (
    Answer,
    Entry,
    Examination,
    FollowedSuperior,
    KeptChain,
    VerifiedChain,
    Wishes,
)
from federation.domain.kinds import R, R_co, T, T_contra
from kernel.ids import EntityId
from trustroot.registry.domain import Findings, Member


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
    just verified. ``keep_all`` changes all of its rows or none, and brings back none that
    was let go meanwhile. Those in good order and those that fail are due in two lines of
    their own, so that the ones never wait for the others.
    """

    def follow(self, entity: EntityId, at: datetime) -> None:
        """Start to follow an entity; it is due at once. Followed already is no error."""
        ...

    def unfollow(self, entity: EntityId) -> None:
        """Stop following."""
        ...

    def follow_all(self, entities: Collection[EntityId], at: datetime) -> int:
        """Start to follow many that come by themselves; return how many are new."""
        ...

    def keep(self, kept: KeptChain) -> None:
        """Put on record what resolving gave."""
        ...

    def keep_all(self, kept: Sequence[KeptChain]) -> None:
        """Put on record what resolving many gave."""
        ...

    def wake(self, entities: Collection[EntityId], at: datetime) -> None:
        """Make those of them that are followed due at ``at``, if they are not before."""
        ...

    def find(self, entity: EntityId) -> KeptChain | None:
        """Return what is kept about an entity."""
        ...

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        failing: bool | None,
        after: KeptChain | None,
    ) -> tuple[KeptChain, ...]:
        """Return those to be resolved again, the longest due first, then by entity.

        ``failing`` chooses the line, None both; ``after`` goes on behind a row.
        """
        ...

    def page(self, after: EntityId | None, limit: int) -> tuple[KeptChain, ...]:
        """Return those of which a chain is kept, in the order of entity ids."""
        ...

    def all(self) -> tuple[KeptChain, ...]:
        """Return everything that is followed, in the order of entity ids."""
        ...


class AnswerStore(Protocol):
    """Resolve responses that lie ready, and the collection that is made of them.

    ``put`` changes all of an entity's answers or none.
    """

    def put(self, answers: Sequence[Answer], entry: Entry) -> None:
        """Lay down all answers about one entity in place of those that lay there."""
        ...

    def remove(self, entity: EntityId) -> None:
        """Take away the answers about an entity; none there is no error."""
        ...

    def remove_unfollowed(self) -> None:
        """Take away the answers about entities that are followed no more."""
        ...

    def find(self, entity: EntityId, entity_type: str) -> Answer | None:
        """Return one answer."""
        ...

    def entries(self, at: EntityId | None, limit: int) -> tuple[Entry, ...]:
        """Return entries from entity ``at`` on, in the order of entity ids."""
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


class EventsFetch(Protocol):
    """Fetches what a superior states about changes, bounded in time and size.

    Raises `StatementUnreachable` when nobody answered, `StatementNotPublished` when the
    answer was something else. Nothing is verified.
    """

    def events(self, endpoint: str, since: int) -> str:
        """Return the changes after number ``since``, a compact JWS."""
        ...


class HostedFetch(Protocol):
    """Fetches a configuration from where a superior says that it lies (``ec_location``).

    Raises as `StatementFetch` does.
    """

    def hosted(self, location: str) -> str:
        """Return the configuration at an address."""
        ...


class StatementAndHostedFetch(StatementFetch, HostedFetch, Protocol):
    """Fetches by entity and by address."""


class Pages(Protocol):
    """Looks at what hosts of others serve, bounded in time and size.

    Raises `PageUnreachable` when nobody answered, `PageRefused` when the answer was
    something else or the address is not one we call.
    """

    def json(self, url: str) -> Mapping[str, object]:
        """Return a JSON object that has one meaning (RFC 8259 §4)."""
        ...

    def status(self, url: str) -> int:
        """Return the HTTP status of an address; what it serves is thrown away."""
        ...


class Work(Protocol[T_contra, R_co]):
    """One piece of work; it raises nothing that the crew could act on."""

    def __call__(self, item: T_contra, /) -> R_co:
        """Do it."""
        ...


class Crew(Protocol):
    """Does many pieces of work at once, never more than a fixed number.

    Items are drawn only when there is somebody free for them, so that a long line is
    never held in memory. What is done is handed back as soon as it is, in any order, in
    groups of what was done meanwhile; a slow piece delays nothing but itself.
    """

    def each(self, items: Iterable[T], work: Work[T, R]) -> Iterator[tuple[R, ...]]:
        """Do ``work`` on every item."""
        ...


class SuperiorStore(Protocol):
    """The superiors whose changes are read, and how far each was read."""

    def follow(self, superiors: Collection[EntityId]) -> None:
        """Start to read from number 0. Read already is no error."""
        ...

    def keep(self, superior: FollowedSuperior) -> None:
        """Put on record how far it was read; part of the surrounding unit of work."""
        ...

    def fail(self, superior: FollowedSuperior) -> None:
        """Put on record what keeps us from reading on, and nothing about how far."""
        ...

    def all(self) -> tuple[FollowedSuperior, ...]:
        """Return them in the order of entity ids."""
        ...


class ExceptionStore(Protocol):
    """Which superior has stopped whom here: only who stopped a party sets it free.

    Part of the surrounding unit of work.
    """

    def add(self, superior: EntityId, party: str) -> None:
        """Remember it; remembered already is no error."""
        ...

    def remove(self, superior: EntityId, party: str) -> bool:
        """Forget it; tell whether it was remembered and no other superior holds it."""
        ...

    def of(self, superior: EntityId) -> tuple[str, ...]:
        """Return whom a superior has stopped."""
        ...

    def holders(self, party: str) -> tuple[EntityId, ...]:
        """Return the superiors that have stopped a party."""
        ...


class Members(Protocol):
    """The members of our own register; `trustroot.registry.service.Registry` fits."""

    def each_active(self) -> Iterator[Member]:
        """Walk all active members without holding them all."""
        ...

    def by_entity(self, entity: EntityId) -> Member:
        """Return one, or raise `MemberUnknown`."""
        ...


class MemberWatch(Protocol):
    """Takes what was found about a member; `trustroot.registry.service.Watching` fits."""

    def report(self, entity: EntityId, findings: Findings) -> None:
        """Keep the findings; alarms about what changed are the register's."""
        ...


class OwnStatements(Protocol):
    """What we state about our members; `trustroot.publish.service.Publication` fits."""

    def statement(self, subject: EntityId) -> str:
        """Return our statement about a subordinate as it is handed out."""
        ...


class Joiner(Protocol):
    """Looks at a platform that speaks no federation; one implementation per protocol."""

    def examine(self, discovery: str, wishes: Wishes) -> Examination:
        """Look at what is published at an address, line by line, and propose terms.

        What is wrong with the platform is in the checks; what keeps us from finding out
        raises `kernel.errors.Unavailable`.
        """
        ...
