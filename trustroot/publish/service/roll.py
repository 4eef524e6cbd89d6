"""The one place that writes who may carry which mark."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kernel.events import AuditTrail
from kernel.ids import EntityId, ProposalId
from kernel.standing import StandingRegister, State
from kernel.work import JobQueue
from trustroot.publish.domain import Happening, MarkGrant, MarkType, mark_party
from trustroot.publish.events import MarkGranted, MarkRevoked, MarkTypeAdded
from trustroot.publish.ports import GrantStore, MarkTypeStore
from trustroot.publish.service.chronicle import Chronicle
from trustroot.registry.domain import Actor, Grounds

MARK_JOB: Final = "publish.mark"


@dataclass(frozen=True, slots=True)
class MarkStores:
    """Types and grants."""

    types: MarkTypeStore
    grants: GrantStore


@dataclass(frozen=True, slots=True)
class Roll:
    """Row, standing, numbered event and record, together; inside a unit of work."""

    stores: MarkStores
    register: StandingRegister
    chronicle: Chronicle
    trail: AuditTrail
    jobs: JobQueue

    def enter(self, kind: MarkType, proposal: ProposalId, actor: Actor) -> None:
        """Enter a new type, or raise `MarkTypeTaken`."""
        self.stores.types.add(kind)
        self.trail.record(
            MarkTypeAdded(actor=actor.pseudonym, mark=kind.id, proposal=proposal)
        )

    def grant(self, grant: MarkGrant, proposal: ProposalId, actor: Actor) -> None:
        """Let an entity carry marks of a type; the worker signs one."""
        held = self.stores.grants.find(grant.mark_type, grant.subject)
        self.stores.grants.put(grant)
        if held is not None and held.revoked_at is not None:
            party = mark_party(grant.mark_type, grant.subject)
            self.register.change(party, State.GOOD, reason=grant.reason)
            again = Happening.MARK_REINSTATED
            self.chronicle.mark(again, grant.subject, grant.mark_type)
        self.trail.record(
            MarkGranted(
                actor=actor.pseudonym,
                provider=grant.subject,
                mark=grant.mark_type,
                proposal=proposal,
            )
        )
        self._sign(grant.subject)

    def revoke(self, grant: MarkGrant, grounds: Grounds, actor: Actor) -> MarkGrant:
        """Take a mark back: standing says so at once, the worker signs it."""
        now = self.chronicle.clock()
        revoked = replace(grant, revoked_at=now, reason=grounds.reason)
        self.stores.grants.put(revoked)
        party = mark_party(grant.mark_type, grant.subject)
        self.register.change(party, State.WITHDRAWN, reason=grounds.reason)
        self.chronicle.mark(Happening.MARK_REVOKED, grant.subject, grant.mark_type)
        self.trail.record(
            MarkRevoked(
                actor=actor.pseudonym,
                provider=grant.subject,
                mark=grant.mark_type,
                basis=grounds.basis,
                reason=grounds.reason,
            )
        )
        self._sign(grant.subject)
        return revoked

    def _sign(self, subject: EntityId) -> None:
        payload: Mapping[str, str] = {"entity": subject}
        self.jobs.enqueue(MARK_JOB, payload, run_at=None, key=None)
