"""Publishing in memory: the worker that signs, and the process that hands out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from kernel.ids import EntityId
from tests.unit.trustroot.fakes import KeyHouse, MemoryWork
from tests.unit.trustroot.members import RegisterHouse
from trustroot.keys.domain import RoleGroup
from trustroot.publish.domain import Installation, Statement
from trustroot.publish.service import Publication, Signing, SigningDesk

ISSUER = EntityId("https://id.example")
TRUST = EntityId("https://id.example/trust")
SUPERIOR = EntityId("https://nation.example/trust")


def an_installation(*superiors: EntityId) -> Installation:
    return Installation(
        issuer=ISSUER,
        name_zh="国家（演示）",
        name_en="Nation (demo)",
        superiors=superiors,
        lifetime=timedelta(hours=24),
        ahead=timedelta(hours=6),
        max_path_length=3,
    )


class MemoryStatements:
    """Statements in a dictionary."""

    def __init__(self, work: MemoryWork) -> None:
        self.rows: dict[EntityId, Statement] = {}
        self.puts = 0
        work.covers(self._snapshot)

    def put(self, statement: Statement) -> None:
        self.rows[statement.subject] = statement
        self.puts += 1

    def remove(self, subject: EntityId) -> None:
        self.rows.pop(subject, None)

    def find(self, subject: EntityId) -> Statement | None:
        return self.rows.get(subject)

    def all(self) -> tuple[Statement, ...]:
        return tuple(self.rows[subject] for subject in sorted(self.rows))

    def _snapshot(self) -> Callable[[], None]:
        rows = dict(self.rows)

        def restore() -> None:
            self.rows = rows

        return restore


@dataclass
class PublishHouse:
    """One installation with keys, register, worker and serving process."""

    ours: Installation = field(default_factory=an_installation)
    register: RegisterHouse = field(default_factory=RegisterHouse)

    def __post_init__(self) -> None:
        """Assemble what the rooms' builds would."""
        work = self.register.work
        self.keys = KeyHouse(self.register.clock, work)
        self.keys.care.create_installation_keys()
        self.clock = self.register.clock
        self.worker = self.keys.process(RoleGroup.SERVE, RoleGroup.WORKER)
        self.statements = MemoryStatements(work)
        self.trail = self.register.trail
        desk = SigningDesk(self.ours, self.worker, self.statements, self.trail, self.clock)
        self.signing = Signing(desk, self.register.registry, work)
        self.publication = Publication(
            self.ours, self.statements, self.register.standing, self.clock
        )
