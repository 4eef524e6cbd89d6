"""Registration policies: by two persons, from a day on, for good."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kernel.approval import ChangeDiffers, SamePerson, SubjectMoved
from kernel.secret import Digest
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, RegisterHouse, seen
from trustroot.registry.domain import Action, Grounds, RegistrationPolicy
from trustroot.registry.errors import PolicyMalformed, ProposalUnknown, ReasonMissing

DAY = timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def policy(version: str = "2026-1", valid_from: date = TODAY) -> RegistrationPolicy:
    return RegistrationPolicy(
        version=version,
        text_zh="成员须通过技术检查。",
        text_en="Members pass the technical check.",
        valid_from=valid_from,
    )


def adopted(house: RegisterHouse, wanted: RegistrationPolicy) -> RegistrationPolicy:
    proposal = house.policies.propose(wanted, GROUNDS, FIRST)
    return house.policies.approve(seen(proposal, SECOND))


def test_a_policy_is_in_force_from_its_day_on(house: RegisterHouse) -> None:
    assert house.policies.in_force() is None
    first = adopted(house, policy())
    later = adopted(house, policy("2026-2", TODAY + 10 * DAY))
    assert house.policies.in_force() == first
    house.clock.advance(10 * DAY)
    assert house.policies.in_force() == later
    assert house.policies.all() == (later, first)


def test_a_member_is_approved_under_the_policy_then_in_force(house: RegisterHouse) -> None:
    adopted(house, policy())
    adopted(house, policy("2026-2", TODAY + DAY))
    assert house.approved().policy_version == "2026-1"


def test_who_was_approved_before_there_was_a_policy_has_none(house: RegisterHouse) -> None:
    assert house.approved().policy_version is None


def test_a_policy_takes_two_persons_who_saw_the_same_text(house: RegisterHouse) -> None:
    proposal = house.policies.propose(policy(), GROUNDS, FIRST)
    with pytest.raises(SamePerson):
        house.policies.approve(seen(proposal, FIRST))
    with pytest.raises(ChangeDiffers):
        house.policies.approve(replace(seen(proposal, SECOND), digest=Digest(b"x" * 32)))
    assert house.policies.all() == ()


def test_of_two_proposed_at_once_the_second_is_void(house: RegisterHouse) -> None:
    one = house.policies.propose(policy(), GROUNDS, FIRST)
    other = house.policies.propose(policy("2026-2", TODAY + DAY), GROUNDS, FIRST)
    house.policies.approve(seen(one, SECOND))
    with pytest.raises(SubjectMoved):
        house.policies.approve(seen(other, SECOND))
    assert [held.version for held in house.policies.all()] == ["2026-1"]


def test_what_was_in_force_on_a_day_gone_by_never_changes(house: RegisterHouse) -> None:
    adopted(house, policy())
    for wanted in (policy("2026-0", TODAY - DAY), policy("2026-2", TODAY)):
        with pytest.raises(PolicyMalformed):
            house.policies.propose(wanted, GROUNDS, FIRST)
    waiting = house.policies.propose(policy("2026-3", TODAY + DAY), GROUNDS, FIRST)
    house.clock.advance(2 * DAY)
    with pytest.raises(PolicyMalformed):
        house.policies.approve(seen(waiting, SECOND))
    assert [held.version for held in house.policies.all()] == ["2026-1"]


@pytest.mark.parametrize(
    "bent", [{"version": ""}, {"version": "a b"}, {"text_zh": " "}, {"text_en": ""}]
)
def test_a_policy_has_a_name_and_both_languages(
    house: RegisterHouse, bent: dict[str, str]
) -> None:
    with pytest.raises(PolicyMalformed):
        house.policies.propose(replace(policy(), **bent), GROUNDS, FIRST)  # type: ignore[arg-type]  # texts only
    assert house.proposals.rows == {}


def test_a_policy_has_grounds_and_only_a_policy_is_adopted(house: RegisterHouse) -> None:
    with pytest.raises(ReasonMissing):
        house.policies.propose(policy(), Grounds(reason="", basis="x"), FIRST)
    member = house.checked()
    proposal = house.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
    with pytest.raises(ProposalUnknown):
        house.policies.approve(seen(proposal, SECOND))
    adopting = house.policies.propose(policy(), GROUNDS, FIRST)
    with pytest.raises(ProposalUnknown):
        house.deciding.approve(seen(adopting, SECOND))
    assert house.policies.all() == ()
    assert house.registry.show(member.id) == member
