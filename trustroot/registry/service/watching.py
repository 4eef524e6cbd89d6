"""What the continuous look at members found: kept where it changed, told where it fell."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from kernel.ids import EntityId, MemberId
from kernel.work import UnitOfWork
from trustroot.registry.domain import (
    Findings,
    Member,
    WatchEntry,
    finds_the_same,
    newly_failed,
)
from trustroot.registry.events import StatementEnding, WatchFailed, WatchRecovered
from trustroot.registry.ports import WatchStore
from trustroot.registry.service.record import Record

_HISTORY: Final = 200


@dataclass(frozen=True, slots=True)
class Watching:
    """Keeps findings about members.

    ``ahead`` is how long before the end of a member's own statement the alarm rises.
    """

    record: Record
    watch: WatchStore
    work: UnitOfWork
    ahead: timedelta = timedelta(hours=6)

    def report(self, entity: EntityId, findings: Findings) -> None:
        """Take in one look: a row where something changed, an alarm where it got worse.

        A look that could not see when the statement ends keeps what was known of it, so
        the alarm rises for a member that has gone silent too.

        Raises:
            MemberUnknown: nobody here has that entity identifier.
        """
        with self.work():
            member = self.record.members.by_entity(entity)
            before = self.watch.latest(member.id)
            entry = _entry(member, before, findings)
            self.watch.put(self._told_of_the_end(member, entry, findings))
            self._tell(member, before, findings)

    def latest(self, member: MemberId) -> WatchEntry | None:
        """Return what was found last, or None; `MemberUnknown` for nobody."""
        self.record.members.find(member)
        return self.watch.latest(member)

    def history(self, member: MemberId) -> tuple[WatchEntry, ...]:
        """Return up to 200 entries, the latest first; `MemberUnknown` for nobody."""
        self.record.members.find(member)
        return self.watch.history(member, limit=_HISTORY)

    def _tell(self, member: Member, before: WatchEntry | None, findings: Findings) -> None:
        held = None if before is None else before.findings
        worse = newly_failed(held, findings)
        if worse:
            self.record.trail.record(
                WatchFailed(provider=member.entity_id, member=member.id, failed=worse)
            )
        elif held is not None and findings.passed and not held.passed:
            self.record.trail.record(
                WatchRecovered(provider=member.entity_id, member=member.id)
            )

    def _told_of_the_end(
        self, member: Member, entry: WatchEntry, findings: Findings
    ) -> WatchEntry:
        """Raise the alarm once for every end that comes near."""
        end = entry.findings.statement_expires_at
        if end is None or end == entry.ending_told or end - findings.at > self.ahead:
            return entry
        self.record.trail.record(
            StatementEnding(provider=member.entity_id, member=member.id)
        )
        return replace(entry, ending_told=end)


def _entry(member: Member, before: WatchEntry | None, findings: Findings) -> WatchEntry:
    """Go on with the entry before, or open the next if something is different."""
    if before is None:
        return WatchEntry(
            member=member.id,
            number=1,
            findings=findings,
            since=findings.at,
            seen=findings.at,
        )
    end = findings.statement_expires_at or before.findings.statement_expires_at
    if finds_the_same(before.findings, findings):
        same = replace(before.findings, statement_expires_at=end)
        return replace(before, findings=same, seen=findings.at)
    return replace(
        before,
        number=before.number + 1,
        findings=replace(findings, statement_expires_at=end),
        since=findings.at,
        seen=findings.at,
    )
