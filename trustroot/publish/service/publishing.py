"""What the worker does about one subordinate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.work import UnitOfWork
from trustroot.publish.domain import Statement
from trustroot.publish.service.chronicle import Chronicle
from trustroot.publish.service.desk import SigningDesk
from trustroot.publish.service.drafting import Draft, about_member
from trustroot.publish.service.granting import Granting
from trustroot.publish.service.hosting import Hosting
from trustroot.registry.domain import Member, MemberKind, MemberState
from trustroot.registry.errors import MemberUnknown
from trustroot.registry.service import Registry

_SPEAK_NO_FEDERATION: Final = frozenset({MemberKind.CA, MemberKind.WITNESS})
_MAY_ACT: Final = frozenset({MemberState.APPROVED, MemberState.ACTIVE})


@dataclass(frozen=True, slots=True)
class Desks:
    """Everything that is signed and written about a subordinate."""

    statements: SigningDesk
    chronicle: Chronicle
    granting: Granting
    hosting: Hosting


@dataclass(frozen=True, slots=True)
class Publishing:
    """Keeps one fresh statement about a member that may act, with marks and events."""

    desks: Desks
    registry: Registry
    work: UnitOfWork

    def visit(self, member: Member) -> None:
        """Sign what is new, changed or near its end; take away what must be gone."""
        if member.state in _MAY_ACT:
            self._publish(member)
        else:
            self._withdraw(member)

    def mark(self, entity: EntityId) -> None:
        """Bring marks into line with what is granted: somebody has granted or revoked.

        An entity about which nothing is said has no marks; they come with its statement.
        """
        member = self.member(entity)
        held = self.desks.statements.statements.find(entity)
        if held is None or (member is not None and member.state is not MemberState.ACTIVE):
            return
        keys = None if member is None else self.desks.hosting.keys(member)
        with self.work():
            self._accompany(entity, member, keys, held.expires_at)

    def member(self, entity: EntityId) -> Member | None:
        """Return the member with an entity identifier, if there is one."""
        try:
            return self.registry.find(entity)
        except MemberUnknown:
            return None

    def _publish(self, member: Member) -> None:
        draft, keys = self._draft(member)
        held = self.desks.statements.statements.find(member.entity_id)
        is_due = draft is not None and self.desks.statements.is_due(draft, held)
        is_new = member.state is MemberState.APPROVED
        if not (is_due or is_new or self.desks.chronicle.news(member)):
            return
        with self.work():
            # A member that moved since it was read waits for the next round.
            if self.registry.show(member.id).version != member.version:
                return
            if is_new:
                self.registry.activate(member.id)
            self.desks.chronicle.follow(member)
            if draft is not None and is_due:
                self._say(draft, held)
                until = draft.lifetime.expires_at
                self._accompany(member.entity_id, member, keys, until)

    def _say(self, draft: Draft, held: Statement | None) -> None:
        if held is not None:
            self.desks.chronicle.changed(draft.subject, held.token, draft.claims)
        since = self.desks.chronicle.registered_at(draft.subject)
        self.desks.statements.say(draft, held, registered_at=since)

    def _accompany(
        self,
        entity: EntityId,
        member: Member | None,
        keys: KeySet | None,
        until: datetime,
    ) -> None:
        self.desks.granting.keep(entity, member, until)
        if member is not None and keys is not None:
            self.desks.hosting.keep(member, keys, until)

    def _withdraw(self, member: Member) -> None:
        held = self.desks.statements.statements.find(member.entity_id)
        if held is None and not self.desks.chronicle.news(member):
            return
        with self.work():
            if self.registry.show(member.id).version != member.version:
                return
            if held is not None:
                self.desks.statements.remove(member.entity_id)
            self.desks.chronicle.follow(member)
            self.desks.granting.desk.revoke(member.entity_id)
            if member.state is not MemberState.SUSPENDED:
                self.desks.granting.end(member.entity_id)
            self.desks.hosting.drop(member)

    def _draft(self, member: Member) -> tuple[Draft | None, KeySet | None]:
        if member.kind in _SPEAK_NO_FEDERATION:
            return None, None
        statements, keys = self.desks.statements, self.desks.hosting.keys(member)
        return about_member(statements.ours, member, keys, statements.lifetime()), keys
