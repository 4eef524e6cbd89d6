"""Where relying parties are kept: record, history, standing and event go together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from idp.clients.domain import (
    LIFECYCLE,
    Actor,
    Change,
    Client,
    ClientAction,
    ClientState,
)
from idp.clients.errors import ClientMalformed
from idp.clients.events import (
    ClientRegistered,
    ClientStateChanged,
    ClientUpdated,
    SecretRotated,
)
from idp.clients.messages import client_body
from idp.clients.ports import ClientHistory, ClientStore
from kernel.clock import Clock
from kernel.events import AuditTrail, JsonValue
from kernel.ids import ProposalId, Pseudonym
from kernel.standing import StandingRegister, State
from kernel.web import write_body

_STANDING: Final[Mapping[ClientState, State]] = {
    ClientState.DRAFT: State.SUSPENDED,
    ClientState.SUSPENDED: State.SUSPENDED,
    ClientState.RETIRED: State.WITHDRAWN,
}
"""What the state is to everybody who asks for standing; the others are in good standing."""

Told = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Record:
    """The records, and the one place that writes them; inside a unit of work."""

    store: ClientStore
    history: ClientHistory
    standing: StandingRegister
    trail: AuditTrail
    clock: Clock

    def enter(self, client: Client, actor: Actor | None) -> None:
        """Keep a new record; a draft may do nothing from its first moment.

        Raises:
            ClientExists: its identifier is taken.
        """
        said = told(client)
        self.store.add(client)
        if standing_of(client) is not State.GOOD:
            reason = client.state.value
            self.standing.change(client.party, standing_of(client), reason=reason)
        self._note(client, "register", actor, after=said)
        self.trail.record(
            ClientRegistered(actor=named(actor), relying_party=client.id, after=said)
        )

    def say(
        self,
        before: Client,
        after: Client,
        actor: Actor | None,
        proposal: ProposalId | None = None,
    ) -> None:
        """Put other words in the place of a record's.

        Raises:
            ClientMoved: somebody was faster.
        """
        old, new = differing(before, after)
        self.store.replace(after, before.version)
        self._note(after, "update", actor, before=old, after=new, proposal=proposal)
        self.trail.record(
            ClientUpdated(
                actor=named(actor),
                relying_party=after.id,
                before=old,
                after=new,
                proposal=proposal,
            )
        )
        if after.state is not before.state:
            self._moved(before, after, "update", actor)

    def turn(self, before: Client, after: Client, actor: Actor | None) -> None:
        """Put another secret in the place of a record's."""
        self.store.replace(after, before.version)
        self._note(after, "rotate-secret", actor)
        self.trail.record(SecretRotated(actor=named(actor), relying_party=after.id))

    def move(
        self,
        before: Client,
        action: ClientAction,
        reason: str,
        actor: Actor | None,
        proposal: ProposalId | None = None,
    ) -> Client:
        """Take a record to the state that ``action`` leads to; return it as it is then.

        Raises:
            TransitionNotAllowed: not in the state it is in.
            ClientMoved: somebody was faster.
        """
        after = moved(before, action)
        self.store.replace(after, before.version)
        if standing_of(after) is not standing_of(before):
            self.standing.change(after.party, standing_of(after), reason=reason)
        states = {"state": before.state.value}, {"state": after.state.value}
        self._note(
            after,
            action.value,
            actor,
            before=states[0],
            after=states[1],
            reason=reason,
            proposal=proposal,
        )
        self._moved(before, after, action.value, actor, reason=reason, proposal=proposal)
        return after

    def _moved(  # noqa: PLR0913  what an event of a move says
        self,
        before: Client,
        after: Client,
        action: str,
        actor: Actor | None,
        *,
        reason: str | None = None,
        proposal: ProposalId | None = None,
    ) -> None:
        self.trail.record(
            ClientStateChanged(
                actor=named(actor),
                relying_party=after.id,
                reason=reason,
                action=action,
                before=before.state.value,
                after=after.state.value,
                proposal=proposal,
            )
        )

    def _note(  # noqa: PLR0913  what an entry says
        self,
        client: Client,
        action: str,
        actor: Actor | None,
        *,
        before: Told | None = None,
        after: Told | None = None,
        reason: str = "",
        proposal: ProposalId | None = None,
    ) -> None:
        self.history.add(
            Change(
                client=client.id,
                version=client.version,
                action=action,
                state=client.state,
                before=before or {},
                after=after or {},
                reason=reason,
                actor=None if actor is None else actor.person,
                proposal=proposal,
                at=self.clock(),
            )
        )


def named(actor: Actor | None) -> Pseudonym | None:
    """Return what events call somebody; histories and proposals name the person."""
    return None if actor is None else actor.pseudonym


def moved(client: Client, action: ClientAction) -> Client:
    """Return a record one step further.

    Raises:
        TransitionNotAllowed: not in the state it is in.
    """
    target = LIFECYCLE.step(client.state, action).target
    was_live = client.state is ClientState.LIVE and target is ClientState.SUSPENDED
    return replace(
        client,
        state=target,
        resumes=ClientState.LIVE if was_live else None,
        version=client.version + 1,
    )


def standing_of(client: Client) -> State:
    """Return what everybody who asks for its standing is told."""
    return _STANDING.get(client.state, State.GOOD)


def told(client: Client) -> dict[str, JsonValue]:
    """Return what is said of a client, as JSON: neither secrets nor its state.

    Raises:
        ClientMalformed: it is no object; a change could not be told from another.
    """
    said = write_body(client_body(client))
    if not isinstance(said, dict):
        raise ClientMalformed("record")
    return said


def differing(before: Client, after: Client) -> tuple[Told, Told]:
    """Return the members of two records that differ, both ways."""
    old, new = told(before), told(after)
    names = [name for name in new if new[name] != old[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}
