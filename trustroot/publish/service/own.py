"""What the worker says about ourselves: our configuration, and ``{issuer}`` under us."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.proof.statement import endorsement
from kernel.work import UnitOfWork
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Endorsements
from trustroot.publish.domain import Statement
from trustroot.publish.ports import MarkTypeStore
from trustroot.publish.service.drafting import Draft, about_ourselves, configuration
from trustroot.publish.service.publishing import Desks


@dataclass(frozen=True, slots=True)
class OwnStatements:
    """Keeps our configuration and the statement about our own entity fresh."""

    desks: Desks
    types: MarkTypeStore
    endorsements: Endorsements
    work: UnitOfWork

    def run(self) -> None:
        """Sign both where they are due."""
        self.desks.granting.prepare()
        for draft in self._drafts():
            held = self.desks.statements.statements.find(draft.subject)
            if self.desks.statements.is_due(draft, held):
                with self.work():
                    self._sign(draft, held)

    def _drafts(self) -> tuple[Draft, Draft]:
        desk = self.desks.statements
        anchor = desk.signer.published(Purpose.ANCHOR)
        entity = desk.signer.published(Purpose.ENTITY)
        lifetime = desk.lifetime()
        ours = configuration(
            desk.ours,
            anchor,
            lifetime,
            types=self.types.all(),
            extensions=self._extensions(),
        )
        return ours, about_ourselves(desk.ours, entity, lifetime)

    def _extensions(self) -> Mapping[str, object]:
        """Ours: what the offline root signed about our keys, if there is one."""
        said = self.endorsements.current()
        return {} if said is None else {endorsement.CLAIM: said}

    def _sign(self, draft: Draft, held: Statement | None) -> None:
        desks, ours = self.desks, self.desks.statements.ours
        if draft.subject == ours.issuer:
            self._tell(draft, held)
        since = desks.chronicle.registered_at(draft.subject)
        desks.statements.say(draft, held, registered_at=since)
        if draft.subject == ours.issuer:
            desks.granting.keep(ours.issuer, None, draft.lifetime.expires_at)

    def _tell(self, draft: Draft, held: Statement | None) -> None:
        if held is None:
            self.desks.chronicle.began(draft.subject)
        else:
            self.desks.chronicle.changed(draft.subject, held.token, draft.claims)
