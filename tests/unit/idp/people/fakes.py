"""What the rooms around people are handed in tests: kept in memory, plain to look into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from idp.login.errors import HashingBusy
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.events import Event, JsonValue, Recorded
from kernel.ids import EventId, JobId, NewIds
from kernel.proof.seal import Purpose, SealKeyUnknown, SymmetricKey
from kernel.secret import Secret
from tests.unit.kernel.remembered import RememberedStanding

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
E = TypeVar("E", bound=Event)


@dataclass
class RecordedTrail:
    """A `BatchTrail` that keeps what was recorded."""

    events: list[Event] = field(default_factory=list)
    laid: dict[EventId, Event] = field(default_factory=dict)

    def record(self, event: Event) -> None:
        self.events.append(event)

    def laid_out(self, event: Event) -> Recorded:
        identifier = EventId(UUID(int=len(self.laid)))
        self.laid[identifier] = event
        return Recorded(event.STREAM, identifier, b"", b"")

    def keep(self, rows: Sequence[Recorded]) -> None:
        self.events.extend(self.laid[row.id] for row in rows)

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of one type."""
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class ListedJobs:
    """A `JobQueue` that keeps what was put in, one per key; ``due``: what is for later."""

    jobs: dict[str, tuple[str, Mapping[str, JsonValue]]] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, JsonValue],
        *,
        run_at: datetime | None,
        key: str | None,
    ) -> JobId:
        named = key or f"{kind}:{len(self.jobs)}"
        if named not in self.jobs and run_at is not None:
            self.due[named] = run_at
        self.jobs.setdefault(named, (kind, payload))
        return JobId(UUID(int=len(self.jobs)))

    def kinds(self) -> list[str]:
        """Return the kinds of what was put in, in order."""
        return [kind for kind, _ in self.jobs.values()]


@dataclass
class FixedKeys:
    """`SymmetricKeys` with one key for each purpose."""

    def current(self, purpose: Purpose) -> SymmetricKey:
        key = sha256(purpose.encode()).digest()
        return SymmetricKey(f"{purpose.value}-1", key)

    def by_id(self, purpose: Purpose, kid: str) -> SymmetricKey:
        if kid != self.current(purpose).kid:
            raise SealKeyUnknown(kid)
        return self.current(purpose)


@dataclass
class PlainHashing:
    """`PasswordHashing` that costs nothing and counts how often it was asked."""

    is_full: bool = False
    compared: list[Secret | None] = field(default_factory=list)

    def hash(self, password: Secret) -> Secret:
        return Secret("plain:" + password.reveal())

    def verify(self, encoded: Secret | None, password: Secret) -> bool:
        if self.is_full:
            raise HashingBusy
        self.compared.append(encoded)
        return encoded is not None and encoded == self.hash(password)


@dataclass
class Around:
    """Everything that surrounds a room in a test."""

    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    entropy: SeededEntropy = field(default_factory=SeededEntropy)
    trail: RecordedTrail = field(default_factory=RecordedTrail)
    standing: RememberedStanding = field(init=False)
    jobs: ListedJobs = field(default_factory=ListedJobs)
    keys: FixedKeys = field(default_factory=FixedKeys)
    hashing: PlainHashing = field(default_factory=PlainHashing)

    def __post_init__(self) -> None:
        """Let standing be kept by the same clock."""
        self.standing = RememberedStanding(self.clock)

    def ids(self) -> NewIds:
        """Return a maker of ids from this clock and chance."""
        return NewIds(self.clock, self.entropy)
