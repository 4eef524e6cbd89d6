"""Two elements are compared; only a match changes anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.people.errors import PersonUnknown
from kernel.assurance import Level
from kernel.identifiers import IdentifierRefused
from kernel.ids import ClientId, PersonId
from kernel.secret import Secret
from kernel.standing import NotInGoodStanding
from realname.domain import Answer, Basis, Outcome, answer
from realname.errors import AttemptsExhausted, ReceiptUnknown, RegisterUnavailable
from realname.events import CheckRefused, TwoElementsChecked
from realname.models import VERIFICATIONS
from tests.unit.realname.house import NAME, NUMBER, OTHER_NUMBER, House

PLATFORM = ClientId("platform-51")


def verify(
    house: House, person: PersonId, name: str = NAME, number: str = NUMBER
) -> Outcome:
    return house.real_name.verify_two_elements(
        person, name, Secret(number), basis=Basis.CONSENT, requested_by=person
    )


def level(house: House, person: PersonId) -> Level:
    return house.people.people.find(person).identity


def rows(house: House) -> int:
    return len(house.db.read(VERIFICATIONS.select()))


@pytest.mark.spec("GB/T 40651-2021")
def test_a_match_raises_from_level_1_to_2_and_no_further(house: House) -> None:
    person = house.a_person().id
    assert verify(house, person) is Outcome.MATCH
    assert level(house, person) is Level.REAL_NAME
    assert house.people.people.by_id_number(NUMBER) == person
    assert verify(house, person) is Outcome.MATCH
    assert level(house, person) is Level.REAL_NAME


@pytest.mark.parametrize(
    ("name", "number", "outcome"),
    [
        ("李四", NUMBER, Outcome.MISMATCH),
        (NAME, "810000199408230021", Outcome.NOT_FOUND),
        (NAME, "110105194912310021", Outcome.INVALID),
        ("", NUMBER, Outcome.INVALID),
    ],
)
def test_anything_else_changes_nobody_and_is_one_answer(
    house: House, name: str, number: str, outcome: Outcome
) -> None:
    person = house.a_person().id
    assert verify(house, person, name, number) is outcome
    assert answer(outcome) is Answer.NOT_CONFIRMED
    assert level(house, person) is Level.SELF_ASSERTED
    assert house.people.people.by_id_number(number) is None


def test_a_malformed_number_is_not_sent_anywhere(house: House) -> None:
    verify(house, house.a_person().id, number="110105194912310021")
    assert house.register.serials == []
    (refused,) = house.around.trail.of(CheckRefused)
    assert refused.reason == "check_digit"


def test_no_answer_decides_nothing_and_counts_nothing(house: House) -> None:
    person = house.a_person().id
    house.register.is_away = True
    for _ in range(8):
        with pytest.raises(RegisterUnavailable):
            verify(house, person)
    assert level(house, person) is Level.SELF_ASSERTED
    assert rows(house) == 0
    house.register.is_away = False
    assert verify(house, person) is Outcome.MATCH


def test_a_number_of_anothers_record_takes_nobody_over(house: House) -> None:
    first, second = house.a_person().id, house.a_person("other").id
    verify(house, first)
    assert verify(house, second) is Outcome.OF_ANOTHER
    assert level(house, second) is Level.SELF_ASSERTED
    assert house.people.people.by_id_number(NUMBER) == first


def test_who_is_proofed_confirms_their_own_number_only(house: House) -> None:
    person = house.a_person().id
    verify(house, person)
    assert verify(house, person, "李四", OTHER_NUMBER) is Outcome.OF_ANOTHER
    assert house.people.people.claims(person).name == NAME
    assert house.people.people.by_id_number(OTHER_NUMBER) is None


def test_the_sixth_attempt_of_a_day_is_not_made(house: House) -> None:
    person = house.a_person().id
    for _ in range(5):
        verify(house, person, "李四")
    with pytest.raises(AttemptsExhausted):
        verify(house, person)
    assert len(house.register.serials) == 5
    assert level(house, person) is Level.SELF_ASSERTED
    house.around.clock.advance(timedelta(hours=24))
    assert verify(house, person) is Outcome.MATCH


def test_a_number_cannot_be_tried_out_from_many_accounts(house: House) -> None:
    for number in range(10):
        verify(house, house.a_person(f"person-{number}").id, f"名{number}")
    with pytest.raises(AttemptsExhausted):
        verify(house, house.a_person("one-more").id)
    assert len(house.register.serials) == 10


def test_every_question_has_a_serial_of_its_own(house: House) -> None:
    person = house.a_person().id
    for _ in range(3):
        verify(house, person, "李四")
    assert len(set(house.register.serials)) == 3
    assert all(len(serial) <= 40 for serial in house.register.serials)


def test_nobody_unknown_or_disabled_is_verified(house: House) -> None:
    person = house.a_person().id
    house.people.people.disable(person, reason="test", actor=None)
    with pytest.raises(NotInGoodStanding):
        verify(house, person)
    with pytest.raises(PersonUnknown):
        verify(house, PersonId(house.around.ids()()))
    assert house.register.serials == []


def test_nothing_personal_is_at_rest_in_clear_or_in_events(house: House) -> None:
    person = house.a_person().id
    verify(house, person)
    verify(house, house.a_person("other").id, "李四")
    at_rest = repr([tuple(row) for row in house.db.read(VERIFICATIONS.select())])
    at_rest += repr(house.around.trail.of(TwoElementsChecked))
    for personal in (NAME, NUMBER, NAME.encode().hex(), repr(NAME.encode())[2:-1]):
        assert personal not in at_rest


def test_another_platform_gets_a_neutral_answer_and_its_receipt(house: House) -> None:
    ask = house.real_name.verify_for_client
    made = ask(PLATFORM, NAME, Secret(NUMBER), basis=Basis.STATUTORY)
    assert (made.outcome, made.person) == (Outcome.MATCH, None)
    assert house.people.people.by_id_number(NUMBER) is None
    assert house.real_name.receipt(made.id, PLATFORM) == made
    with pytest.raises(ReceiptUnknown):
        house.real_name.receipt(made.id, ClientId("another"))


def test_a_platform_learns_of_a_malformed_number_what_is_wrong(house: House) -> None:
    with pytest.raises(IdentifierRefused, match="length"):
        house.real_name.verify_for_client(PLATFORM, NAME, Secret("1"), basis=Basis.CONSENT)
    assert rows(house) == 0


def test_a_platform_has_an_allowance_too(house: House) -> None:
    attempts = house.real_name.attempts
    few = replace(attempts, allowance=replace(attempts.allowance, per_client=2))
    narrow = replace(house.real_name, attempts=few)
    for number in (NUMBER, OTHER_NUMBER):
        narrow.verify_for_client(PLATFORM, NAME, Secret(number), basis=Basis.CONSENT)
    with pytest.raises(AttemptsExhausted):
        narrow.verify_for_client(PLATFORM, NAME, Secret(NUMBER), basis=Basis.CONSENT)
    assert len(house.register.serials) == 2
