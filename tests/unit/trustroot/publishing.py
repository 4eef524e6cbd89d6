"""Publishing in memory: the worker that signs, and the process that hands out."""

from dataclasses import dataclass, field
from datetime import timedelta

from kernel.ids import EntityId
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.members import RegisterHouse
from tests.unit.trustroot.publish_memory import PublishStores
from trustroot.keys.domain import RoleGroup
from trustroot.publish.domain import Installation
from trustroot.publish.service import Listing, Publication, Signing, SigningDesk

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
        self.stores = PublishStores(work)
        self.statements = self.stores.statements
        self.trail = self.register.trail
        desk = SigningDesk(self.ours, self.worker, self.statements, self.trail, self.clock)
        self.signing = Signing(desk, self.register.registry, work)
        listing = Listing(self.statements, self.register.standing, self.clock)
        self.publication = Publication(self.ours, self.statements, listing, self.clock)
