"""What every use case here stands on, and how people are named in events."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import NewIds, PersonId, Pseudonym
from kernel.proof.seal import Sealer
from kernel.standing import StandingRegister
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The unit of work and the trail, time and fresh ids, the register of exceptions."""

    work: UnitOfWork
    trail: AuditTrail
    clock: Clock
    ids: NewIds
    register: StandingRegister


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names people in events: HMAC under the epoch's key, not reversible from the log.

    ``sealer`` is of the purpose ``pseudonym``.
    """

    sealer: Sealer

    def of(self, person: PersonId) -> Pseudonym:
        """Return the pseudonym of this epoch, 32 hex digits."""
        return Pseudonym(self.sealer.index(person.bytes, "event").hex()[:32])
