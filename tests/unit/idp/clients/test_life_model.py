"""Whatever two operators do, in any order: what is live was seen by two of them."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from idp.clients.domain import Actor, Approval, ClientAction, ClientState
from idp.clients.messages import ClientBody, client_body
from kernel.errors import DomainError
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.standing import State
from tests.unit.idp.clients.fakes import Memory, a_registration, a_use_case, deciding

PORTAL = ClientId("portal-51")
FIRST, SECOND = (Actor(PersonId(UUID(int=n)), Pseudonym(f"operator-{n}")) for n in (1, 2))
ACTORS = st.sampled_from([FIRST, SECOND])
TWO = (ClientAction.APPROVE, ClientAction.REINSTATE, ClientAction.SUBMIT)
ALONE = st.sampled_from(
    [ClientAction.RETURN, ClientAction.DISABLE, ClientAction.ENABLE, *TWO]
)
READY = a_registration(contacts=("ops@portal.example",))
WORDS = st.sampled_from(
    [
        replace(READY, name_en="Gate"),
        replace(READY, name_en="Door", contacts=("other@portal.example",)),
        replace(READY, contacts=("other@portal.example",)),
        READY,
    ]
)
ENDS = {
    ClientState.SUSPENDED: State.SUSPENDED,
    ClientState.RETIRED: State.WITHDRAWN,
}


class Life(RuleBasedStateMachine):
    """One application, two operators, and what each of them has said yes to."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        a_use_case(self.memory).register(READY, actor=None)
        self.seen_by_two: set[str] = set()

    def words(self) -> str:
        """Return what is said of it, but for what one may change alone."""
        said = client_body(self.memory.clients[PORTAL])
        return repr(replace(said, contacts=()))

    def tried(self, act: Callable[[], object]) -> bool:
        """Do something; nothing at all is different where it is refused."""
        before = self.memory.clients[PORTAL], len(self.memory.history)
        try:
            act()
        except DomainError:
            assert (self.memory.clients[PORTAL], len(self.memory.history)) == before
            return False
        return True

    @rule(action=ALONE, actor=ACTORS)
    def one_acts(self, action: ClientAction, actor: Actor) -> None:
        use_case = a_use_case(self.memory)
        self.tried(lambda: use_case.move(PORTAL, action, "why", actor=actor))

    @rule()
    def taken_a_step_further(self) -> None:
        """Do what leads on from here, so that far states are met often."""
        state = self.memory.clients[PORTAL].state
        if state is ClientState.SANDBOX:
            self.submitted(FIRST)
        elif state is ClientState.SUBMITTED:
            self.approved(SECOND)
        elif state is ClientState.APPROVED:
            self.one_acts(ClientAction.ACTIVATE, FIRST)
        elif state is ClientState.SUSPENDED:
            self.enabled(FIRST)
            self.approved(SECOND)

    @rule(actor=ACTORS)
    def submitted(self, actor: Actor) -> None:
        self.tried(lambda: deciding(self.memory).submit(PORTAL, "tried", actor))

    @rule(actor=ACTORS)
    def enabled(self, actor: Actor) -> None:
        self.tried(lambda: deciding(self.memory).enable(PORTAL, "settled", actor))

    @rule(actor=ACTORS, said=WORDS)
    def changed(self, actor: Actor, said: ClientBody) -> None:
        version = self.memory.clients[PORTAL].version
        desk = deciding(self.memory)
        self.tried(lambda: desk.change(PORTAL, version, said, actor))

    @rule(actor=ACTORS)
    def given_another_secret(self, actor: Actor) -> None:
        use_case = a_use_case(self.memory)
        self.tried(lambda: use_case.rotate_secret(PORTAL, actor=actor))

    @rule(actor=ACTORS)
    def approved(self, actor: Actor) -> None:
        desk = deciding(self.memory)
        try:
            waiting = desk.waiting(PORTAL)
        except DomainError:
            return
        said = Approval(client=PORTAL, digest=waiting.digest, reason="seen", actor=actor)
        done = self.tried(lambda: desk.approve(said))
        assert done == (actor.person != waiting.proposer)
        if done:
            self.seen_by_two.add(self.words())

    @invariant()
    def what_is_live_was_seen_by_two(self) -> None:
        if self.memory.clients[PORTAL].state in (ClientState.LIVE, ClientState.APPROVED):
            assert self.words() in self.seen_by_two

    @invariant()
    def standing_is_what_the_state_says(self) -> None:
        state = self.memory.clients[PORTAL].state
        last = self.memory.changes[-1][1] if self.memory.changes else State.GOOD
        assert last is ENDS.get(state, State.GOOD)

    @invariant()
    def each_version_has_one_entry(self) -> None:
        versions = [change.version for change in self.memory.history]
        assert versions == list(range(1, self.memory.clients[PORTAL].version + 1))
        assert self.memory.history[-1].state is self.memory.clients[PORTAL].state


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
