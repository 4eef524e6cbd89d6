"""Contacts are proven by a code: six digits, ten minutes, five tries, once."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.entropy import SeededEntropy
from kernel.errors import Unavailable
from kernel.proof.seal import SealBroken
from tests.unit.trustroot.members import FIRST, RegisterHouse, an_application
from tests.unit.trustroot.upkeep import a_sealer
from trustroot.registry.domain import CODE_TRIES, ProvenContact
from trustroot.registry.errors import CodeTooSoon, CodeWrong, ContactMalformed
from trustroot.registry.service import CodeDrawer

DRAFT = UUID(int=40)
ADDRESS = "ops@gd.example"


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


def arrived(house: RegisterHouse) -> str:
    found = re.search(r"验证码：([0-9]{6})\n", house.notices.sent[-1].text)
    assert found is not None
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_that_comes_back_proves_the_address(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, f"mailto:{ADDRESS}")
    assert house.notices.sent[-1].to == ADDRESS
    proven = house.contacts.prove(DRAFT, arrived(house))
    assert proven == ProvenContact(address=ADDRESS, proven_at=house.clock())
    assert house.contacts.proven(DRAFT) == proven
    member = house.applying.apply(an_application(), None, proven=(proven,))
    assert house.registry.show(member.id).proven_contacts == (proven,)


def test_the_code_itself_is_kept_nowhere(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    code = arrived(house)
    assert code not in repr(house.codes.rows)
    assert house.jobs.queued == []
    assert code not in repr(house.trail.events)


def test_a_member_that_proves_a_contact_keeps_its_version(house: RegisterHouse) -> None:
    member = house.active()
    house.contacts.ask_member(member, ADDRESS)
    assert house.notices.sent == []
    house.run_jobs()
    house.contacts.prove(member.id, arrived(house))
    after = house.registry.show(member.id)
    assert after.version == member.version
    assert [one.address for one in after.proven_contacts] == [ADDRESS]
    assert house.trail.types()[-1] == "registry.contact_proven"


def test_a_queued_code_is_sealed_for_its_member(house: RegisterHouse) -> None:
    member = house.active()
    house.contacts.ask_member(member, ADDRESS)
    payload = dict(house.jobs.queued[-1][1])
    house.run_jobs()
    assert arrived(house) not in str(payload)
    sent = len(house.notices.sent)
    with pytest.raises(SealBroken):
        house.contacts.carry({**payload, "draft": str(DRAFT)})
    assert len(house.notices.sent) == sent


def test_five_wrong_codes_void_the_right_one(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    code = arrived(house)
    for _ in range(CODE_TRIES):
        with pytest.raises(CodeWrong):
            house.contacts.prove(DRAFT, wrong(code))
    with pytest.raises(CodeWrong):
        house.contacts.prove(DRAFT, code)
    assert house.contacts.proven(DRAFT) is None


def test_a_code_is_right_for_ten_minutes(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    house.clock.advance(timedelta(minutes=10))
    with pytest.raises(CodeWrong):
        house.contacts.prove(DRAFT, arrived(house))
    assert house.contacts.proven(DRAFT) is None


def test_a_code_proves_once_and_for_its_own_draft(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    code = arrived(house)
    with pytest.raises(CodeWrong):
        house.contacts.prove(UUID(int=41), code)
    house.contacts.prove(DRAFT, code)
    with pytest.raises(CodeWrong):
        house.contacts.prove(DRAFT, code)


def test_another_code_voids_the_earlier_and_comes_after_a_minute(
    house: RegisterHouse,
) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    first = arrived(house)
    with pytest.raises(CodeTooSoon):
        house.contacts.ask(DRAFT, ADDRESS)
    assert len(house.notices.sent) == 1
    house.clock.advance(timedelta(minutes=1))
    house.contacts.ask(DRAFT, "other@gd.example")
    assert arrived(house) != first
    with pytest.raises(CodeWrong):
        house.contacts.prove(DRAFT, first)
    assert house.contacts.prove(DRAFT, arrived(house)).address == "other@gd.example"


def test_a_draft_gets_ten_codes_and_no_more(house: RegisterHouse) -> None:
    for _ in range(10):
        house.contacts.ask(DRAFT, ADDRESS)
        house.clock.advance(timedelta(minutes=1))
    with pytest.raises(CodeTooSoon):
        house.contacts.ask(DRAFT, ADDRESS)
    assert len(house.notices.sent) == 10


@pytest.mark.parametrize(
    "contact", ["", "nobody", "a b@x.example", "a@x\n", "+8613800000000"]
)
def test_what_is_no_mailbox_gets_no_code(house: RegisterHouse, contact: str) -> None:
    with pytest.raises(ContactMalformed):
        house.contacts.ask(DRAFT, contact)
    assert house.notices.sent == []


def test_a_member_is_asked_at_what_it_states(house: RegisterHouse) -> None:
    member = house.applying.apply(an_application(), FIRST)
    with pytest.raises(ContactMalformed):
        house.contacts.ask_member(member, "elsewhere@gd.example")
    assert (house.notices.sent, house.jobs.queued) == ([], [])


def test_mail_that_nobody_took_is_said_so(house: RegisterHouse) -> None:
    house.notices.failing = Unavailable("the relay is away")
    with pytest.raises(Unavailable):
        house.contacts.ask(DRAFT, ADDRESS)


def test_old_codes_are_forgotten_a_day_after_their_end(house: RegisterHouse) -> None:
    house.contacts.ask(DRAFT, ADDRESS)
    house.clock.advance(timedelta(hours=24))
    house.contacts.forget_old()
    assert set(house.codes.rows) == {DRAFT}
    house.clock.advance(timedelta(minutes=11))
    house.contacts.forget_old()
    assert house.codes.rows == {}


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32))
def test_a_code_is_six_digits(seed: int) -> None:
    drawn = CodeDrawer(a_sealer(), SeededEntropy(seed)).draw().reveal()
    assert re.fullmatch(r"[0-9]{6}", drawn, re.ASCII)
