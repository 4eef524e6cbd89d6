"""From application to checked: what one person does."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.ids import MemberId, NewIds
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import grounds_are_stated, takes_one_person
from trustroot.registry.checks.application import application_is_well_formed
from trustroot.registry.domain import (
    Action,
    Actor,
    Application,
    Grounds,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
    moved,
)
from trustroot.registry.errors import ChecksFailed, NoProbe
from trustroot.registry.events import CheckFailed, MemberApplied
from trustroot.registry.messages import report_to_json
from trustroot.registry.ports import MemberProbe
from trustroot.registry.service.record import Act, Record

_SUBMITTED = Grounds(reason="submitted", basis="application")
_CHECKED = Grounds(reason="every technical check passed", basis="technical check")


@dataclass(frozen=True, slots=True)
class Applying:
    """Takes an applicant from draft to checked, or lets it go."""

    record: Record
    probes: Mapping[MemberKind, MemberProbe]
    work: UnitOfWork
    ids: NewIds
    http_on_loopback: bool = False

    def apply(self, application: Application, actor: Actor) -> Member:
        """Open a draft.

        Raises:
            ApplicationMalformed: a rule about applications is broken.
            EntityTaken: the entity is a member already.
        """
        application_is_well_formed(application, http_on_loopback=self.http_on_loopback)
        member = _draft(MemberId(self.ids()), application)
        with self.work():
            self.record.members.add(member)
            self.record.trail.record(
                MemberApplied(
                    actor=actor.pseudonym,
                    provider=member.entity_id,
                    member=member.id,
                    kind=member.kind.value,
                )
            )
        return member

    def submit(self, identifier: MemberId, actor: Actor) -> Member:
        """Hand a draft in."""
        return self._move(
            identifier, Act(action=Action.SUBMIT, grounds=_SUBMITTED, actor=actor)
        )

    def cancel(self, identifier: MemberId, grounds: Grounds, actor: Actor) -> Member:
        """Let an applicant go before it became active.

        Raises:
            ReasonMissing, TransitionNotAllowed: as they say.
        """
        grounds_are_stated(Action.CANCEL, grounds)
        return self._move(
            identifier, Act(action=Action.CANCEL, grounds=grounds, actor=actor)
        )

    def check(self, identifier: MemberId, actor: Actor) -> ProbeReport:
        """Look at the applicant's own statements; if all is well it is checked.

        Raises:
            ChecksFailed: something must be put right; it holds the report.
            NoProbe: nobody here can check this kind.
            MemberChanged: it changed while we looked.
        """
        member = self.record.members.find(identifier)
        takes_one_person(member, Action.CHECK)
        report = self._probe(member)
        if not report.passed:
            self._refuse(member, report, actor)
        change = {"checks": report_to_json(report)}
        act = Act(action=Action.CHECK, grounds=_CHECKED, actor=actor, change=change)
        with self.work():
            self.record.write(member, moved(member, Action.CHECK), act)
        return report

    def _probe(self, member: Member) -> ProbeReport:
        probe = self.probes.get(member.kind)
        if probe is None:
            raise NoProbe(member.kind)
        return probe.probe(member)

    def _refuse(self, member: Member, report: ProbeReport, actor: Actor) -> None:
        self.record.trail.record(
            CheckFailed(
                actor=actor.pseudonym,
                provider=member.entity_id,
                member=member.id,
                failed=report.failed,
            )
        )
        raise ChecksFailed(report)

    def _move(self, identifier: MemberId, act: Act) -> Member:
        with self.work():
            member = self.record.members.find(identifier)
            takes_one_person(member, act.action)
            after = moved(member, act.action, reason=act.grounds.reason)
            return self.record.write(member, after, act)


def _draft(identifier: MemberId, application: Application) -> Member:
    return Member(
        id=identifier,
        entity_id=application.entity_id,
        kind=application.kind,
        name_zh=application.name_zh,
        name_en=application.name_en,
        code=application.code,
        uscc=application.uscc,
        contacts=application.contacts,
        terms=application.terms,
        state=MemberState.DRAFT,
        reason="",
        version=1,
    )
