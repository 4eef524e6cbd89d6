"""An entity whose membership has ended applies again; what was before stays told."""

from datetime import timedelta

import pytest

from kernel.errors import Refused
from kernel.proof.jose import FEDERATION_EVENTS, verify
from kernel.standing import State
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    RegisterHouse,
    an_application,
    seen,
)
from tests.unit.trustroot.publishing import MARK, TRUST, PublishHouse
from trustroot.keys.domain import Purpose
from trustroot.publish.domain import MarkType
from trustroot.registry.domain import Action, Grounds, Member, MemberState
from trustroot.registry.errors import EntityTaken

ENTITY = an_application().entity_id
LEAVING = Grounds(reason="withdrawn by the applicant", basis="its letter")


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def withdrawn(house: RegisterHouse) -> Member:
    return house.decide(house.active(), "withdraw")


def test_who_was_withdrawn_is_a_member_again_by_the_whole_way(house: RegisterHouse) -> None:
    gone = withdrawn(house)
    back = house.approved()
    assert back.id != gone.id
    assert house.standing.of(back) is State.WITHDRAWN
    assert house.registry.activate(back.id).state is MemberState.ACTIVE
    assert house.standing.of(back) is State.GOOD
    assert house.registry.by_entity(ENTITY).id == back.id
    assert house.registry.show(gone.id) == gone


def test_who_was_cancelled_applies_again(house: RegisterHouse) -> None:
    gone = house.applying.cancel(house.checked().id, LEAVING, FIRST)
    back = house.applying.apply(an_application(), FIRST)
    assert house.registry.named(ENTITY) == (back, gone)


def is_taken(house: RegisterHouse) -> None:
    """A second application is refused, and leaves nothing behind."""
    events = house.trail.types()
    with pytest.raises(EntityTaken):
        house.applying.apply(an_application(), FIRST)
    assert (len(house.registry.named(ENTITY)), house.trail.types()) == (1, events)


def test_who_is_on_the_way_or_suspended_does_not_apply_twice(house: RegisterHouse) -> None:
    member = house.checked()
    is_taken(house)
    house.registry.activate(house.decide(member, "approve").id)
    is_taken(house)
    house.suspending.suspend(member.id, GROUNDS, FIRST)
    is_taken(house)


def test_both_histories_are_kept_and_read_as_one_life(house: RegisterHouse) -> None:
    gone = withdrawn(house)
    back = house.active()
    first, second = house.registry.history(gone.id), house.registry.history(back.id)
    assert first[-1].action is Action.WITHDRAW
    assert second[-1].action is Action.ACTIVATE
    life = house.registry.life_of(ENTITY)
    assert life == (*first, *second)
    versions = [entry.version for entry in life]
    assert versions == sorted(set(versions))


def test_a_change_proposed_for_the_old_membership_is_not_made_on_the_new(
    house: RegisterHouse,
) -> None:
    member = house.suspended()
    held = house.deciding.propose(member.id, Action.REINSTATE, GROUNDS, FIRST)
    house.decide(member, "withdraw")
    back = house.checked()
    with pytest.raises(Refused):
        house.deciding.approve(seen(held, SECOND))
    assert house.registry.show(back.id) == back


# ------------------------------------------------------------------ what is published


def told(house: PublishHouse) -> list[str]:
    keys = house.worker.published(Purpose.ANCHOR)
    events = verify(house.answers.events_since(0), keys, FEDERATION_EVENTS)["events"]
    assert isinstance(events, list)
    return [event["event"] for event in events if event.get("sub") == ENTITY]


@pytest.fixture
def publish() -> PublishHouse:
    return PublishHouse()


@pytest.mark.spec("Subordinate Events 1.0 §2.3")
def test_coming_back_is_a_registration_with_its_own_time(publish: PublishHouse) -> None:
    publish.register.approved()
    publish.signing.run()
    publish.register.decide(publish.register.registry.by_entity(ENTITY), "withdraw")
    publish.signing.run()
    assert told(publish) == ["registration", "revocation"]
    assert publish.statements.find(ENTITY) is None
    publish.clock.advance(timedelta(days=1))
    publish.register.approved()
    publish.signing.run()
    assert told(publish) == ["registration", "revocation", "registration"]
    held = publish.statements.find(ENTITY)
    assert held is not None
    assert held.registered_at == NOON + timedelta(days=1)


def test_marks_of_the_old_membership_are_granted_anew_or_not_at_all(
    publish: PublishHouse,
) -> None:
    gold = MarkType(
        id=f"{TRUST}/marks/gold", name_zh="金", name_en="Gold", issuers=(TRUST,)
    )
    publish.register.approved()
    publish.signing.run()
    publish.enter(gold)
    publish.grant(gold.id, ENTITY)
    member = publish.register.registry.by_entity(ENTITY)
    publish.register.suspending.suspend(member.id, GROUNDS, FIRST)
    publish.signing.run()
    publish.register.decide(publish.register.registry.show(member.id), "reinstate")
    publish.signing.run()
    assert publish.stores.marks.current(gold.id, ENTITY) is not None
    publish.register.decide(publish.register.registry.show(member.id), "withdraw")
    publish.signing.run()
    publish.register.approved()
    publish.signing.run()
    assert publish.stores.marks.current(MARK, ENTITY) is not None
    assert publish.stores.marks.current(gold.id, ENTITY) is None
    publish.grant(gold.id, ENTITY)
    assert publish.stores.marks.current(gold.id, ENTITY) is not None


def test_who_applies_before_the_worker_saw_the_end_is_still_told_to_have_gone(
    publish: PublishHouse,
) -> None:
    publish.register.approved()
    publish.signing.run()
    publish.register.decide(publish.register.registry.by_entity(ENTITY), "withdraw")
    publish.register.applying.apply(an_application(), FIRST)
    publish.signing.run()
    assert told(publish) == ["registration", "revocation"]
    assert publish.statements.find(ENTITY) is None
