"""Every page: narrow screens, English, weight, hosts, large type, and axe's rules."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Request, Response, ViewportSize

from tests.e2e import axe
from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.tour import every_page
from tests.e2e.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.e2e

LIMIT_BYTES: Final = 60_000
NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
_SHAPE: Final = (
    "one => {const its = getComputedStyle(one); return [its.borderWidth, its.fontWeight]}"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# What is Chinese on an English page by right: the switch back, the seal, people's names.
_NAMES: Final = ("中文", "信", "张三丰")


@pytest.fixture(params=["zh-CN", "en"])
def narrow(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    window = browser.new_context(locale=request.param, viewport=NARROW)
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page())
    window.close()


@pytest.fixture
def english(browser: Browser) -> Iterator[Visitor]:
    window = browser.new_context(locale="en")
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page())
    window.close()


@pytest.mark.spec("WCAG 2.2 §1.4.10")
def test_no_page_scrolls_sideways_on_a_narrow_screen(
    house: House, curious: RelyingParty, entitled: RelyingParty, narrow: Visitor
) -> None:
    wide = [
        name
        for name in every_page(house, curious, entitled, narrow)
        if narrow.page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]
    ]
    assert not wide


def test_english_pages_show_no_chinese_but_names(
    house: House, curious: RelyingParty, entitled: RelyingParty, english: Visitor
) -> None:
    found = [
        (name, line)
        for name in every_page(house, curious, entitled, english)
        for line in english.said("body").splitlines()
        if _HAN.search(_without_names(line))
    ]
    assert not found


@pytest.mark.spec("WCAG 2.2")
def test_no_page_breaks_a_serious_rule_of_axe(
    house: House, curious: RelyingParty, entitled: RelyingParty, scripted: Visitor
) -> None:
    rules = axe.source()
    found = [
        (name, fault)
        for name in every_page(house, curious, entitled, scripted)
        for fault in axe.serious(scripted.page, rules)
    ]
    assert not found


def test_the_sign_in_page_is_light_and_asks_nobody_else(
    plain: RelyingParty, scripted: Visitor, house: House
) -> None:
    asked: list[Request] = []
    came: list[Response] = []

    def leaves(request: Request) -> None:
        asked.append(request)

    def arrives(response: Response) -> None:
        came.append(response)

    scripted.page.on("request", leaves)
    scripted.page.on("response", arrives)

    scripted.opens(plain.start())
    scripted.page.wait_for_load_state("networkidle")

    hosts = {request.url.split("/")[2] for request in asked if "://" in request.url}
    assert hosts == {house.issuer.split("/")[2], plain.base.split("/")[2]}
    ours = [one for one in came if one.url.startswith(house.issuer) and one.status == 200]
    assert len(ours) > 2
    assert sum(len(one.body()) for one in ours) < LIMIT_BYTES


def test_the_language_is_switched_and_kept(plain: RelyingParty, visitor: Visitor) -> None:
    visitor.opens(plain.start())
    visitor.presses("#switch-language")
    visitor.arrives("html[lang=en]")
    assert "Demo service" in visitor.said("h1")
    visitor.presses("#help-password")
    visitor.arrives("html[lang=en]")
    visitor.presses("#switch-language")
    visitor.arrives("html[lang=zh-CN]")


def test_a_form_that_is_shown_again_is_switched_and_goes_on(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody()
    visitor.opens(plain.start())
    visitor.signs_in(citizen, "wrong-password")
    visitor.arrives("[role=alert]")
    visitor.presses("#switch-language")
    visitor.arrives("html[lang=en]")
    visitor.signs_in(citizen)
    visitor.arrives("#signed-in")


def test_the_large_view_is_larger_by_more_than_a_third_and_kept(
    plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    before = visitor.page.locator("#sign-in").bounding_box()
    visitor.presses("#switch-elder")
    visitor.arrives("html.elder")
    after = visitor.page.locator("#sign-in").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] >= 56
    assert after["height"] > before["height"] * 1.3
    visitor.presses("#help-password")
    visitor.arrives("html.elder")


def _without_names(line: str) -> str:
    for name in _NAMES:
        line = line.replace(name, "")
    return line


@pytest.mark.spec("WCAG 2.2 §1.4.1")
@pytest.mark.parametrize("row", [".filters", ".side", ".tabs"])
def test_what_is_current_is_seen_in_the_colours_that_a_system_forces(
    house: House, browser: Browser, row: str
) -> None:
    window = browser.new_context(locale="zh-CN", forced_colors="active")
    page = window.new_page()
    page.goto(f"{house.issuer}/styles")
    current = page.locator(f"{row} >> nth=0").locator("[aria-current]").first
    other = page.locator(f"{row} >> nth=0").locator("a:not([aria-current])").first
    assert current.evaluate(_SHAPE) != other.evaluate(_SHAPE)
    window.close()
