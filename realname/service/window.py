"""Proofing at a window: one operator enters it, another approves exactly that."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from kernel.approval import (
    LIFETIME,
    ChangeDiffers,
    Proposal,
    ProposalStore,
    change_digest,
    may_approve,
    propose,
)
from kernel.errors import Refused
from kernel.events import Outcome
from kernel.identifiers import compared_name
from kernel.ids import PersonId, ProposalId, same
from kernel.proof.seal import Place, Sealer
from kernel.secret import Digest, Secret
from realname import events
from realname.domain import (
    EnrolledMeans,
    KeptRecord,
    WindowRecord,
    agent_has_a_mandate,
    is_of_somebody_else,
    level_is_of_a_window,
    names_somebody,
)
from realname.errors import NumberOfAnother, WindowRecordUnknown
from realname.messages import (
    WindowRecordBody,
    change_of,
    content_of,
    record_from,
    record_of,
)
from realname.ports import (
    Enrolment,
    EnrolmentSeal,
    NewPeople,
    ProofedPerson,
    WindowRecordStore,
)
from realname.service.surroundings import Operator, Surroundings

_ACTION: Final = "proof"
_CONTEXT: Final = "realname.window_record"
_SOURCE: Final = "window"


@dataclass(frozen=True, slots=True)
class RecordSafe:
    """Proposals and their sealed records.

    A proposal names its record by a keyed digest, so that what is approved is exact, and
    who reads proposals learns nothing. ``namer`` is of the purpose ``person``, whose key
    never rotates.
    """

    proposals: ProposalStore
    records: WindowRecordStore
    sealer: Sealer
    namer: Sealer
    around: Surroundings

    def name_of(self, record: WindowRecord) -> str:
        """Return the keyed digest of a record, 64 hex digits."""
        return self.namer.index(content_of(record), _CONTEXT).hex()

    def keep(self, proposal: Proposal, record: WindowRecord) -> None:
        """Keep a fresh proposal and its record; inside a unit of work."""
        sealed = self.sealer.seal(content_of(record), _place(proposal.id))
        self.proposals.add(proposal)
        self.records.add(
            KeptRecord(
                proposal=proposal.id,
                content=sealed,
                person=record.person,
                made_at=proposal.proposed_at,
            )
        )

    def opened(self, kept: KeptRecord) -> WindowRecord | None:
        """Return the record, None if it was carried out or erased."""
        if kept.content is None:
            return None
        content = self.sealer.open(kept.content, _place(kept.proposal))
        return record_from(content, self.around.today())

    def erase_old(self) -> None:
        """Erase what nobody approved in time."""
        self.records.erase_undecided(self.around.clock() - LIFETIME)


@dataclass(frozen=True, slots=True)
class Proposing:
    """What the first operator does: secrets are hashed or sealed before they are kept."""

    safe: RecordSafe
    people: ProofedPerson
    newcomers: NewPeople
    seal: EnrolmentSeal
    around: Surroundings

    def __call__(self, body: WindowRecordBody, operator: Operator) -> Proposal:
        """Enter a proofing; nobody is raised and nothing enrolled yet.

        Raises:
            WindowRecordMalformed, IdentifierRefused, NumberOfAnother, OwnProofing,
            Refused: as they say.
        """
        hashed = None if body.password is None else self.seal.hashed(Secret(body.password))
        record = record_of(body, hashed, self.around.today())
        is_of_somebody_else(record, operator.person)
        self._check(record)
        with self.around.work():
            proposal = self._proposal(record, operator)
            self.safe.keep(proposal, record)
            self.around.trail.record(_proposed(proposal, record, operator))
        return proposal

    def _check(self, record: WindowRecord) -> None:
        level_is_of_a_window(record.level)
        names_somebody(record)
        agent_has_a_mandate(record)
        compared_name(record.name)
        holder = self.people.by_id_number(record.number.value)
        if holder is not None and holder != record.person:
            raise NumberOfAnother
        if record.username is not None:
            self.newcomers.check_username(record.username)

    def _proposal(self, record: WindowRecord, operator: Operator) -> Proposal:
        return propose(
            ProposalId(self.around.ids()),
            subject=record.subject,
            action=_ACTION,
            change=change_of(record, self.safe.name_of(record)),
            base=_base(self.people, record),
            proposer=operator.person,
            now=self.around.clock(),
        )


@dataclass(frozen=True, slots=True)
class Approving:
    """What the second person does: look, and let exactly that be carried out."""

    safe: RecordSafe
    people: ProofedPerson
    newcomers: NewPeople
    enrolment: Enrolment
    around: Surroundings

    def show(
        self, identifier: ProposalId, operator: Operator
    ) -> tuple[Proposal, WindowRecord | None, PersonId | None]:
        """Return a proposal, its record while it waits, and whom it is about if known."""
        proposal = self.safe.proposals.find(identifier)
        kept = self.safe.records.find(identifier)
        record = self.safe.opened(kept)
        if record is not None:
            self.around.trail.record(
                events.WindowRecordShownToOperator(
                    actor=operator.pseudonym, proposal=identifier
                )
            )
        return proposal, record, kept.person

    def __call__(
        self, identifier: ProposalId, digest: Digest, operator: Operator
    ) -> PersonId:
        """Carry a record out as the second person: all of it, or nothing.

        Raises:
            WindowRecordUnknown, ProposalDecided, ProposalExpired, SamePerson,
            ChangeDiffers, SubjectMoved, OwnProofing, Refused: nothing is changed.
        """
        with self._refusals_recorded(identifier, operator), self.around.work():
            proposal = self.safe.proposals.find(identifier)
            record = self._approved(proposal, digest, operator)
            return self._carry_out(proposal, record, operator)

    def _approved(
        self, proposal: Proposal, digest: Digest, operator: Operator
    ) -> WindowRecord:
        now, record = (
            self.around.clock(),
            self.safe.opened(self.safe.records.find(proposal.id)),
        )
        base = proposal.base if record is None else _base(self.people, record)
        may_approve(proposal, operator.person, digest, base, now)
        if record is None:
            raise WindowRecordUnknown(str(proposal.id))
        _is_unchanged(proposal, self.safe.name_of(record))
        is_of_somebody_else(record, operator.person)
        self.safe.proposals.decide(proposal.id, operator.person, now)
        return record

    def _carry_out(
        self, proposal: Proposal, record: WindowRecord, operator: Operator
    ) -> PersonId:
        person = record.person or self.newcomers.enter(
            record.name,
            kind=record.kind.value,
            username=record.username or "",
            actor=operator.person,
        )
        self.people.prove(
            person,
            record.level,
            name=record.name,
            number=record.number.value,
            source=_SOURCE,
        )
        if record.organisation is not None:
            self.newcomers.mandate(person, record.organisation, actor=operator.person)
        self._enrol(person, record)
        self.safe.records.carried_out(proposal.id, person)
        self.around.trail.record(
            events.WindowRecordApproved(
                actor=operator.pseudonym,
                subject=self.around.names.of(person),
                proposal=proposal.id,
                level=record.level.value,
            )
        )
        return person

    def _enrol(self, person: PersonId, record: WindowRecord) -> None:
        """NIST SP 800-63B-4: what is enrolled at a proofing carries its level."""
        means: EnrolledMeans = record.means
        if means.password_hash is not None:
            self.enrolment.set_hash(person, means.password_hash, record.level)
        if means.totp_seed is not None:
            self.enrolment.enrol_totp(person, means.totp_seed, record.level)
        if means.certificate_key is not None:
            self.enrolment.enrol_certificate(person, means.certificate_key, record.level)

    @contextmanager
    def _refusals_recorded(
        self, identifier: ProposalId, operator: Operator
    ) -> Iterator[None]:
        try:
            yield
        except Refused as refusal:
            self.around.trail.record(
                events.WindowRecordRefused(
                    actor=operator.pseudonym,
                    proposal=identifier,
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                )
            )
            raise


def _is_unchanged(proposal: Proposal, content: str) -> None:
    """Require that the row still says what its digest says, and names this record.

    Raises:
        ChangeDiffers: the row or the sealed record was changed at rest.
    """
    exact = change_digest(proposal.subject, proposal.action, proposal.change, proposal.base)
    if exact != proposal.digest or not same(str(proposal.change["content"]), content):
        raise ChangeDiffers(str(proposal.id))


def _base(people: ProofedPerson, record: WindowRecord) -> int:
    """The level on record: a proofing in between makes the proposal void."""
    return 0 if record.person is None else people.find(record.person).identity.value


def _place(proposal: ProposalId) -> Place:
    return Place("realname", "window_record", str(proposal))


def _proposed(
    proposal: Proposal, record: WindowRecord, operator: Operator
) -> events.WindowRecordProposed:
    return events.WindowRecordProposed(
        actor=operator.pseudonym,
        proposal=proposal.id,
        digest=proposal.digest.hex(),
        level=record.level.value,
    )
