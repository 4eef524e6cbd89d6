"""Without a mouse: reading order, a focus that is seen, Enter sends."""

from typing import Final

import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

_FOCUSED: Final = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return {id: at.id || at.className || at.tagName,
          outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
}"""
_MOST: Final = 40


def test_the_focus_goes_through_the_sign_in_page_in_reading_order_and_is_seen(
    plain: RelyingParty, scripted: Visitor
) -> None:
    scripted.opens(plain.start())
    seen = []
    for _ in range(_MOST):
        scripted.page.keyboard.press("Tab")
        at = scripted.page.evaluate(_FOCUSED)
        if at["id"] == "BODY":
            break
        assert at["outline"], at
        seen.append(at["id"])

    assert seen[0] == "skip"
    wanted = ["tab-natural", "tab-legal", "username", "password", "sign-in", "cancel"]
    assert [name for name in seen if name in wanted] == wanted


def test_who_skips_lands_in_front_of_the_form(
    plain: RelyingParty, scripted: Visitor
) -> None:
    scripted.opens(plain.start())
    scripted.page.keyboard.press("Tab")
    scripted.page.keyboard.press("Enter")
    scripted.page.keyboard.press("Tab")

    assert scripted.page.evaluate(_FOCUSED)["id"] == "tab-natural"


def test_a_whole_sign_in_with_consent_needs_no_mouse(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()
    keys = visitor.page.keyboard

    visitor.opens(curious.start())
    _tab_to(visitor, "username")
    keys.type(citizen.username)
    _tab_to(visitor, "password")
    keys.type("wrong")
    keys.press("Enter")
    visitor.arrives(".error-summary")
    keys.press("Tab")
    keys.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") in {"username", "BODY", ""}
    _tab_to(visitor, "password")
    keys.type(citizen.password)
    keys.press("Enter")
    visitor.arrives("#consent-form")
    _tab_to(visitor, "consent-allow")
    keys.press("Enter")

    visitor.arrives("#signed-in")


def _tab_to(visitor: Visitor, identifier: str) -> None:
    for _ in range(_MOST):
        if visitor.page.evaluate("document.activeElement.id") == identifier:
            return
        visitor.page.keyboard.press("Tab")
    pytest.fail(f"the focus never came to {identifier}")
