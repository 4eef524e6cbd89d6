"""Who does something to an application, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from idp.clients.domain.states import ClientState
from kernel.events import JsonValue
from kernel.ids import ClientId, PersonId, ProposalId, Pseudonym
from kernel.secret import Digest


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the person, whom four eyes compare, and the pseudonym events name."""

    person: PersonId
    pseudonym: Pseudonym | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A second person's yes to exactly what they saw.

    Attributes:
        digest: of the proposal.
    """

    client: ClientId
    digest: Digest
    reason: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of a record's history; it is never changed.

    Attributes:
        version: of the record from then on.
        action: what was done: an action of the lifecycle, or ``register``, ``update``,
            ``rotate-secret``.
        actor: who did it, as proposals name people; events have their pseudonym instead.
        before, after: the members that differ, both ways; never a secret.
        proposal: what a second person approved, where it took two.
    """

    client: ClientId
    version: int
    action: str
    state: ClientState
    before: Mapping[str, JsonValue] = field(default_factory=dict)
    after: Mapping[str, JsonValue] = field(default_factory=dict)
    reason: str = ""
    actor: PersonId | None = None
    proposal: ProposalId | None = None
    at: datetime
