"""A member moves from one superior to another, and can be used the whole time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kernel.ids import EntityId
from kernel.standing import NotInGoodStanding, Party, PartyKind, State
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import ANCHOR, OP_METADATA, PLATFORM, PROVIDER

pytestmark = pytest.mark.spec("OpenID Federation 1.0 §10.1")

NEW = EntityId("https://sc.example/trust")
METADATA = {"openid_provider": OP_METADATA}
OLD_WAY = (PROVIDER, PLATFORM, ANCHOR)
NEW_WAY = (PROVIDER, NEW, ANCHOR)


@pytest.fixture
def rig() -> Rig:
    made = a_rig()
    made.world.entity(NEW, (ANCHOR,))
    made.world.vouch(ANCHOR, NEW)
    made.chains.follow(PROVIDER)
    made.work()
    return made


def names_both(rig: Rig) -> None:
    rig.world.entity(PROVIDER, (PLATFORM, NEW), METADATA)


def new_one_vouches(rig: Rig) -> None:
    rig.world.vouch(NEW, PROVIDER)


def old_one_withdraws(rig: Rig) -> None:
    del rig.world.subordinates[f"{PLATFORM}/fetch", PROVIDER]


def names_the_new_one(rig: Rig) -> None:
    rig.world.entity(PROVIDER, (NEW,), METADATA)


STEPS: tuple[Callable[[Rig], None], ...] = (
    names_both,
    new_one_vouches,
    old_one_withdraws,
    names_the_new_one,
)


def renewed(rig: Rig) -> None:
    """Let time pass until the chain is looked at again, well before its end."""
    for _ in range(3):
        rig.world.clock.advance(timedelta(minutes=3))
        for entity, hints in ((ANCHOR, ()), (PLATFORM, (ANCHOR,)), (NEW, (ANCHOR,))):
            rig.world.entity(entity, hints)
        for platform in (PLATFORM, NEW):
            rig.world.vouch(ANCHOR, platform)
        for superior in (PLATFORM, NEW):
            if (f"{superior}/fetch", PROVIDER) in rig.world.subordinates:
                rig.world.vouch(superior, PROVIDER)
        rig.work()


def test_at_no_step_of_the_move_is_there_no_chain(rig: Rig) -> None:
    paths = [rig.chains.chain(PROVIDER).path]
    for step in STEPS:
        step(rig)
        rig.work()
        paths.append(rig.chains.chain(PROVIDER).path)
        hints = (NEW,) if step is names_the_new_one else (PLATFORM, NEW)
        rig.world.entity(PROVIDER, hints, METADATA)
        renewed(rig)
        paths.append(rig.chains.chain(PROVIDER).path)
    assert paths[0] == OLD_WAY
    assert paths[-1] == NEW_WAY
    assert set(paths) == {OLD_WAY, NEW_WAY}


def test_what_becomes_of_the_old_superior_touches_it_no_more(rig: Rig) -> None:
    for step in STEPS:
        step(rig)
    renewed(rig)
    rig.standing.change(Party(PartyKind.MEMBER, PLATFORM), State.SUSPENDED, reason="x")
    assert rig.chains.chain(PROVIDER).path == NEW_WAY
    rig.standing.require(*rig.chains.chain(PROVIDER).parties)


def test_before_the_move_it_would_have_gone_down_with_it(rig: Rig) -> None:
    rig.standing.change(Party(PartyKind.MEMBER, PLATFORM), State.SUSPENDED, reason="x")
    with pytest.raises(NotInGoodStanding):
        rig.standing.require(*rig.chains.chain(PROVIDER).parties)


def test_moving_without_naming_the_new_superior_first_leaves_the_old_chain(
    rig: Rig,
) -> None:
    new_one_vouches(rig)
    renewed(rig)
    assert rig.chains.chain(PROVIDER).path == OLD_WAY
