"""Comparing a name with a number at the register, and what follows from it."""

from dataclasses import dataclass, replace

from kernel.assurance import Level
from kernel.entropy import Entropy, token
from kernel.errors import Conflict, Unavailable
from kernel.events import Outcome as EventOutcome
from kernel.identifiers import IdentifierRefused
from kernel.ids import ClientId, PersonId
from kernel.secret import Secret
from kernel.standing import Party, PartyKind
from realname.domain import (
    Basis,
    CountKey,
    Outcome,
    RegisterAnswer,
    TwoElements,
    Verification,
    VerificationId,
)
from realname.errors import ReceiptUnknown
from realname.events import CheckRefused, TwoElementsChecked
from realname.ports import PopulationRegister, ProofedPerson, VerificationStore
from realname.service.attempts import Attempts

_SOURCE = "two_elements"
_SERIAL_BYTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asked, about whom, on which ground."""

    basis: Basis
    person: PersonId | None = None
    client: ClientId | None = None
    requested_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class RealName:
    """Two-element checks. Never called inside a unit of work: the register is far away."""

    register: PopulationRegister
    people: ProofedPerson
    store: VerificationStore
    attempts: Attempts
    entropy: Entropy

    def verify_two_elements(
        self,
        person: PersonId,
        name: str,
        number: Secret,
        *,
        basis: Basis,
        requested_by: PersonId | None,
    ) -> Outcome:
        """Compare, and raise somebody at level 1 to level 2 if they belong together.

        Any outcome but ``MATCH`` leaves the person as they are. Tell people no more than
        `realname.domain.answer`.

        Raises:
            AttemptsExhausted: too many today; the register was not asked.
            RegisterUnavailable: no answer; nothing is decided, the attempt not counted.
            NotInGoodStanding, NotFound: the person.
        """
        around = self.attempts.around
        around.standing.require(Party(PartyKind.PERSON, str(person)))
        self.people.find(person)
        try:
            elements = TwoElements.parse(name, number, today=around.today())
        except IdentifierRefused as refusal:
            around.trail.record(
                CheckRefused(
                    subject=around.names.of(person),
                    outcome=EventOutcome.REFUSED,
                    reason=refusal.reason.value,
                )
            )
            return Outcome.INVALID
        said = self._ask(elements, self.attempts.of_person(person, elements.number))
        asked = _Asked(basis=basis, person=person, requested_by=requested_by)
        try:
            return self._conclude(person, elements, said, asked)
        except Conflict:  # somebody else's record took the number meanwhile
            return self._conclude(person, elements, said, asked)

    def verify_for_client(
        self, client: ClientId, name: str, number: Secret, *, basis: Basis
    ) -> Verification:
        """Compare for another platform's own user; nobody here is touched.

        Raises:
            IdentifierRefused: name or number is not of its form.
            AttemptsExhausted, RegisterUnavailable: as above.
        """
        elements = TwoElements.parse(name, number, today=self.attempts.around.today())
        said = self._ask(elements, self.attempts.of_client(client, elements.number))
        asked = _Asked(basis=basis, client=client)
        return self._keep(elements, said, asked)

    def receipt(self, receipt: VerificationId, client: ClientId) -> Verification:
        """Return a check that this client asked for.

        Raises:
            ReceiptUnknown: there is none, or it is another's.
        """
        found = self.store.find(receipt)
        if found.client != client:
            raise ReceiptUnknown(str(receipt))
        return found

    def _ask(
        self, elements: TwoElements, counted_by: tuple[CountKey, ...]
    ) -> RegisterAnswer:
        self.attempts.reserve(counted_by)
        try:
            return self.register.two_elements(elements, token(self.entropy, _SERIAL_BYTES))
        except Unavailable as failure:
            self.attempts.give_back(counted_by)
            self.attempts.around.trail.record(
                CheckRefused(outcome=EventOutcome.FAILED, reason=failure.code)
            )
            raise

    def _conclude(
        self,
        person: PersonId,
        elements: TwoElements,
        said: RegisterAnswer,
        asked: _Asked,
    ) -> Outcome:
        with self.attempts.around.work():
            outcome = said.outcome
            if outcome is Outcome.MATCH:
                outcome = self._settle(person, elements)
            self._keep(elements, replace(said, outcome=outcome), asked)
        return outcome

    def _settle(self, person: PersonId, elements: TwoElements) -> Outcome:
        """Raise the person, unless the pair belongs to somebody else's record.

        Who is proofed already confirms their own number only: else a second pair that
        fits would carry the session of the first.
        """
        holder = self.people.by_id_number(elements.number.value)
        known = self.people.find(person).identity >= Level.REAL_NAME
        if holder != person and (known or holder is not None):
            return Outcome.OF_ANOTHER
        if not known:
            self.people.prove(
                person,
                Level.REAL_NAME,
                name=elements.name,
                number=elements.number.value,
                source=_SOURCE,
            )
        return Outcome.MATCH

    def _keep(
        self, elements: TwoElements, said: RegisterAnswer, asked: _Asked
    ) -> Verification:
        around, starter = self.attempts.around, asked.requested_by
        made = Verification(
            id=VerificationId(around.ids()),
            person=asked.person,
            client=asked.client,
            basis=asked.basis,
            outcome=said.outcome,
            source=said.source,
            at=around.clock(),
            requested_by=None if starter is None else around.names.of(starter),
        )
        with around.work():
            self.store.add(made, elements)
            around.trail.record(self._event(made))
        return made

    def _event(self, made: Verification) -> TwoElementsChecked:
        is_match = made.outcome is Outcome.MATCH
        subject = None
        if made.person is not None:
            subject = self.attempts.around.names.of(made.person)
        return TwoElementsChecked(
            subject=subject,
            relying_party=made.client,
            actor=made.requested_by,
            outcome=EventOutcome.DONE if is_match else EventOutcome.REFUSED,
            result=made.outcome.value,
            basis=made.basis.value,
            source=made.source,
            receipt=str(made.id),
        )
