"""Keeping chains fresh: what is due, what fails, what ends, and who waits for nobody."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from federation.domain import KeptChain, after_success
from federation.domain.chains import _MADE_BY_VERIFIER as _PROOF
from federation.errors import (
    ChainExpired,
    EntityMalformed,
    FirstMeetingsBusy,
    HostSilent,
    NoTrustChain,
)
from federation.events import ChainEnding
from federation.flows.keep import TrustChains
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import (
    ANCHOR,
    OP_METADATA,
    PLATFORM,
    PROVIDER,
    STRANGER,
    World,
)

CARE = pytest.mark.spec("OpenID Federation 1.0 §10.4")
CHEAP = pytest.mark.spec("OpenID Federation 1.0 §3.1.3")


@pytest.fixture
def rig() -> Rig:
    return a_rig()


def followed(rig: Rig, entity: EntityId = PROVIDER) -> Rig:
    """Have one entity resolved; what its chain rests on is followed and resolved too."""
    rig.chains.follow(entity)
    rig.work()
    rig.work()
    rig.world.asked.clear()
    rig.trail.events.clear()
    rig.trail.told.clear()
    return rig


def superiors_sign_anew(world: World) -> None:
    world.entity(ANCHOR)
    world.entity(PLATFORM, (ANCHOR,))
    world.vouch(ANCHOR, PLATFORM)
    world.vouch(PLATFORM, PROVIDER)


def alarms(rig: Rig) -> list[str | None]:
    """Return why alarms about the provider rose."""
    endings = (e for e in rig.trail.told if isinstance(e, ChainEnding))
    return [e.reason for e in endings if e.provider == PROVIDER]


@CARE
def test_a_followed_entity_is_resolved_by_the_worker_and_answered_from_memory(
    rig: Rig,
) -> None:
    rig.chains.follow(PROVIDER)
    with pytest.raises(NoTrustChain):
        rig.chains.chain(PROVIDER)
    rig.refreshing()
    asked = len(rig.world.asked)
    assert rig.chains.chain(PROVIDER) is rig.chains.chain(PROVIDER)
    assert len(rig.world.asked) == asked
    told = [e.TYPE for e in rig.trail.told if e.provider == PROVIDER]
    assert told == ["federation.chain_resolved"]


@CARE
def test_a_chain_is_refreshed_ahead_of_its_end(rig: Rig) -> None:
    followed(rig)
    kept = rig.kept(PROVIDER)
    assert kept.expires_at is not None
    assert kept.next_at <= kept.expires_at - timedelta(minutes=2)
    rig.work()
    assert rig.kept(PROVIDER) is kept


def test_what_was_followed_at_one_moment_does_not_fall_due_at_one(rig: Rig) -> None:
    chain = rig.chains.verifier.verify(rig.world.chain(), rig.world.clock())
    many = [EntityId(f"https://m{n}.example") for n in range(100)]
    hours = {
        after_success(
            replace(chain, path=(one, *chain.path[1:]), proof=_PROOF),
            rig.world.clock(),
            timedelta(minutes=2),
        ).next_at
        for one in many
    }
    assert len(hours) == len(many)
    assert max(hours) - min(hours) > timedelta(seconds=20)


@CARE
def test_the_last_good_chain_lives_to_its_own_end_and_no_longer(rig: Rig) -> None:
    followed(rig)
    rig.world.unreachable.add(PROVIDER)
    rig.world.clock.advance(timedelta(minutes=9))
    rig.refreshing()
    assert rig.kept(PROVIDER).failure == "statement_unreachable"
    assert rig.chains.chain(PROVIDER).subject == PROVIDER
    assert "federation.chain_lost" in rig.trail.events
    rig.world.clock.advance(timedelta(minutes=1))
    with pytest.raises(ChainExpired):
        rig.chains.chain(PROVIDER)


def test_failures_are_tried_again_soon_then_every_minute_and_told_once(rig: Rig) -> None:
    rig.world.unreachable.add(PROVIDER)
    rig.chains.follow(PROVIDER)
    pauses = []
    for _ in range(10):
        rig.work()
        kept = rig.kept(PROVIDER)
        pauses.append(kept.next_at - rig.world.clock())
        rig.world.clock.advance(kept.next_at - rig.world.clock())
    assert pauses[0] == timedelta(seconds=2)
    assert pauses[-1] == timedelta(seconds=60)
    assert rig.trail.events == ["federation.chain_lost"]


def test_who_has_nothing_to_lose_and_never_answers_is_asked_every_ten_minutes(
    rig: Rig,
) -> None:
    rig.world.unreachable.add(PROVIDER)
    rig.chains.follow(PROVIDER)
    for _ in range(20):
        rig.work()
        rig.world.clock.advance(timedelta(minutes=10))
    rig.work()
    assert rig.kept(PROVIDER).next_at - rig.world.clock() == timedelta(minutes=10)


@CARE
def test_the_alarm_rises_once_and_before_the_end(rig: Rig) -> None:
    followed(rig)
    rig.world.unreachable.add(PROVIDER)
    rig.world.clock.advance(timedelta(minutes=5))
    for _ in range(3):
        rig.work()
        rig.world.clock.advance(timedelta(seconds=30))
    assert ChainEnding.TYPE not in rig.trail.events  # there is more than `ahead` left
    left = []
    while rig.kept(PROVIDER).in_force(rig.world.clock()):
        rig.work()
        if alarms(rig):
            left.append(rig.world.lifetime(0).expires_at)
        rig.world.clock.advance(timedelta(seconds=10))
    end = rig.kept(PROVIDER).expires_at
    assert end is not None
    assert end - left[0] > timedelta(minutes=1)  # it rose well before the end
    assert alarms(rig) == ["statement_unreachable"]
    assert rig.kept(PROVIDER).alarmed


@CARE
def test_a_host_that_answers_but_signs_no_more_raises_the_alarm_too(rig: Rig) -> None:
    followed(rig)
    rig.world.clock.advance(timedelta(minutes=4))
    superiors_sign_anew(rig.world)
    for _ in range(20):  # the provider's own configuration stays as it was
        rig.work()
        rig.world.clock.advance(timedelta(seconds=17))
    assert alarms(rig) == ["not_renewed"]


@CARE
def test_a_chain_that_is_had_again_ends_the_alarm(rig: Rig) -> None:
    followed(rig)
    rig.world.unreachable.add(PROVIDER)
    rig.world.clock.advance(timedelta(minutes=9))
    rig.work()
    assert rig.kept(PROVIDER).alarmed
    rig.world.unreachable.clear()
    rig.world.clock.advance(timedelta(seconds=31))
    superiors_sign_anew(rig.world)
    rig.world.entity(PROVIDER, (PLATFORM,), {"openid_provider": OP_METADATA})
    rig.work()
    kept = rig.kept(PROVIDER)
    assert (kept.alarmed, kept.failure, kept.failures) == (False, None, 0)


# ---------------------------------------------------------------- two lines


def test_those_that_fail_stand_in_another_line_than_the_others(rig: Rig) -> None:
    followed(rig)
    rig.world.unreachable.add(PROVIDER)
    rig.world.clock.advance(timedelta(minutes=9))
    rig.refreshing()
    rig.world.clock.advance(timedelta(seconds=5))
    rig.world.asked.clear()
    rig.refreshing()
    assert PROVIDER not in rig.world.asked
    rig.retrying()
    assert PROVIDER in rig.world.asked


def test_a_defect_of_ours_at_one_entity_ends_nobody_elses_turn(rig: Rig) -> None:
    class Broken(World):
        def configuration(self, entity: EntityId) -> str:
            if entity == STRANGER:
                raise RecursionError
            return super().configuration(entity)

    world = Broken(clock=rig.world.clock)
    world.configurations = rig.world.configurations
    world.subordinates = rig.world.subordinates
    broken = a_rig(world)
    broken.chains.follow(STRANGER)
    broken.chains.follow(PROVIDER)
    broken.work()
    assert broken.kept(STRANGER).failure == "defect"
    assert broken.chains.chain(PROVIDER).anchor == ANCHOR


def test_a_turn_walks_page_after_page_and_meets_nobody_twice(rig: Rig) -> None:
    many = [EntityId(f"https://m{n}.example") for n in range(250)]
    rig.store.follow_all(many, rig.world.clock())
    rig.refreshing()
    asked = [one for one in rig.world.asked if one in set(many)]
    assert sorted(asked) == sorted(many)


def test_who_was_let_go_while_it_was_resolved_does_not_come_back(rig: Rig) -> None:
    rig.chains.follow(PROVIDER)
    look = rig.world.subordinate

    def letting_go(fetch_endpoint: str, subject: EntityId) -> str:
        rig.chains.unfollow(PROVIDER)
        return look(fetch_endpoint, subject)

    rig.world.subordinate = letting_go  # type: ignore[method-assign]  # once, here
    rig.refreshing()
    assert rig.store.find(PROVIDER) is None


# ---------------------------------------------------------------- the cheap way


def sourced(world: World) -> None:
    """Have every superior say where its statement is had again."""
    world.vouch(ANCHOR, PLATFORM, source_endpoint=f"{ANCHOR}/fetch")
    world.vouch(PLATFORM, PROVIDER, source_endpoint=f"{PLATFORM}/fetch")


@CHEAP
def test_statements_are_had_again_where_they_say_without_their_issuers_configuration(
    rig: Rig,
) -> None:
    sourced(rig.world)
    followed(rig)
    rig.store.unfollow(PLATFORM)
    rig.store.unfollow(ANCHOR)
    rig.world.clock.advance(timedelta(minutes=4))
    rig.refreshing()
    assert PROVIDER in rig.world.asked
    assert PLATFORM not in rig.world.asked
    assert rig.kept(PROVIDER).failure is None


@CHEAP
def test_the_cheap_way_is_left_where_the_subject_names_another_superior(rig: Rig) -> None:
    sourced(rig.world)
    followed(rig)
    rig.world.entity(PROVIDER, (ANCHOR,), {"openid_provider": OP_METADATA})
    rig.world.vouch(ANCHOR, PROVIDER)
    rig.world.clock.advance(timedelta(minutes=4))
    rig.refreshing()
    assert rig.chains.chain(PROVIDER).path == (PROVIDER, ANCHOR)


@CHEAP
def test_the_cheap_way_is_left_where_a_shorter_one_has_opened(rig: Rig) -> None:
    sourced(rig.world)
    followed(rig)
    hints = (PLATFORM, ANCHOR)
    rig.world.entity(PROVIDER, hints, {"openid_provider": OP_METADATA})
    rig.world.vouch(ANCHOR, PROVIDER)
    rig.world.clock.advance(timedelta(minutes=4))
    rig.refreshing()
    assert rig.chains.chain(PROVIDER).path == (PROVIDER, ANCHOR)


@CHEAP
def test_an_address_in_a_statement_that_answers_for_another_is_not_believed(
    rig: Rig,
) -> None:
    rig.world.vouch(ANCHOR, PLATFORM, source_endpoint=f"{ANCHOR}/fetch")
    rig.world.vouch(PLATFORM, PROVIDER, source_endpoint=f"{STRANGER}/fetch")
    rig.world.vouch(STRANGER, PROVIDER)
    said = rig.world.subordinates[f"{STRANGER}/fetch", PROVIDER]
    followed(rig)
    rig.world.clock.advance(timedelta(minutes=4))
    rig.refreshing()
    chain = rig.chains.chain(PROVIDER)
    assert chain.path == (PROVIDER, PLATFORM, ANCHOR)
    assert said not in chain.tokens


# ---------------------------------------------------------------- shared statements


def test_what_many_chains_need_is_fetched_once(rig: Rig) -> None:
    many = [EntityId(f"https://p{n}.gd.example") for n in range(20)]
    for one in many:
        rig.world.entity(one, (PLATFORM,), {"openid_provider": OP_METADATA})
        rig.world.vouch(PLATFORM, one)
        rig.chains.follow(one)
    rig.refreshing()
    assert all(rig.kept(one).failure is None for one in many)
    assert rig.world.asked.count(PLATFORM) == rig.world.asked.count(ANCHOR) == 1
    assert len(rig.world.asked) == 2 * len(many) + 3


def test_a_host_that_was_silent_three_times_is_left_alone_for_ten_seconds(
    rig: Rig,
) -> None:
    world = Silent(clock=rig.world.clock)
    shared = a_rig(world).shared
    for _ in range(5):
        with pytest.raises(HostSilent):
            shared.configuration(PROVIDER)
    assert len(world.asked) == 3
    with pytest.raises(HostSilent):
        shared.configuration(EntityId(f"{PROVIDER}/another"))
    assert len(world.asked) == 3
    world.clock.advance(timedelta(seconds=10))
    with pytest.raises(HostSilent):
        shared.configuration(PROVIDER)
    assert len(world.asked) == 4


def test_one_dead_corner_of_a_host_does_not_silence_the_whole(rig: Rig) -> None:
    world = Silent(clock=rig.world.clock)
    shared = a_rig(world).shared
    good = EntityId(f"{PROVIDER}/good")
    world.configurations[good] = "said"
    for _ in range(6):
        with pytest.raises(HostSilent):
            shared.configuration(PROVIDER)
        shared.forget(good)
        assert shared.configuration(good) == "said"
    assert world.asked.count(PROVIDER) == 6


@dataclass
class Silent(World):
    """Hosts of which nobody answers, but for what is published."""

    def configuration(self, entity: EntityId) -> str:
        self.asked.append(entity)
        if entity not in self.configurations:
            raise HostSilent(entity)
        return self.configurations[entity]


# ---------------------------------------------------------------- first meetings


def test_a_first_meeting_resolves_once_and_remembers_the_failure(rig: Rig) -> None:
    assert rig.meeting.chain(PROVIDER).subject == PROVIDER
    assert rig.kept(PROVIDER).met
    nobody = EntityId("https://nobody.example")
    for _ in range(3):
        with pytest.raises(NoTrustChain):
            rig.meeting.chain(nobody)
    assert rig.world.asked.count(nobody) == 1
    rig.world.clock.advance(timedelta(minutes=1))
    with pytest.raises(NoTrustChain):
        rig.meeting.chain(nobody)
    assert rig.world.asked.count(nobody) == 2


def test_whoever_names_addresses_at_random_leaves_no_row_and_no_event(rig: Rig) -> None:
    for n in range(1100):
        with pytest.raises(NoTrustChain):
            rig.meeting.chain(EntityId(f"https://n{n}.example"))
    assert rig.store.all() == ()
    assert rig.trail.events == []


@pytest.mark.parametrize("named", ["https://a.example/?x=1", "ftp://a.example", ""])
def test_what_is_no_entity_is_not_met(rig: Rig, named: str) -> None:
    with pytest.raises(EntityMalformed):
        rig.meeting.chain(EntityId(named))
    assert rig.world.asked == []


def test_only_four_are_met_at_one_moment(rig: Rig) -> None:
    look = rig.world.configuration
    deep = [EntityId(f"https://d{n}.example") for n in range(6)]
    waiting = iter(deep)

    def meeting_the_next(entity: EntityId) -> str:
        rig.world.asked.append(entity)
        with pytest.raises((NoTrustChain, FirstMeetingsBusy)):
            rig.meeting.chain(next(waiting))
        return look(entity)

    rig.world.configuration = meeting_the_next  # type: ignore[method-assign]  # once, here
    with pytest.raises(NoTrustChain):
        rig.meeting.chain(next(waiting))
    assert len({one for one in rig.world.asked if one in set(deep)}) == 4


def test_who_came_by_itself_and_stays_away_is_let_go(rig: Rig) -> None:
    rig.meeting.chain(PROVIDER)
    rig.chains.follow(STRANGER)
    rig.world.unreachable |= {PROVIDER, STRANGER}
    for _ in range(25):
        rig.world.clock.advance(timedelta(minutes=10))
        rig.work()
    assert rig.store.find(PROVIDER) is None
    assert rig.store.find(STRANGER) is not None  # somebody asked for it


# ---------------------------------------------------------------- memory and superiors


def test_memory_holds_the_chains_used_last_and_no_more(rig: Rig) -> None:
    followed(rig)
    chain = rig.chains.chain(PROVIDER)
    for n in range(1100):
        rig.chains._remember(  # noqa: SLF001  its bound is the test
            replace(chain, path=(EntityId(f"https://m{n}.example"),), proof=_PROOF)
        )
    assert len(rig.chains._memory) == 1024  # noqa: SLF001  the test looks inside
    assert rig.chains.chain(PROVIDER) is not chain
    assert rig.chains.chain(PROVIDER).tokens == chain.tokens


def test_the_superiors_on_a_chain_are_followed_and_their_changes_read(rig: Rig) -> None:
    rig.chains.follow(PROVIDER)
    rig.refreshing()
    assert set(rig.superiors.rows) == {PLATFORM, ANCHOR}
    assert {PLATFORM, ANCHOR} <= set(rig.store.rows)


def test_a_chain_that_does_not_verify_in_this_process_is_kept_and_not_believed(
    rig: Rig,
) -> None:
    followed(rig)
    other = TrustChains(rig.store, ChainVerifier({}), rig.world.clock)
    with pytest.raises(NoTrustChain):
        other.chain(PROVIDER)
    assert isinstance(rig.kept(PROVIDER), KeptChain)
