"""Writes what happened to a member: row, history, event, notice, standing, together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.clock import Clock
from kernel.events import AuditTrail, JsonValue
from kernel.ids import MemberId, PersonId
from kernel.standing import StandingRegister, State
from trustroot.registry.checks.upkeep import version_is_the_one_read
from trustroot.registry.domain import (
    Action,
    Actor,
    Grounds,
    HistoryEntry,
    Member,
    MemberState,
)
from trustroot.registry.events import MemberMoved, NoticeGivenUp
from trustroot.registry.ports import MemberStore
from trustroot.registry.service.telling import Telling

_STANDING: Final[Mapping[MemberState, State]] = {
    MemberState.SUSPENDED: State.SUSPENDED,
    MemberState.WITHDRAWN: State.WITHDRAWN,
    MemberState.ACTIVE: State.GOOD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act on a member: what, by whom (None: the installation itself), and why."""

    action: Action
    grounds: Grounds
    actor: Actor | None = None
    second: Actor | None = None
    change: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """The one place that changes a member; always called inside a unit of work."""

    members: MemberStore
    standing: StandingRegister
    trail: AuditTrail
    clock: Clock
    telling: Telling

    def find(self, identifier: MemberId, version: int | None = None) -> Member:
        """Return a member, of the version that was read if one is named.

        Raises:
            MemberUnknown, VersionDiffers: as they say.
        """
        member = self.members.find(identifier)
        version_is_the_one_read(member, version)
        return member

    def write(self, before: Member, after: Member, act: Act) -> Member:
        """Put ``after`` in place of ``before`` and record the act.

        Raises:
            MemberChanged: somebody else was faster; nothing is written.
        """
        self.members.change(after)
        self.members.remember(self._entry(before, after, act))
        self.trail.record(_event(before, after, act))
        if not self.telling.moved(after, act.action, act.grounds):
            self.trail.record(_nobody_told(after, act))
        standing = _STANDING.get(after.state)
        if standing is not None and after.state is not before.state:
            self.standing.change(after.party, standing, reason=act.grounds.reason)
        return after

    def _entry(self, before: Member, after: Member, act: Act) -> HistoryEntry:
        return HistoryEntry(
            member=after.id,
            version=after.version,
            action=act.action,
            source=before.state,
            target=after.state,
            at=self.clock(),
            actor=_person(act.actor),
            second=_person(act.second),
            grounds=act.grounds,
            change=act.change,
        )


def _person(actor: Actor | None) -> PersonId | None:
    return None if actor is None else actor.person


def _nobody_told(after: Member, act: Act) -> NoticeGivenUp:
    return NoticeGivenUp(provider=after.entity_id, member=after.id, action=act.action.value)


def _event(before: Member, after: Member, act: Act) -> MemberMoved:
    actor = act.second or act.actor
    return MemberMoved(
        actor=None if actor is None else actor.pseudonym,
        provider=after.entity_id,
        member=after.id,
        action=act.action.value,
        source=before.state.value,
        target=after.state.value,
        version=after.version,
        basis=act.grounds.basis,
        persons=2 if act.second else 1,
        reason=act.grounds.reason,
    )
