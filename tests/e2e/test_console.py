"""The public application page and the operators' console, in a browser."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, StorageState, ViewportSize

from tests.e2e import axe
from tests.e2e.console import Applicant, Console, applicant, console
from tests.e2e.house import House, credit_code
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import PATIENCE_MS, Visitor

pytestmark = pytest.mark.e2e

NARROW: Final[ViewportSize] = {"width": 320, "height": 640}
WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# Chinese on an English page by right: the switch back, the seal, names, what people wrote.
_GIVEN: Final = ("中文", "信", "陆成宇", "示例支付（演示）", "核对付款人", "试行第三条")
WHY: Final = {"reason": "试行第三条", "basis": "试行第三条"}
_TYPED: Final = {
    "reason": "密钥泄露", "basis": "管理办法第十条", "proportionality": "警告不足以止损"
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(house: House) -> Iterator[Console]:
    with console(house) as running:
        yield running


@pytest.fixture(scope="module")
def at_the_desk(desk: Console, browser: Browser) -> StorageState:
    """Sign one operator in; every test goes on in this session."""
    window = browser.new_context(locale="zh-CN", java_script_enabled=False)
    window.set_default_timeout(PATIENCE_MS)
    desk.signs_in(Visitor(window.new_page(), script=False), desk.operator())
    state = window.storage_state()
    window.close()
    return state


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def operator(
    browser: Browser, at_the_desk: StorageState, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    window = browser.new_context(
        locale="zh-CN", storage_state=at_the_desk, java_script_enabled=request.param
    )
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page(), script=request.param)
    window.close()


def applies(visitor: Visitor, applicant: Applicant, mail: str) -> Iterator[str]:
    """Fill the steps in; yield the name of each page while it is open."""
    page, house = visitor.page, applicant.house
    visitor.opens(f"{house.issuer}/trust/apply")
    yield "organisation"
    page.select_option("#kind", "relying_party")
    page.fill("#name_zh", "示例支付（演示）")
    page.fill("#name_en", "Example Pay (demo)")
    page.fill("#uscc", credit_code(77))
    visitor.presses("#go-on")
    yield "contact"
    page.fill("#contact", mail)
    visitor.presses("#go-on")
    visitor.arrives("#code")
    yield "code"
    page.fill("#code", code_sent_to(house, mail))
    visitor.presses("#go-on")
    visitor.arrives("#entity_id")
    yield "system"
    page.select_option("#way", "federation")
    page.fill("#entity_id", applicant.entity_id)
    page.fill("#jwks", json.dumps(applicant.jwks))
    page.fill("#redirect_uris", f"{applicant.entity_id}/callback")
    visitor.presses("#go-on")
    visitor.arrives("#level")
    yield "terms"
    page.select_option("#level", "2")
    page.check("[name=want_name]")
    page.fill("#basis_name", "核对付款人")
    visitor.presses("#go-on")
    visitor.arrives("#review")
    yield "review"
    page.check("[name=agree]")
    visitor.presses("#go-on")
    visitor.arrives("#applied")
    yield "done"
    visitor.presses("#go-status")
    visitor.arrives("#status")
    yield "status"


def code_sent_to(house: House, mail: str) -> str:
    sent = Path(house.folder / "outbox.jsonl").read_text(encoding="utf-8").splitlines()
    ours = [line for line in sent if mail in line]
    found = re.findall(r"\b([0-9]{6})\b", ours[-1])
    return str(found[-1])


def member_of(house: House, applicant: Applicant) -> str:
    rows = house.operator().get("/members", {"limit": "200"}).rows("members")
    return str(next(r["id"] for r in rows if r["entity_id"] == applicant.entity_id))


# ------------------------------------------------------------------ an applicant's way in


def test_an_organisation_applies_is_checked_approved_and_suspended(
    house: House, desk: Console, operator: Visitor
) -> None:
    with applicant(house) as fresh:
        for _ in applies(operator, fresh, f"ops-{operator.script}@pay.example"):
            pass
        member = member_of(house, fresh)
        _is_checked(desk, operator, member)
        _is_approved(house, desk, operator, member)
        _is_suspended(desk, operator, member)


def _is_checked(desk: Console, operator: Visitor, member: str) -> None:
    operator.opens(desk.page(f"/members/{member}/checks"))
    operator.presses("#check-now")
    operator.arrives("#report")
    assert operator.page.get_attribute("#report", "data-passed") == "yes", operator.said()


def _is_approved(house: House, desk: Console, operator: Visitor, member: str) -> None:
    """The first person proposes over the API, the second approves in the browser."""
    proposal = house.operator().post(f"/members/{member}/approve", WHY).text("id")
    operator.opens(desk.page("/proposals"))
    operator.presses(f"#proposal-{proposal}")
    operator.arrives("#recomputed")
    operator.presses("#approve")
    operator.arrives("#member")
    until = 60
    for _ in range(until):
        if operator.page.get_attribute("#member", "data-state") == "active":
            break
        operator.page.wait_for_timeout(500)
        operator.opens(desk.page(f"/members/{member}"))
    assert operator.page.get_attribute("#member", "data-state") == "active"


def _is_suspended(desk: Console, operator: Visitor, member: str) -> None:
    operator.opens(desk.page(f"/members/{member}"))
    operator.presses("#act-suspend")
    operator.page.fill("#reason", _TYPED["reason"])
    operator.page.fill("#basis", _TYPED["basis"])
    operator.presses("#act")
    operator.arrives("a[href='#proportionality']")
    operator.page.fill("#proportionality", _TYPED["proportionality"])
    operator.presses("#act")
    operator.arrives("#suspended")
    operator.presses("#go-confirm")
    operator.arrives("#proposal")
    operator.arrives("#own")
    assert operator.page.query_selector("#approve") is None


@pytest.mark.spec("RFC 7591 §5")
def test_an_operator_sees_the_picture_that_people_will_see(
    desk: Console, curious: RelyingParty, operator: Visitor
) -> None:
    operator.page.set_viewport_size(NARROW)
    operator.opens(desk.page(f"/applications/{curious.client_id}"))
    operator.arrives("[id^=picture-] img")
    picture = operator.page.query_selector("[id^=picture-] img")
    assert picture is not None
    assert picture.is_visible()
    if operator.script:
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 96
        wide = operator.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"]


# ------------------------------------------------------------------ how it looks


def tour(desk: Console, visitor: Visitor) -> Iterator[str]:
    """Apply, then walk past every page of the console; yield each while it is open."""
    house = desk.house
    with applicant(house) as fresh:
        port = fresh.entity_id.rpartition(":")[2]
        yield from applies(visitor, fresh, f"ops-{port}@pay.example")
        member = member_of(house, fresh)
    proposal = _a_policy_waits(house)
    pages = (
        "/proposals", f"/proposals/{proposal}", f"/proposals/{proposal}/raw", "/members",
        "/members?state=withdrawn", f"/members/{member}", f"/members/{member}/history",
        f"/members/{member}/checks", f"/members/{member}/evidence",
        f"/members/{member}/act/cancel", f"/members/{member}/act/suspend",
        f"/members/{member}/limit", "/marks",
        "/marks/grant", "/marks/revoke", f"/members/{proposal}",
    )  # fmt: skip
    for page in pages:
        visitor.opens(desk.page(page))
        visitor.arrives("main")
        yield page


def _a_policy_waits(house: House) -> str:
    """Return a change that waits, whoever is walking."""
    waiting = house.operator().get("/proposals").rows("proposals")
    if waiting:
        return str(waiting[0]["id"])
    policy = {
        "version": "2026-1", "text_zh": "试行第三条", "text_en": "Article 3 on trial",
        "valid_from": "2099-01-01",
    }  # fmt: skip
    body = {"policy": policy, "grounds": WHY}
    return house.operator().post("/registration-policies", body).text("id")


@contextmanager
def window_of(
    browser: Browser, state: StorageState, locale: str, viewport: ViewportSize = WIDE
) -> Iterator[Visitor]:
    window = browser.new_context(locale=locale, viewport=viewport, storage_state=state)
    window.set_default_timeout(PATIENCE_MS)
    yield Visitor(window.new_page())
    window.close()


@pytest.mark.spec("WCAG 2.2 §1.4.10")
@pytest.mark.parametrize("elder", ["0", "1"])
def test_nothing_scrolls_sideways_at_320_pixels_large_type_or_not(
    desk: Console, at_the_desk: StorageState, browser: Browser, elder: str
) -> None:
    with window_of(browser, at_the_desk, "zh-CN", NARROW) as visitor:
        visitor.opens(f"{desk.house.issuer}/trust/apply?elder={elder}")
        visitor.opens(desk.page(f"/proposals?elder={elder}"))
        wide, plain = [], []
        for name in tour(desk, visitor):
            width = visitor.page.evaluate("document.documentElement.scrollWidth")
            large = visitor.page.query_selector("html.elder") is not None
            wide += [name] if width > NARROW["width"] else []
            plain += [] if large else [name]
    assert not wide
    assert bool(plain) == (elder == "0"), plain


def test_english_pages_show_no_chinese_but_what_was_given(
    desk: Console, at_the_desk: StorageState, browser: Browser
) -> None:
    with window_of(browser, at_the_desk, "en") as visitor:
        found = [
            (name, line)
            for name in tour(desk, visitor)
            for line in visitor.said("body").splitlines()
            if _HAN.search(_without_given(line))
        ]
    assert not found


@pytest.mark.spec("WCAG 2.2")
def test_no_page_breaks_a_serious_rule_of_axe(
    desk: Console, at_the_desk: StorageState, browser: Browser
) -> None:
    rules = axe.source()
    with window_of(browser, at_the_desk, "zh-CN") as visitor:
        found = [
            (name, fault)
            for name in tour(desk, visitor)
            for fault in axe.serious(visitor.page, rules)
        ]
    assert not found


def test_a_change_is_looked_at_and_taken_back_without_a_mouse(
    desk: Console, house: House, operator: Visitor
) -> None:
    proposal = _a_policy_waits(house)
    operator.opens(desk.page("/proposals"))
    _tab_to(operator, f"proposal-{proposal}")
    operator.page.keyboard.press("Enter")
    operator.arrives("#proposal")
    _tab_to(operator, "go-raw")
    operator.page.keyboard.press("Enter")
    operator.arrives("#raw")
    _tab_to(operator, "go-back")
    operator.page.keyboard.press("Enter")
    operator.arrives("#proposal")


def _tab_to(visitor: Visitor, identifier: str) -> None:
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.id") == identifier:
            return
    pytest.fail(f"the focus never came to {identifier}")


def _without_given(line: str) -> str:
    for given in (*_GIVEN, *_TYPED.values()):
        line = line.replace(given, "")
    return line
