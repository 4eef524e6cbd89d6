"""Whatever is done to keys, in whatever order: what holds all the while."""

from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from kernel.errors import DomainError
from kernel.ids import PersonId
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.registers import MemoryStanding
from trustroot.keys.domain import (
    Actor,
    KeyRecord,
    KeyState,
    Purpose,
    Reason,
    RoleGroup,
    Timings,
    Why,
)
from trustroot.keys.errors import NextKeyTooFresh, NoActiveKey

PURPOSES = (Purpose.ANCHOR, Purpose.TOKENS)
STEPS = (timedelta(seconds=3), timedelta(hours=2), timedelta(days=40))
ACTOR, WHY = Actor(PersonId(UUID(int=1)), None), Why(Reason.COMPROMISED, "")


class Keys(RuleBasedStateMachine):
    """An installation whose keys are rotated, stolen, made anew and destroyed."""

    def __init__(self) -> None:
        super().__init__()
        timings = Timings(statements=timedelta(hours=1))
        self.house = KeyHouse(timings=timings)
        self.house.care.create_installation_keys()
        self.distrusting = self.house.distrusting(MemoryStanding(self.house.work))
        self.ring = self.house.process(RoleGroup.SERVE, RoleGroup.WORKER)
        self.stolen: set[str] = set()
        self.ever: dict[str, KeyRecord] = {}

    def records(self, purpose: Purpose) -> list[KeyRecord]:
        return list(self.house.store.ever(purpose))

    def kids(self, purpose: Purpose, state: KeyState) -> list[str]:
        return [r.kid for r in self.records(purpose) if r.state is state]

    @rule(span=sampled_from(STEPS))
    def wait(self, span: timedelta) -> None:
        self.house.clock.advance(span)

    @rule(purpose=sampled_from(PURPOSES))
    def rotate(self, purpose: Purpose) -> None:
        active = self.kids(purpose, KeyState.ACTIVE)
        try:
            self.house.care.rotate(purpose, active[0] if active else "none")
        except (NextKeyTooFresh, NoActiveKey):
            assert self.kids(purpose, KeyState.ACTIVE) == active

    @rule(purpose=sampled_from(PURPOSES))
    def hurry(self, purpose: Purpose) -> None:
        for kid in self.kids(purpose, KeyState.ACTIVE):
            try:
                self.house.care.rotate(purpose, kid, emergency=True)
            except NoActiveKey:
                assert self.kids(purpose, KeyState.NEXT) == []

    @rule(purpose=sampled_from(PURPOSES), state=sampled_from(KeyState))
    def distrust(self, purpose: Purpose, state: KeyState) -> None:
        for kid in self.kids(purpose, state)[:1]:
            try:
                self.distrusting.distrust(kid, WHY, ACTOR)
                self.stolen.add(kid)
            except DomainError:
                assert kid in self.stolen

    @rule()
    def complete(self) -> None:
        self.house.care.complete()
        for purpose in PURPOSES:
            assert len(self.kids(purpose, KeyState.ACTIVE)) == 1
            assert len(self.kids(purpose, KeyState.NEXT)) == 1

    @rule()
    def destroy(self) -> None:
        self.house.care.destroy_spent()

    @invariant()
    def one_key_signs_and_one_follows(self) -> None:
        for purpose in PURPOSES:
            assert len(self.kids(purpose, KeyState.ACTIVE)) <= 1
            assert len(self.kids(purpose, KeyState.NEXT)) <= 1

    @invariant()
    def a_stolen_key_is_shown_and_used_nowhere(self) -> None:
        fresh = self.house.process(RoleGroup.SERVE, RoleGroup.WORKER)
        for purpose in PURPOSES:
            assert not self.stolen & set(fresh.published(purpose).by_kid)
            assert not self.stolen & set(self.kids(purpose, KeyState.ACTIVE))

    @invariant()
    def no_key_is_ever_forgotten_and_none_comes_back(self) -> None:
        now = {r.kid: r for purpose in PURPOSES for r in self.records(purpose)}
        assert now.keys() >= self.ever.keys()
        ended = (KeyState.DISTRUSTED, KeyState.DESTROYED)
        for kid, before in self.ever.items():
            if before.state in ended:
                assert now[kid].state in ended
            if before.state is KeyState.DESTROYED:
                assert now[kid].state is KeyState.DESTROYED
            assert before.revoked_at is None or now[kid].revoked_at == before.revoked_at
        self.ever = now

    @invariant()
    def the_history_holds_exactly_what_stopped(self) -> None:
        for purpose in PURPOSES:
            left = {key.kid for key in self.house.history.history(purpose)}
            stopped = {
                r.kid
                for r in self.records(purpose)
                if r.state not in (KeyState.ACTIVE, KeyState.NEXT)
            }
            assert left == stopped

    @precondition(lambda self: bool(self.kids(Purpose.TOKENS, KeyState.ACTIVE)))
    @invariant()
    def what_is_published_has_its_private_half_if_it_may_sign(self) -> None:
        for purpose in PURPOSES:
            for state in (KeyState.ACTIVE, KeyState.NEXT):
                assert set(self.kids(purpose, state)) <= set(self.house.vault.kept)


TestKeys = Keys.TestCase
TestKeys.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
