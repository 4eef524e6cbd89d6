"""The one queue of what waits, and taking back what one proposed."""

from datetime import timedelta

import pytest

from kernel.approval import ProposalDecided
from kernel.ids import EntityId
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    THIRD,
    RegisterHouse,
    lower_terms,
    seen,
)
from trustroot.registry.domain import Action
from trustroot.registry.errors import NotTheProposer
from trustroot.registry.messages import ProposalState, proposal_state


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def entity(number: int) -> EntityId:
    return EntityId(f"https://m{number}.example")


def test_everything_that_waits_stands_in_one_queue_oldest_first(
    house: RegisterHouse,
) -> None:
    asked = []
    for number in range(5):
        member = house.checked(entity_id=entity(number))
        house.clock.advance(timedelta(minutes=1))
        asked.append(house.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST))
    first, after = house.waiting.page(limit=2)
    second, again = house.waiting.page(after=after, limit=2)
    last, end = house.waiting.page(after=again, limit=2)
    assert [p.id for p in (*first, *second, *last)] == [p.id for p in asked]
    assert end is None


def test_what_can_no_longer_be_approved_does_not_wait(house: RegisterHouse) -> None:
    decided = house.decide(house.checked(entity_id=entity(0)), "approve")
    member = house.active(entity_id=entity(1))
    void = house.deciding.propose_terms(member.id, lower_terms(), GROUNDS, FIRST)
    house.suspending.suspend(member.id, GROUNDS, FIRST)
    old = house.deciding.propose(
        house.checked(entity_id=entity(2)).id, Action.APPROVE, GROUNDS, FIRST
    )
    house.clock.advance(timedelta(days=14, seconds=1))
    fresh = house.deciding.propose(
        house.checked(entity_id=entity(3)).id, Action.APPROVE, GROUNDS, FIRST
    )
    waiting, _ = house.waiting.page()
    assert [p.id for p in waiting] == [fresh.id]
    assert {decided.subject, old.subject} & {p.subject for p in waiting} == set()
    assert void.id not in {p.id for p in waiting}


def test_a_suspension_waits_through_later_versions(house: RegisterHouse) -> None:
    member = house.suspended()
    change = house.deciding.propose_terms(member.id, lower_terms(), GROUNDS, FIRST)
    house.deciding.approve(seen(change, SECOND))
    (waiting,), _ = house.waiting.page()
    assert waiting.action == "confirm"
    confirmed = house.suspending.confirm(member.id, waiting.digest, SECOND)
    assert confirmed.suspension is not None
    assert confirmed.suspension.confirmed


def test_who_proposed_takes_it_back_and_nobody_approves_it_then(
    house: RegisterHouse,
) -> None:
    member = house.checked()
    proposal = house.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
    closed = house.waiting.cancel(proposal.id, FIRST)
    assert proposal_state(closed) is ProposalState.CANCELLED
    with pytest.raises(ProposalDecided):
        house.deciding.approve(seen(proposal, SECOND))
    assert house.registry.show(member.id) == member
    assert house.waiting.page() == ((), None)
    assert "registry.proposal_cancelled" in house.trail.types()


def test_nobody_takes_back_what_another_proposed(house: RegisterHouse) -> None:
    proposal = house.deciding.propose(house.checked().id, Action.APPROVE, GROUNDS, FIRST)
    with pytest.raises(NotTheProposer):
        house.waiting.cancel(proposal.id, THIRD)
    assert proposal_state(house.waiting.find(proposal.id)) is ProposalState.OPEN


def test_a_suspension_is_not_taken_back(house: RegisterHouse) -> None:
    held = house.suspended().suspension
    assert held is not None
    with pytest.raises(NotTheProposer):
        house.waiting.cancel(held.proposal, FIRST)
    assert proposal_state(house.waiting.find(held.proposal)) is ProposalState.OPEN


def test_what_was_approved_is_not_taken_back(house: RegisterHouse) -> None:
    proposal = house.deciding.propose(house.checked().id, Action.APPROVE, GROUNDS, FIRST)
    house.deciding.approve(seen(proposal, SECOND))
    with pytest.raises(ProposalDecided):
        house.waiting.cancel(proposal.id, FIRST)
    assert proposal_state(house.waiting.find(proposal.id)) is ProposalState.APPROVED


def test_the_suspension_of_who_was_lifted_waits_no_longer(house: RegisterHouse) -> None:
    member = house.suspended()
    assert [p.action for p in house.waiting.page()[0]] == ["confirm"]
    house.decide(member, "reinstate")
    assert house.waiting.page() == ((), None)
