"""The worker's part: everything is signed before anybody asks for it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.proof.statement import Lifetime
from kernel.work import UnitOfWork
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer
from trustroot.publish.domain import Installation, Statement, fingerprint
from trustroot.publish.events import StatementRemoved, StatementSigned
from trustroot.publish.ports import StatementStore
from trustroot.publish.service.drafting import (
    Draft,
    about_member,
    about_ourselves,
    configuration,
)
from trustroot.registry.domain import Member, MemberKind, MemberState
from trustroot.registry.service import Registry

_log: Final = logging.getLogger(__name__)
_TYP: Final = "entity-statement+jwt"
_SPEAK_NO_FEDERATION: Final = frozenset({MemberKind.CA, MemberKind.WITNESS})
Lying = Mapping[EntityId, Statement]


@dataclass(frozen=True, slots=True)
class SigningDesk:
    """Signs drafts with the anchor key, unless what lies there is as good."""

    ours: Installation
    signer: Signer
    statements: StatementStore
    trail: AuditTrail
    clock: Clock

    def lifetime(self) -> Lifetime:
        """Return from now on, as long as our settings say."""
        now = self.clock()
        return Lifetime(now, now + self.ours.lifetime)

    def about_us(self) -> tuple[Draft, Draft]:
        """Return what we say about ourselves, and about our own entity."""
        anchor = self.signer.published(Purpose.ANCHOR)
        entity = self.signer.published(Purpose.ENTITY)
        lifetime = self.lifetime()
        return (
            configuration(self.ours, anchor, lifetime),
            about_ourselves(self.ours, entity, lifetime),
        )

    def is_due(self, draft: Draft, lying: Lying) -> bool:
        """Tell whether a draft says something new, or the same must be said again."""
        held = lying.get(draft.subject)
        if held is None or held.fingerprint != self._mark(draft):
            return True
        return held.expires_at - self.clock() <= self.ours.ahead

    def sign(self, draft: Draft, lying: Lying) -> None:
        """Put the signed statement in its place; inside a unit of work."""
        mark, held = self._mark(draft), lying.get(draft.subject)
        token = self.signer.sign(Purpose.ANCHOR, _TYP, draft.claims)
        self.statements.put(_statement(draft, token, mark))
        if held is None or held.fingerprint != mark:
            self.trail.record(_signed(draft, mark))

    def remove(self, subject: EntityId) -> None:
        """Take a statement away; inside a unit of work."""
        self.statements.remove(subject)
        self.trail.record(StatementRemoved(provider=subject))

    def _mark(self, draft: Draft) -> str:
        return fingerprint(draft.claims, self.signer.active_kid(Purpose.ANCHOR))


@dataclass(frozen=True, slots=True)
class Signing:
    """Keeps one fresh statement about ourselves and about every member that may act."""

    desk: SigningDesk
    registry: Registry
    work: UnitOfWork

    def run(self) -> None:
        """Sign what is new, changed or near its end; take away what must be gone.

        A run that finds nothing to do reads two tables and writes nothing.
        """
        members = self.registry.publishable()
        lying = {held.subject: held for held in self.desk.statements.all()}
        for subject in self._superfluous(members, lying):
            with self.work():
                self.desk.remove(subject)
        for draft in self.desk.about_us():
            if self.desk.is_due(draft, lying):
                with self.work():
                    self.desk.sign(draft, lying)
        for member in members:
            self._publish_or_go_on(member, lying)

    def _superfluous(self, members: tuple[Member, ...], lying: Lying) -> Iterator[EntityId]:
        ours = self.desk.ours
        kept = {ours.trust, ours.issuer, *(member.entity_id for member in members)}
        return (subject for subject in lying if subject not in kept)

    def _publish_or_go_on(self, member: Member, lying: Lying) -> None:
        """One member about whom nothing can be signed must not silence the others."""
        try:
            self._publish(member, lying)
        except DomainError:
            _log.exception("statement_not_signed", extra={"member": str(member.id)})

    def _publish(self, member: Member, lying: Lying) -> None:
        draft = self._draft(member)
        is_due = draft is not None and self.desk.is_due(draft, lying)
        is_new = member.state is MemberState.APPROVED
        if not (is_due or is_new):
            return
        with self.work():
            # A member that moved since it was read waits for the next run.
            if self.registry.show(member.id).version != member.version:
                return
            if draft is not None:
                self.desk.sign(draft, lying)
            if is_new:
                self.registry.activate(member.id)

    def _draft(self, member: Member) -> Draft | None:
        if member.kind in _SPEAK_NO_FEDERATION:
            return None
        return about_member(self.desk.ours, member, self.desk.lifetime())


def _statement(draft: Draft, token: str, mark: str) -> Statement:
    return Statement(
        subject=draft.subject,
        kind=draft.kind,
        token=token,
        fingerprint=mark,
        issued_at=draft.lifetime.issued_at,
        expires_at=draft.lifetime.expires_at,
        entity_types=draft.entity_types,
        is_intermediate=draft.is_intermediate,
    )


def _signed(draft: Draft, mark: str) -> StatementSigned:
    return StatementSigned(provider=draft.subject, kind=draft.kind.value, fingerprint=mark)
