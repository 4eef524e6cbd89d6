"""Where statements are signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.clock import Clock
from kernel.events import AuditTrail
from kernel.ids import EntityId
from kernel.proof.jose import ENTITY_STATEMENT
from kernel.proof.statement import Lifetime
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer
from trustroot.publish.domain import Installation, Statement, fingerprint
from trustroot.publish.events import StatementRemoved, StatementSigned
from trustroot.publish.ports import StatementStore
from trustroot.publish.service.drafting import Draft

TYP: Final = ENTITY_STATEMENT.typ


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

    def is_due(self, draft: Draft, held: Statement | None) -> bool:
        """Tell whether a draft says something new, or the same must be said again."""
        if held is None or held.fingerprint != self._mark(draft.claims):
            return True
        return held.expires_at - self.clock() <= self.ours.ahead

    def say(self, draft: Draft, held: Statement | None, *, registered_at: datetime) -> None:
        """Put the signed statement in its place; inside a unit of work."""
        mark, now = self._mark(draft.claims), self.clock()
        says_more = held is None or held.fingerprint != mark
        changed_at = now if held is None or says_more else held.updated_at
        token = self.signer.sign(Purpose.ANCHOR, TYP, draft.claims)
        self.statements.put(
            Statement(
                subject=draft.subject,
                kind=draft.kind,
                token=token,
                fingerprint=mark,
                issued_at=draft.lifetime.issued_at,
                expires_at=draft.lifetime.expires_at,
                entity_types=draft.entity_types,
                is_intermediate=draft.is_intermediate,
                registered_at=registered_at,
                updated_at=changed_at or now,
            )
        )
        if says_more:
            self.trail.record(_signed(draft, mark))

    def remove(self, subject: EntityId) -> None:
        """Take a statement away; inside a unit of work."""
        self.statements.remove(subject)
        self.trail.record(StatementRemoved(provider=subject))

    def _mark(self, claims: Mapping[str, object]) -> str:
        return fingerprint(claims, self.signer.active_kid(Purpose.ANCHOR))


def _signed(draft: Draft, mark: str) -> StatementSigned:
    return StatementSigned(provider=draft.subject, kind=draft.kind.value, fingerprint=mark)
