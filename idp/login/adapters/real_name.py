"""The real-name check of sign-in pages, by the room of real-name verification."""

from dataclasses import dataclass
from typing import Protocol

from idp.login.domain import RealNameAnswer
from kernel.ids import PersonId
from kernel.secret import Secret
from realname.domain import Answer, Basis, Outcome, answer
from realname.errors import AttemptsExhausted


class TwoElementCheck(Protocol):
    """What is used of `realname.service.RealName`."""

    def verify_two_elements(
        self,
        person: PersonId,
        name: str,
        number: Secret,
        *,
        basis: Basis,
        requested_by: PersonId | None,
    ) -> Outcome:
        """Compare, and raise somebody to level 2 if they belong together."""
        ...


@dataclass(frozen=True, slots=True)
class RealNameByService:
    """`RealNameCheck`: the person asks for it, so consent is the ground (PIPL Art. 13)."""

    verification: TwoElementCheck

    def confirm(self, person: PersonId, name: str, number: Secret) -> RealNameAnswer:
        """Compare; too many attempts today are answered like any other no."""
        try:
            outcome = self.verification.verify_two_elements(
                person, name, number, basis=Basis.CONSENT, requested_by=person
            )
        except AttemptsExhausted:
            return RealNameAnswer.NOT_CONFIRMED
        confirmed = answer(outcome) is Answer.CONFIRMED
        return RealNameAnswer.CONFIRMED if confirmed else RealNameAnswer.NOT_CONFIRMED
