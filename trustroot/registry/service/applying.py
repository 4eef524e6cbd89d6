"""From application to checked: what one person does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kernel.ids import MemberId, NewIds, Pseudonym
from kernel.secret import Secret
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import grounds_are_stated, takes_one_person
from trustroot.registry.checks.application import (
    application_is_well_formed,
    entity_is_free,
    entity_stays,
)
from trustroot.registry.checks.terms import (
    every_attribute_has_its_basis,
    representation_is_complete,
)
from trustroot.registry.domain import (
    Action,
    Actor,
    Application,
    Grounds,
    Member,
    MemberKind,
    MemberState,
    ProbeReport,
    ProvenContact,
    Terms,
    moved,
)
from trustroot.registry.errors import ChecksFailed, NoProbe
from trustroot.registry.events import CheckFailed, MemberApplied
from trustroot.registry.messages import report_to_json
from trustroot.registry.ports import MemberProbe
from trustroot.registry.service.admission import Admission
from trustroot.registry.service.record import Act, Record

_EDITED = Grounds(reason="edited", basis="application")
_SUBMITTED = Grounds(reason="submitted", basis="application")
_CHECKED = Grounds(reason="every technical check passed", basis="technical check")


@dataclass(frozen=True, slots=True)
class Applying:
    """Takes an applicant from draft to checked, or lets it go."""

    record: Record
    probes: Mapping[MemberKind, MemberProbe]
    work: UnitOfWork
    ids: NewIds
    admission: Admission

    def apply(
        self,
        application: Application,
        actor: Actor | None,
        *,
        secret: Secret | None = None,
        proven: tuple[ProvenContact, ...] = (),
    ) -> Member:
        """Open a draft; whose membership has ended opens the draft of another.

        Args:
            application: who applies, and for what.
            actor: the operator, or None where the applicant itself applies.
            secret: our client secret at a represented member.
            proven: its contacts that have answered already.

        Raises:
            ApplicationMalformed: a rule about applications is broken.
            EntityTaken, SlugTaken: the entity, or its path, is a living member's.
        """
        settled = self._settled(application, None, secret)
        with self.work():
            earlier = self.record.members.memberships(settled.entity_id)
            entity_is_free(earlier)
            member = _draft(MemberId(self.ids()), settled, proven, earlier)
            self.record.members.add(member)
            self.record.trail.record(
                MemberApplied(
                    actor=_pseudonym(actor),
                    provider=member.entity_id,
                    member=member.id,
                    kind=member.kind.value,
                )
            )
        return member

    def edit(
        self,
        identifier: MemberId,
        application: Application,
        version: int,
        actor: Actor | None = None,
        *,
        secret: Secret | None = None,
    ) -> Member:
        """Put another application in the place of a draft's.

        Raises:
            VersionDiffers: it is no longer the version that was read.
            ApplicationMalformed, EntityTaken, TransitionNotAllowed: as they say.
        """
        with self.work():
            member = self.record.find(identifier, version)
            takes_one_person(member, Action.EDIT)
            entity_stays(member, application)
            settled = self._settled(application, member.terms, secret)
            act = Act(action=Action.EDIT, grounds=_EDITED, actor=actor)
            return self.record.write(member, _edited(member, settled), act)

    def submit(
        self, identifier: MemberId, actor: Actor | None, *, version: int | None = None
    ) -> Member:
        """Hand a draft in.

        Raises:
            BasisMissing: an attribute is asked for without its basis or purpose.
            TransitionNotAllowed, VersionDiffers: as they say.
        """
        act = Act(action=Action.SUBMIT, grounds=_SUBMITTED, actor=actor)
        with self.work():
            member = self.record.find(identifier, version)
            takes_one_person(member, Action.SUBMIT)
            every_attribute_has_its_basis(member.attributes, member.terms)
            representation_is_complete(member.terms)
            after = moved(member, Action.SUBMIT, reason=_SUBMITTED.reason)
            return self.record.write(member, after, act)

    def cancel(
        self,
        identifier: MemberId,
        grounds: Grounds,
        actor: Actor,
        *,
        version: int | None = None,
    ) -> Member:
        """Let an applicant go before it became active.

        Raises:
            ReasonMissing, TransitionNotAllowed, VersionDiffers: as they say.
        """
        grounds_are_stated(Action.CANCEL, grounds)
        act = Act(action=Action.CANCEL, grounds=grounds, actor=actor)
        with self.work():
            member = self.record.find(identifier, version)
            takes_one_person(member, Action.CANCEL)
            after = moved(member, Action.CANCEL, reason=grounds.reason)
            return self.record.write(member, after, act)

    def check(
        self, identifier: MemberId, actor: Actor, *, version: int | None = None
    ) -> ProbeReport:
        """Look at the applicant's own statements; if all is well it is checked.

        Raises:
            ChecksFailed: something must be put right; it holds the report.
            NoProbe: nobody here can check this kind.
            MemberChanged: it changed while we looked.
            VersionDiffers: as it says.
        """
        member = self.record.find(identifier, version)
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

    def _settled(
        self, application: Application, held: Terms | None, secret: Secret | None
    ) -> Application:
        """Require every rule about applications; return it with its sealed secret."""
        admission = self.admission
        application_is_well_formed(application, http_on_loopback=admission.http_on_loopback)
        terms = admission.credentials.settle(application.terms, held, secret)
        return replace(application, terms=terms)


def _pseudonym(actor: Actor | None) -> Pseudonym | None:
    return None if actor is None else actor.pseudonym


def _edited(member: Member, application: Application) -> Member:
    return replace(
        moved(member, Action.EDIT),
        kind=application.kind,
        name_zh=application.name_zh,
        name_en=application.name_en,
        code=application.code,
        uscc=application.uscc,
        contacts=application.contacts,
        terms=application.terms,
        contract=application.contract,
    )


def _draft(
    identifier: MemberId,
    application: Application,
    proven: tuple[ProvenContact, ...],
    earlier: tuple[Member, ...],
) -> Member:
    """Return a draft; its version goes on where the entity's last membership ended.

    Who follows an entity by its versions misses nothing and hears nothing twice.
    """
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
        version=1 + max((one.version for one in earlier), default=0),
        contract=application.contract,
        proven_contacts=proven,
    )
