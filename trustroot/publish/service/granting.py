"""Under which grants marks are signed, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from kernel.ids import EntityId, NewIds
from trustroot.publish.domain import MarkGrant, MarkType
from trustroot.publish.errors import MarkTypeUnknown
from trustroot.publish.ports import EvidenceBook, GrantStore, MarkTypeStore
from trustroot.publish.service.marking import MarkDesk
from trustroot.registry.domain import Member

_ENDED: Final = "the membership ended"
_CHINA: Final = timezone(timedelta(hours=8))
"""Days of agreements and evidence begin and end there."""


@dataclass(frozen=True, slots=True)
class Granting:
    """Keeps one fresh mark for every grant of whoever may act."""

    desk: MarkDesk
    types: MarkTypeStore
    grants: GrantStore
    evidence: EvidenceBook
    ids: NewIds

    def prepare(self) -> None:
        """Enter the registration mark among the types, if we are the root."""
        ours = self.desk.ours
        try:
            self.types.find(ours.registration_mark)
        except MarkTypeUnknown:
            if ours.is_root:
                self.types.add(_registration(ours.registration_mark, ours.trust))

    def keep(self, subject: EntityId, member: Member | None, until: datetime) -> None:
        """Sign a fresh mark for every grant that holds; inside a unit of work.

        ``member`` None: it is about our own entity. ``until``: the end of what we say about
        the subject; marks end with it and are renewed with it. What is no longer granted is
        revoked.
        """
        self._register(subject)
        for grant in self.grants.of(subject):
            if grant.revoked_at is not None:
                self.desk.revoke(subject, grant.mark_type)
                continue
            ends = min([until, *_end_of(grant), *self._limits(member)])
            if self._wants_another(grant, ends):
                self.desk.sign(self.types.find(grant.mark_type), subject, ends)

    def end(self, subject: EntityId) -> None:
        """End what was granted to a membership; inside a unit of work.

        Who comes back is granted marks anew by two persons. The registration mark stays
        granted: it comes with a membership and goes with it.
        """
        for grant in self.grants.of(subject):
            is_registration = grant.mark_type == self.desk.ours.registration_mark
            if grant.revoked_at is None and not is_registration:
                ended = replace(grant, revoked_at=self.desk.clock(), reason=_ENDED)
                self.grants.put(ended)

    def _register(self, subject: EntityId) -> None:
        """Membership comes with the registration mark; only the root issues it."""
        ours = self.desk.ours
        if not ours.is_root or self.grants.find(ours.registration_mark, subject):
            return
        self.grants.put(
            MarkGrant(
                id=self.ids(),
                mark_type=ours.registration_mark,
                subject=subject,
                until=None,
                granted_at=self.desk.clock(),
            )
        )

    def _wants_another(self, grant: MarkGrant, ends: datetime) -> bool:
        if ends <= self.desk.clock():
            return False
        held = self.desk.marks.current(grant.mark_type, grant.subject)
        return held is None or held.expires_at < ends

    def _limits(self, member: Member | None) -> Iterator[datetime]:
        """Ours: no mark outlives the agreement, or what was shown for it."""
        if member is None:
            return
        if member.contract is not None and member.contract.valid_until is not None:
            yield _begin(member.contract.valid_until + timedelta(days=1))
        shown_until = self.evidence.ends_on(member.id)
        if shown_until is not None:
            yield _begin(shown_until)


def _end_of(grant: MarkGrant) -> tuple[datetime, ...]:
    return () if grant.until is None else (grant.until,)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), _CHINA)


def _registration(identifier: str, trust: EntityId) -> MarkType:
    return MarkType(
        id=identifier,
        name_zh="登记标识",
        name_en="Registration mark",
        issuers=(trust,),
    )
