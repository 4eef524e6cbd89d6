"""Signing in: registration, password, one neutral answer, lockout, a second factor."""

import pytest

from tests.e2e.house import PASSWORD, House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
WRONG = "not-the-password"


def test_a_password_signs_in_and_the_relying_party_learns_a_pairwise_subject(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()

    visitor.opens(plain.start())
    assert "演示服务" in visitor.said("h1")
    visitor.signs_in(citizen)

    visitor.arrives("#signed-in")
    assert visitor.told("acr") == "urn:trusthub:loa:1"
    assert visitor.told("sub") not in {"", citizen.id, citizen.username}
    assert visitor.told("name") == ""


def test_who_has_no_account_registers_and_goes_on(
    plain: RelyingParty, visitor: Visitor
) -> None:
    username = f"new-{plain.client_id}-{visitor.script}"

    visitor.opens(plain.start())
    visitor.presses("#way-register")
    visitor.page.fill("[name=username]", username)
    visitor.page.fill("[name=name]", "王小明")
    visitor.page.fill("[name=password]", "short")
    visitor.presses("#register")
    visitor.arrives(".error-summary")
    assert "至少 8 个字符" in visitor.said(".error-summary")
    assert visitor.page.input_value("[name=username]") == username
    visitor.page.fill("[name=password]", PASSWORD)
    visitor.presses("#register")

    visitor.arrives("#signed-in")


@pytest.mark.spec("OWASP ASVS 5.0 §6.3.8")
def test_a_wrong_password_and_an_unknown_name_read_the_same(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()

    visitor.opens(plain.start())
    visitor.signs_in(citizen, WRONG)
    visitor.arrives(".error-summary")
    known = visitor.said(".error-summary")
    assert visitor.page.evaluate(
        "document.activeElement === document.querySelector('.error-summary')"
    )
    assert visitor.page.input_value("[name=username]") == citizen.username
    assert visitor.page.input_value("[name=password]") == ""

    visitor.page.fill("[name=username]", "nobody-at-all")
    visitor.page.fill("[name=password]", WRONG)
    visitor.presses("#sign-in")
    visitor.arrives(".error-summary")
    assert visitor.said(".error-summary") == known


@pytest.mark.spec("GB/T 22239-2019 §8.1.4.1 b)")
def test_after_five_wrong_passwords_even_the_right_one_is_refused_for_a_time(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()

    visitor.opens(plain.start())
    for _ in range(5):
        visitor.signs_in(citizen, WRONG)
        visitor.arrives(".error-summary")
    visitor.signs_in(citizen)

    visitor.arrives(".error-summary")
    assert "15 分钟" in visitor.said(".error-summary")
    assert visitor.page.query_selector("#signed-in") is None


def test_a_second_factor_reaches_level_3_and_a_wrong_code_does_not(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.proofed(3)

    visitor.opens(plain.start(acr_values="urn:trusthub:loa:3"))
    visitor.signs_in(citizen)
    visitor.arrives("#code-form")
    visitor.enters_code("000000")
    visitor.arrives(".error-summary")
    visitor.enters_code(citizen.code())

    visitor.arrives("#signed-in")
    assert visitor.told("acr") == "urn:trusthub:loa:3"
    assert visitor.told("amr") == '["pwd", "otp", "mfa"]'


def test_who_is_signed_in_steps_up_with_the_reason_in_words(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.proofed(3)

    visitor.opens(plain.start())
    visitor.signs_in(citizen)
    visitor.arrives("#signed-in")
    assert visitor.told("acr") == "urn:trusthub:loa:2"
    visitor.opens(plain.start(acr_values="urn:trusthub:loa:3"))
    visitor.arrives("#step-up")
    assert "演示服务" in visitor.said("h1")
    visitor.presses("#step-code")
    visitor.enters_code(citizen.code())

    visitor.arrives("#signed-in")
    assert visitor.told("acr") == "urn:trusthub:loa:3"


def test_who_cannot_reach_the_level_is_told_where_they_can(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()

    visitor.opens(plain.start(acr_values="urn:trusthub:loa:3"))
    visitor.signs_in(citizen)
    visitor.arrives("#step-up")
    assert "居民身份证" in visitor.said()
    visitor.presses("#cancel")

    visitor.arrives("#refused")
    assert visitor.told("error", "#refused") == "access_denied"


def test_a_session_serves_the_next_relying_party_without_input(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#signed-in")
    first = visitor.told("sub")

    visitor.opens(plain.start())
    visitor.arrives("#signed-in")
    assert visitor.told("sub") == first
