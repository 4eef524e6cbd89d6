"""What every use case here stands on."""

from dataclasses import dataclass, field

from idp.people.service import Pseudonyms
from idp.session.domain import Lifetimes
from kernel.clock import Clock
from kernel.entropy import Entropy
from kernel.events import AuditTrail
from kernel.ids import NewIds
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The unit of work and the trail, time, chance, fresh ids, and how people are named."""

    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    entropy: Entropy
    ids: NewIds
    pseudonyms: Pseudonyms
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
