"""Ports of the trust root in memory; the contract suites hold them to the same promises."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from kernel.approval import ProposalDecided
from kernel.clock import SetClock
from kernel.entropy import Entropy, SeededEntropy
from kernel.errors import Decision
from kernel.events import Event, JsonValue
from kernel.ids import JobId, PersonId
from kernel.proof.seal import SymmetricKey
from kernel.standing import StandingRegister
from trustroot.keys.adapters import material
from trustroot.keys.domain import (
    Act,
    ActKind,
    CreatedKey,
    KeyRecord,
    KeyState,
    Purpose,
    RoleGroup,
    Timings,
    rule_of,
)
from trustroot.keys.errors import KeyNotHeld
from trustroot.keys.ports import DecryptionKey, SigningKey
from trustroot.keys.service import (
    Books,
    Distrusting,
    History,
    KeyCare,
    KeyDesk,
    KeyRing,
    RepresentedKeys,
)

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BOTH = frozenset(RoleGroup)


class MemoryVault:
    """Keys in a dictionary that several vaults may share, as processes share files."""

    def __init__(
        self,
        groups: frozenset[RoleGroup] = BOTH,
        kept: dict[str, material.Material] | None = None,
        entropy: Entropy | None = None,
    ) -> None:
        self._groups = groups
        self.kept = {} if kept is None else kept
        self._entropy = entropy or SeededEntropy(7)

    def prepare(self) -> None:
        """Nothing to make."""

    def create(self, purpose: Purpose) -> CreatedKey:
        self._may_open(purpose)
        made = material.make(purpose, self._entropy)
        self.kept[made.material.kid] = made.material
        return made.created

    def signing_key(self, purpose: Purpose, kid: str) -> SigningKey:
        return material.signing_key(self._find(purpose, kid))

    def decryption_key(self, purpose: Purpose, kid: str) -> DecryptionKey:
        return material.decryption_key(self._find(purpose, kid))

    def symmetric_key(self, purpose: Purpose, kid: str) -> SymmetricKey:
        return material.symmetric_key(self._find(purpose, kid))

    def forget(self, purpose: Purpose, kid: str) -> None:
        self._may_open(purpose)
        self.kept.pop(kid, None)

    def _find(self, purpose: Purpose, kid: str) -> material.Material:
        self._may_open(purpose)
        found = self.kept.get(kid)
        if found is None or found.purpose is not purpose:
            raise KeyNotHeld(purpose)
        return found

    def _may_open(self, purpose: Purpose) -> None:
        if rule_of(purpose).group not in self._groups:
            raise KeyNotHeld(purpose)


@dataclass
class MemoryWork:
    """A unit of work over in-memory stores: what a refusal wrote is put back."""

    snapshots: list[Callable[[], Callable[[], None]]] = field(default_factory=list)
    depth: int = 0

    def covers(self, snapshot: Callable[[], Callable[[], None]]) -> None:
        """Have ``snapshot`` taken at the start; it returns what restores it."""
        self.snapshots.append(snapshot)

    def __call__(self) -> AbstractContextManager[None]:
        return self._open()

    @contextmanager
    def _open(self) -> Iterator[None]:
        restores = [snapshot() for snapshot in self.snapshots]
        self.depth += 1
        try:
            yield
        except Decision:
            raise
        except BaseException:
            for restore in restores:
                restore()
            raise
        finally:
            self.depth -= 1


class MemoryKeyStore:
    """Records of keys in a dictionary."""

    def __init__(self, work: MemoryWork | None = None) -> None:
        self.rows: dict[str, KeyRecord] = {}
        self.number = 0
        self.reads = 0
        if work is not None:
            work.covers(self._snapshot)

    def generation(self) -> int:
        self.reads += 1
        return self.number

    def records(self) -> tuple[KeyRecord, ...]:
        held = [row for row in self.rows.values() if row.state is not KeyState.DESTROYED]
        return tuple(sorted(held, key=lambda row: (row.made_at, row.kid)))

    def ever(self, purpose: Purpose) -> tuple[KeyRecord, ...]:
        held = [row for row in self.rows.values() if row.purpose is purpose]
        return tuple(sorted(held, key=lambda row: (row.made_at, row.kid)))

    def find(self, kid: str) -> KeyRecord | None:
        return self.rows.get(kid)

    def put(self, *records: KeyRecord) -> None:
        self.rows.update({record.kid: record for record in records})
        self.number += 1

    def one_at_a_time(self) -> None:
        """One thread writes in tests."""

    def _snapshot(self) -> Callable[[], None]:
        rows, number = dict(self.rows), self.number

        def restore() -> None:
            self.rows, self.number = rows, number

        return restore


class MemoryActs:
    """Acts about keys in a dictionary."""

    def __init__(self, work: MemoryWork | None = None) -> None:
        self.rows: dict[tuple[str, ActKind], Act] = {}
        if work is not None:
            work.covers(self._snapshot)

    def add(self, act: Act) -> None:
        self.rows[act.kid, act.kind] = act

    def find(self, kid: str, kind: ActKind) -> Act | None:
        return self.rows.get((kid, kind))

    def confirm(self, act: Act, second: PersonId, at: datetime) -> None:
        held = self.rows[act.kid, act.kind]
        if held.second is not None:
            raise ProposalDecided(act.kid)
        self.rows[act.kid, act.kind] = replace(held, second=second, confirmed_at=at)

    def unconfirmed(self, before: datetime) -> tuple[Act, ...]:
        waiting = (
            row
            for row in self.rows.values()
            if row.kind is ActKind.DISTRUST and row.second is None and not row.alarmed
        )
        return tuple(row for row in waiting if row.at < before)

    def note_alarm(self, act: Act) -> None:
        held = self.rows[act.kid, act.kind]
        self.rows[act.kid, act.kind] = replace(held, alarmed=True)

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


@dataclass
class MemoryTrail:
    """Events in a list; what a refusal recorded inside its unit of work is taken back."""

    work: MemoryWork | None = None
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take part in the unit of work."""
        if self.work is not None:
            self.work.covers(self._snapshot)

    def record(self, event: Event) -> None:
        self.events.append(event)

    def types(self) -> list[str]:
        return [event.TYPE for event in self.events]

    def _snapshot(self) -> Callable[[], None]:
        count = len(self.events)

        def restore() -> None:
            del self.events[count:]

        return restore


