"""The lifecycle against a model: whatever operators try, the rules of membership hold."""

from contextlib import suppress
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernel.approval import Proposal
from kernel.errors import Refused
from kernel.standing import State
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    THIRD,
    RegisterHouse,
    an_application,
    lower_terms,
    seen,
    some_terms,
)
from trustroot.registry.domain import Action, Actor, MemberState
from trustroot.registry.errors import EntityTaken

OPERATORS = st.sampled_from([FIRST, SECOND, THIRD])
PROPOSED = st.sampled_from([Action.APPROVE, Action.REINSTATE, Action.WITHDRAW])
BARRED = {MemberState.SUSPENDED: State.SUSPENDED, MemberState.WITHDRAWN: State.WITHDRAWN}


@dataclass
class Asked:
    """A proposal as made, and the version it was made on."""

    proposal: Proposal
    proposer: Actor
    version: int


class Membership(RuleBasedStateMachine):
    """One member, three operators, and a worker that publishes."""

    def __init__(self) -> None:
        super().__init__()
        self.house = RegisterHouse()
        self.id = self.house.applying.apply(an_application(), FIRST).id
        self.asked: list[Asked] = []
        self.begin()

    def begin(self) -> None:
        """Note where this membership begins."""
        self.two_person_acts, self.first_version = 0, self.member_version
        self.left = self.house.standing.of(self.house.registry.show(self.id))

    @property
    def member_version(self) -> int:
        return self.house.registry.show(self.id).version

    @rule(by=OPERATORS, action=st.sampled_from(["submit", "check", "cancel", "suspend"]))
    def one_person_acts(self, by: Actor, action: str) -> None:
        with suppress(Refused):
            if action == "suspend":
                self.house.suspending.suspend(self.id, GROUNDS, by)
            elif action == "cancel":
                self.house.applying.cancel(self.id, GROUNDS, by)
            else:
                getattr(self.house.applying, action)(self.id, by)

    @rule(by=OPERATORS)
    def the_entity_applies_again(self, by: Actor) -> None:
        held = self.house.registry.show(self.id)
        try:
            again = self.house.applying.apply(an_application(), by)
        except EntityTaken:
            assert not held.is_gone
            return
        assert held.is_gone
        assert again.version == held.version + 1
        assert self.house.registry.by_entity(held.entity_id) == again
        self.id = again.id
        self.begin()

    @rule()
    def the_worker_publishes(self) -> None:
        with suppress(Refused):
            self.house.registry.activate(self.id)

    @rule(by=OPERATORS, action=PROPOSED)
    def somebody_proposes(self, by: Actor, action: Action) -> None:
        version = self.member_version
        try:
            proposal = self.house.deciding.propose(self.id, action, GROUNDS, by)
        except Refused:
            return
        self.asked.append(Asked(proposal, by, version))

    @rule(by=OPERATORS, lower=st.booleans())
    def somebody_proposes_terms(self, by: Actor, *, lower: bool) -> None:
        terms, version = lower_terms() if lower else some_terms(), self.member_version
        try:
            proposal = self.house.deciding.propose_terms(self.id, terms, GROUNDS, by)
        except Refused:
            return
        self.asked.append(Asked(proposal, by, version))

    @precondition(lambda self: bool(self.asked))
    @rule(by=OPERATORS, choice=st.integers(0, 99))
    def somebody_approves(self, by: Actor, choice: int) -> None:
        asked = self.asked[choice % len(self.asked)]
        version = self.member_version
        try:
            self.house.deciding.approve(seen(asked.proposal, by))
        except Refused:
            assert self.member_version == version
            return
        assert by.person != asked.proposer.person
        assert asked.version == version
        self.two_person_acts += 1

    @rule(by=OPERATORS)
    def somebody_confirms(self, by: Actor) -> None:
        held = self.house.registry.show(self.id).suspension
        if held is None:
            return
        digest = self.house.waiting.find(held.proposal).digest
        try:
            self.house.suspending.confirm(self.id, digest, by)
        except Refused:
            return
        assert by.person != held.by
        self.two_person_acts += 1

    @invariant()
    def standing_follows_the_state(self) -> None:
        member = self.house.registry.show(self.id)
        expected = BARRED.get(member.state)
        if expected is not None:
            assert self.house.standing.of(member) is expected
        if member.state is MemberState.ACTIVE:
            assert self.house.standing.of(member) is State.GOOD

    @invariant()
    def who_was_withdrawn_is_back_only_by_becoming_active(self) -> None:
        member = self.house.registry.show(self.id)
        entries = self.house.registry.history(self.id)
        if all(entry.target is not MemberState.ACTIVE for entry in entries):
            assert self.house.standing.of(member) is self.left

    @invariant()
    def history_tells_the_whole_way(self) -> None:
        member = self.house.registry.show(self.id)
        entries = self.house.registry.history(self.id)
        states = [MemberState.DRAFT, *(entry.target for entry in entries)]
        assert [entry.source for entry in entries] == states[:-1]
        assert states[-1] is member.state
        assert [entry.version for entry in entries] == list(
            range(self.first_version + 1, member.version + 1)
        )

    @invariant()
    def every_act_of_two_had_two(self) -> None:
        entries = self.house.registry.history(self.id)
        pairs = [(e.actor, e.second) for e in entries if e.second is not None]
        assert len(pairs) == self.two_person_acts
        assert all(first != second for first, second in pairs)

    @invariant()
    def only_a_suspended_member_has_a_suspension(self) -> None:
        member = self.house.registry.show(self.id)
        assert (member.suspension is not None) == (member.state is MemberState.SUSPENDED)


TestMembership = Membership.TestCase
TestMembership.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
