"""What every use case here stands on, and how people are named in events."""

from dataclasses import dataclass, field
from typing import Final

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import NewIds, PersonId, Pseudonym
from kernel.proof.seal import Sealer
from kernel.standing import StandingRegister
from kernel.work import UnitOfWork

KEPT_AT_MOST: Final = 4096
"""How many names a process keeps: those of the people who are here at the moment."""


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

    ``sealer`` is of the purpose ``pseudonym``. Whoever signs in is named in five events:
    who was named lately is kept, until another key begins another epoch.
    """

    sealer: Sealer
    lately: dict[str, dict[PersonId, Pseudonym]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of(self, person: PersonId) -> Pseudonym:
        """Return the pseudonym of this epoch, 32 hex digits."""
        epoch = self.sealer.keys.current(self.sealer.purpose).kid
        known = self.lately.get(epoch)
        if known is None or len(known) >= KEPT_AT_MOST:
            self.lately.clear()
            known = self.lately[epoch] = {}
        name = known.get(person)
        if name is None:
            name = known[person] = self._under(epoch, person)
        return name

    def _under(self, epoch: str, person: PersonId) -> Pseudonym:
        return Pseudonym(self.sealer.index(person.bytes, "event", kid=epoch).hex()[:32])
