"""A ticket in another browser: its number, who goes on, and the ways back."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.e2e import axe
from tests.e2e.house import House
from tests.e2e.relying_party import EXCHANGE, relying_party
from tests.e2e.test_look import NARROW
from tests.e2e.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.e2e

_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# What is Chinese on an English page by right: the switch back, the seal, a person's name.
_NAMES: Final = re.compile(r"中文|信|\*三丰")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody who is signed in in their own browser, and another one with their ticket."""

    issuer: str
    own: Visitor
    other: Visitor

    def number(self) -> str:
        """Return the number that the other browser shows."""
        return self.other.said("#transfer-number").strip()

    def picks(self, number: str) -> None:
        """Answer in the own browser."""
        self.own.opens(f"{self.issuer}/account/transfer")
        self.own.presses(f"#transfer-pick-{number}")

    def pages(self) -> Iterator[tuple[str, Visitor]]:
        """Go from page to page of both; yield each while it is open."""
        yield "door", self.other
        self.own.opens(f"{self.issuer}/account/transfer")
        yield "asked for the number", self.own
        self.own.presses(f"#transfer-pick-{self.number()}")
        yield "number picked", self.own
        self.other.arrives("#transfer-continue")
        yield "who goes on", self.other


Meet = Callable[..., Meeting]


@pytest.fixture
def meet(house: House, browser: Browser) -> Iterator[Meet]:
    """Return what brings two windows of one kind to one transfer."""
    after, before = (f"{place}-{secrets.token_hex(4)}" for place in ("next", "first"))
    may_send: dict[str, object] = {
        "grant_types": ["authorization_code", EXCHANGE],
        "exchanges": [{"audience": after, "may_transfer": True}],
    }
    with (
        relying_party(house, after) as there,
        relying_party(house, before, oidc=may_send) as here,
        ExitStack() as windows,
    ):

        def met(
            locale: str, *, script: bool = True, viewport: ViewportSize | None = None
        ) -> Meeting:
            own, other = (
                _window(windows, browser, locale, script=script, viewport=viewport)
                for _ in range(2)
            )
            own.opens(here.start())
            own.signs_in(house.somebody())
            own.arrives("#signed-in")
            other.opens(there.start(transfer_ticket=here.ticket_for(after)))
            other.arrives("#transfer-door")
            return Meeting(house.issuer, own, other)

        yield met


def _window(
    windows: ExitStack,
    browser: Browser,
    locale: str,
    *,
    script: bool,
    viewport: ViewportSize | None,
) -> Visitor:
    made = browser.new_context(locale=locale, java_script_enabled=script, viewport=viewport)
    windows.callback(made.close)
    made.set_default_timeout(PATIENCE_MS)
    return Visitor(made.new_page())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_whoever_picks_the_number_lets_the_other_browser_in(
    meet: Meet, *, script: bool
) -> None:
    meeting = meet("zh-CN", script=script)
    meeting.picks(meeting.number())
    meeting.other.arrives("#transfer-continue")  # its page looks again by itself
    assert "*三丰" in meeting.other.said()
    meeting.other.presses("#transfer-continue")
    meeting.other.arrives("#signed-in")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_door_leads_back_to_the_service(meet: Meet, *, script: bool) -> None:
    meeting = meet("zh-CN", script=script)
    meeting.other.presses("#transfer-leave")
    meeting.other.arrives("#refused")
    assert meeting.other.told("error", "#refused") == "access_denied"
    meeting.own.opens(f"{meeting.issuer}/account/transfer")
    assert not meeting.own.page.query_selector("[id^=transfer-pick-]")


def test_whoever_is_taken_for_another_goes_back(meet: Meet) -> None:
    meeting = meet("zh-CN")
    meeting.picks(meeting.number())
    meeting.other.arrives("#transfer-continue")
    meeting.other.presses("#transfer-leave")
    meeting.other.arrives("#refused")
    assert meeting.other.told("error", "#refused") == "access_denied"


@pytest.mark.spec("WCAG 2.2 §2.2.1")
def test_the_way_back_is_reached_by_keyboard_before_the_page_looks_again(
    meet: Meet,
) -> None:
    meeting = meet("zh-CN")
    page = meeting.other.page
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "transfer-leave":
            break
    page.keyboard.press("Enter")
    meeting.other.arrives("#refused")


@pytest.mark.spec("WCAG 2.2 §1.4.10")
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_page_of_it_fits_and_is_in_its_language(meet: Meet, locale: str) -> None:
    meeting = meet(locale, viewport=NARROW)
    rules, faults = axe.source(), []
    for name, visitor in meeting.pages():
        faults += [(name, fault) for fault in axe.serious(visitor.page, rules)]
        wide = visitor.page.evaluate("document.documentElement.scrollWidth")
        faults += [(name, "scrolls sideways")] * (wide > NARROW["width"])
        if locale == "en" and _HAN.search(_NAMES.sub("", visitor.said("body"))):
            faults.append((name, visitor.said("body")))
    assert not faults