@dataclass
class MemoryJobs:
    """Jobs in a list; of two with one key the first is kept."""

    queued: list[tuple[str, dict[str, JsonValue], str | None]] = field(default_factory=list)

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, JsonValue],
        *,
        run_at: datetime | None,  # noqa: ARG002  the port's parameter
        key: str | None,
    ) -> JobId:
        if key is None or key not in {known for _, _, known in self.queued}:
            self.queued.append((kind, dict(payload), key))
        return JobId(UUID(int=len(self.queued)))


@dataclass
class KeyHouse:
    """One installation's keys in memory, and the processes that use them."""

    clock: SetClock = field(default_factory=lambda: SetClock(NOON))
    work: MemoryWork = field(default_factory=MemoryWork)
    timings: Timings = field(default_factory=Timings)

    def __post_init__(self) -> None:
        """Take part in the unit of work."""
        self.store, self.acts = MemoryKeyStore(self.work), MemoryActs(self.work)
        self.trail, self.jobs = MemoryTrail(self.work), MemoryJobs()
        self.vault = MemoryVault()
        self.care = KeyCare(
            store=self.store,
            vault=self.vault,
            work=self.work,
            trail=self.trail,
            clock=self.clock,
            timings=self.timings,
        )
        self.books = Books(
            store=self.store,
            acts=self.acts,
            work=self.work,
            trail=self.trail,
            clock=self.clock,
        )
        self.desk = KeyDesk(books=self.books, jobs=self.jobs, timings=self.timings)
        self.history = History(self.store)

    def distrusting(self, register: StandingRegister) -> Distrusting:
        """Return what distrusts keys, and has it in standing."""
        return Distrusting(self.books, register)

    def process(self, *groups: RoleGroup) -> KeyRing:
        """Return the ring of a fresh process that opens these groups."""
        vault = MemoryVault(frozenset(groups), self.vault.kept)
        return KeyRing(self.store, vault, self.clock)

    def represented(self, *groups: RoleGroup) -> RepresentedKeys:
        """Return what signs for represented members in such a process."""
        vault = MemoryVault(frozenset(groups), self.vault.kept)
        return RepresentedKeys(self.process(*groups), replace(self.care, vault=vault))
