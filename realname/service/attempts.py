"""How many checks a day may bring: names and numbers must not be tried out."""

from dataclasses import dataclass, field

from kernel.events import Outcome as EventOutcome
from kernel.identifiers import IdentityNumber
from kernel.ids import ClientId, PersonId
from kernel.proof.seal import Sealer
from kernel.secret import Digest
from realname.domain import Allowance, CountKey, CountKind, within_allowance
from realname.errors import AttemptsExhausted
from realname.events import CheckRefused
from realname.ports import AttemptCounts
from realname.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Attempts:
    """Counts attempts before they are made; ``namer`` is of the purpose ``pseudonym``."""

    counts: AttemptCounts
    namer: Sealer
    around: Surroundings
    allowance: Allowance = field(default_factory=Allowance)

    def of_person(self, person: PersonId, number: IdentityNumber) -> tuple[CountKey, ...]:
        """Return what a check of somebody of ours is counted by."""
        return (
            self._key(CountKind.PERSON, person.bytes),
            self._key(CountKind.NUMBER, number.value.encode()),
        )

    def of_client(self, client: ClientId, number: IdentityNumber) -> tuple[CountKey, ...]:
        """Return what a check for another platform is counted by."""
        return (
            self._key(CountKind.CLIENT, client.encode()),
            self._key(CountKind.NUMBER, number.value.encode()),
        )

    def reserve(self, keys: tuple[CountKey, ...]) -> None:
        """Count one attempt, before the register is asked.

        Raises:
            AttemptsExhausted: one count is above its limit; all stay counted.
        """
        now = self.around.clock()
        since = now - self.allowance.window
        with self.around.work():
            counted = [(key.kind, self.counts.add(key, now, since)) for key in keys]
            try:
                for kind, count in counted:
                    within_allowance(count, self.allowance.limit(kind))
            except AttemptsExhausted as refusal:
                self.around.trail.record(
                    CheckRefused(outcome=EventOutcome.REFUSED, reason=refusal.code)
                )
                raise

    def give_back(self, keys: tuple[CountKey, ...]) -> None:
        """Take the attempt off again: the register did not answer."""
        with self.around.work():
            for key in keys:
                self.counts.give_back(key)

    def forget_old(self) -> None:
        """Delete counts whose window is over."""
        self.counts.forget_before(self.around.clock() - self.allowance.window)

    def _key(self, kind: CountKind, value: bytes) -> CountKey:
        return CountKey(kind, Digest(self.namer.index(value, f"realname.{kind.value}")))
