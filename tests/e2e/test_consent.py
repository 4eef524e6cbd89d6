"""Consent and notice: what is handed over is said first, and a no is a no."""

import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.spec("PIPL §14")
def test_who_agrees_lets_the_name_go_and_is_not_asked_again(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody("周海")

    visitor.opens(curious.start())
    visitor.signs_in(citizen)
    visitor.arrives("#consent-form")
    said = visitor.said()
    for words in ("演示服务运营方", "办理您选择的事项", "周海", "办结后三年"):
        assert words in said
    visitor.presses("#consent-allow")
    visitor.arrives("#signed-in")
    assert visitor.told("name") == "周海"

    visitor.opens(curious.start())
    visitor.arrives("#signed-in")


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_refuses_goes_back_and_nothing_is_released(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(curious.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#consent-form")
    visitor.presses("#consent-deny")

    visitor.arrives("#refused")
    assert visitor.told("error", "#refused") == "access_denied"
    visitor.opens(f"{house.issuer}/account")
    assert visitor.page.query_selector_all("#releases li") == []


@pytest.mark.spec("PIPL §35")
def test_a_statute_is_told_and_not_asked(
    house: House, entitled: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(entitled.start())
    visitor.signs_in(house.somebody("孙立"))
    visitor.arrives("#notice-continue")
    assert "法律、行政法规的规定" in visitor.said()
    assert visitor.page.query_selector("#consent-deny") is None
    visitor.presses("#notice-continue")

    visitor.arrives("#signed-in")
    assert visitor.told("name") == "孙立"


def test_who_acts_for_several_organisations_says_for_which(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.mandated("甲演示有限公司", "乙演示有限公司")

    visitor.opens(plain.start())
    visitor.presses("#tab-legal")
    visitor.signs_in(citizen)
    visitor.arrives("#organisation-form")
    visitor.presses("#act-for")
    visitor.arrives(".error-summary, #organisation-form :invalid")
    visitor.page.check("text=乙演示有限公司")
    visitor.presses("#act-for")

    visitor.arrives("#signed-in")
