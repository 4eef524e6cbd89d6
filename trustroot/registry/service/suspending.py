"""Suspension: one person, at once; a second confirms, or the alarm rises."""

from dataclasses import dataclass, replace

from kernel.ids import MemberId
from kernel.secret import Digest
from kernel.work import UnitOfWork
from trustroot.registry.checks.acts import grounds_are_stated, takes_one_person
from trustroot.registry.domain import (
    CONFIRM_WITHIN,
    Action,
    Actor,
    Approval,
    Grounds,
    Member,
    Suspension,
    moved,
)
from trustroot.registry.errors import NothingToConfirm
from trustroot.registry.events import SuspensionUnconfirmed
from trustroot.registry.messages import grounds_to_json
from trustroot.registry.service.deciding import Deciding
from trustroot.registry.service.record import Act, Record


@dataclass(frozen=True, slots=True)
class Suspending:
    """Takes a member out of service, and sees that a second person looks at it."""

    record: Record
    deciding: Deciding
    work: UnitOfWork

    def suspend(
        self,
        identifier: MemberId,
        grounds: Grounds,
        actor: Actor,
        *,
        version: int | None = None,
    ) -> Member:
        """Suspend an active member, effective with this unit of work.

        Raises:
            ReasonMissing, TransitionNotAllowed, VersionDiffers: as they say.
        """
        grounds_are_stated(Action.SUSPEND, grounds)
        with self.work():
            member = self.record.find(identifier, version)
            takes_one_person(member, Action.SUSPEND)
            after = moved(member, Action.SUSPEND, reason=grounds.reason)
            change = {"grounds": dict(grounds_to_json(grounds))}
            proposal = self.deciding.keep(after, Action.CONFIRM, change, actor)
            held = Suspension(by=actor.person, at=self.record.clock(), proposal=proposal.id)
            act = Act(action=Action.SUSPEND, grounds=grounds, actor=actor)
            return self.record.write(member, replace(after, suspension=held), act)

    def confirm(
        self,
        identifier: MemberId,
        digest: Digest,
        actor: Actor,
        *,
        version: int | None = None,
    ) -> Member:
        """Confirm the suspension in force as the second person.

        Raises:
            NothingToConfirm: there is none that waits.
            SamePerson, ChangeDiffers: as they say.
        """
        member = self.record.members.find(identifier)
        held = member.suspension
        if held is None or held.confirmed:
            raise NothingToConfirm(str(identifier))
        return self.deciding.approve(
            Approval(proposal=held.proposal, digest=digest, actor=actor), version=version
        )

    def raise_alarms(self) -> None:
        """Raise the alarm, once, for every suspension unconfirmed after 24 hours.

        It stays in force: an installation under attack must not wake up by itself.
        """
        for member in self.record.members.unconfirmed(self.record.clock() - CONFIRM_WITHIN):
            with self.work():
                self.record.members.note_alarm(member.id)
                self.record.trail.record(
                    SuspensionUnconfirmed(
                        provider=member.entity_id, member=member.id, reason=member.reason
                    )
                )
