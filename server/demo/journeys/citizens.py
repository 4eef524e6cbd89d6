"""(c) One item asks for a real name, another for a second factor, with the reason."""

import json
import secrets
import time
from typing import Final

import pyotp

from server.demo.cast import CAST, NATIONAL_CITIZEN
from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.journeys.logs import find_event, proven
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    at,
    require,
    sign_in_with_password,
)

NEWCOMER: Final = "newcomer"
SECOND: Final = "two factors"
_PERIOD_S: Final = 30


def registers(world: World) -> str:
    """A new account, with nothing but a name: level 1 is not enough for the item."""
    browser, portal = world.browser(NEWCOMER), world.map.portal("public").base_url
    page = browser.open(f"{portal}/items/social-insurance")
    page = browser.click(page, "item-sign-in")
    at(page, world.place("national").issuer)
    page = browser.click(page, "way-register")
    entry = _from_pool(world)
    username = f"new-{secrets.token_hex(6)}"
    values = {"username": username, "name": entry["name"], "password": f"Long-{username}"}
    page = browser.submit(page, "register-form", values, "register")
    has, asked = (
        page.attribute("step-up", "data-level"),
        page.attribute("step-up", "data-asked"),
    )
    require(int(has) < int(asked), f"level {has}, asked {asked}")
    world.pages["step-up"] = page
    return f"level {has}, the item asks {asked}: {page.described}"


def proves_name(world: World) -> str:
    """Name and number go to the register; a mismatch is told in one neutral sentence."""
    browser = world.browser(NEWCOMER)
    page = browser.click(world.pages["step-up"], "step-real-name")
    name = "不相符" if world.planted == "c" else world.noted["pool-name"]
    values = {"name": name, "id_number": world.noted["pool-number"]}
    page = browser.submit(page, "real-name-form", values, "confirm-real-name")
    if page.has("real-name-form"):
        raise Lost(f"the register did not confirm: {_summary(page)}")
    page = agree(browser, page)
    at(page, world.map.portal("public").base_url)
    page.element("item-form")
    event = find_event(world, "national", type="login.real_name_confirmed")
    return f"the form of {page.described} is open; {proven(world, 'national', event)}"


def is_at_level_2(world: World) -> str:
    """The portal sees level 2 now."""
    page = world.browser(NEWCOMER).open(f"{world.map.portal('public').base_url}/me")
    level = page.attribute("who-level", "data-level")
    require(level == "2", f"level {level}, not 2")
    return f"level {level}"


def has_one_factor(world: World) -> str:
    """Somebody proofed at a window signs in by password alone; the item wants more."""
    browser, portal = world.browser(SECOND), world.map.portal("public").base_url
    page = browser.open(f"{portal}/items/social-insurance")
    page = browser.click(page, "item-sign-in")
    page = agree(browser, sign_in_with_password(browser, page, NATIONAL_CITIZEN))
    page.element("item-form")
    page = browser.open(f"{portal}/items/pension-eligibility")
    lacking = page.element("needs-level").text
    world.pages["pension"] = page
    return f"{lacking[:80]}"


def is_told_why(world: World) -> str:
    """The hub says in words what is needed for what, and keeps the task."""
    browser = world.browser(SECOND)
    page = browser.click(world.pages["pension"], "item-step-up")
    at(page, world.place("national").issuer)
    has, asked = (
        page.attribute("step-up", "data-level"),
        page.attribute("step-up", "data-asked"),
    )
    words = page.element("step-up").text
    portal = world.map.portal("public").title_zh
    require(portal in words, f"the reason does not name {portal}: {words[:120]}")
    require(int(asked) == 3, f"asked {asked}, not 3")  # noqa: PLR2004  the item's level
    world.pages["why"] = page
    return f"level {has}, asked {asked}: {words[:70]}…"


def gives_second_factor(world: World) -> str:
    """A code of the authenticator app; then the item's form is open at level 3."""
    browser = world.browser(SECOND)
    page = browser.click(world.pages["why"], "step-code")
    page = agree(browser, with_code(world, browser, page))
    at(page, world.map.portal("public").base_url)
    page.element("item-form")
    world.pages["form"] = page
    me = browser.open(f"{world.map.portal('public').base_url}/me")
    level = me.attribute("who-level", "data-level")
    require(level == "3", f"level {level}, not 3")
    return f"level {level}; the form of {page.described} is open"


def applies(world: World) -> str:
    """Apply, and see the case."""
    browser, values = world.browser(SECOND), {"living": "home", "contact": "020-12345"}
    page = browser.submit(world.pages["form"], "item-form", values, "item-apply")
    number = page.attribute("case", "data-number")
    again = browser.open(f"{world.map.portal('public').base_url}/cases/{number}")
    require(again.attribute("case", "data-number") == number, "the case is not kept")
    return f"case {number} is kept"


def with_code(world: World, browser: Browser, page: Page) -> Page:
    """Type a code; one that was used before is good only once, so wait for the next."""
    seed = world.kept.totp_seed(NATIONAL_CITIZEN.username)
    if seed is None:
        raise Lost("no authenticator app")
    app = pyotp.TOTP(seed)
    page = browser.submit(page, "code-form", {"code": app.now()}, "send-code")
    if page.has("code-form"):
        time.sleep(_PERIOD_S - time.time() % _PERIOD_S + 0.5)
        page = browser.submit(page, "code-form", {"code": app.now()}, "send-code")
    if page.has("code-form"):
        raise Lost(f"the code was not taken: {_summary(page)}")
    return page


def _from_pool(world: World) -> dict[str, str]:
    """Take the next person of the register whom no account has used yet."""
    file = world.map.folder / "register.json"
    people = json.loads(file.read_text("utf-8"))["people"]
    at_next = int(world.kept.get("pool:next") or len(CAST))
    if at_next >= len(people):
        raise Lost("every invented person of the register is used up; use another --data")
    world.kept.keep("pool:next", str(at_next + 1))
    entry: dict[str, str] = people[at_next]
    world.noted["pool-name"], world.noted["pool-number"] = entry["name"], entry["number"]
    return entry


def _summary(page: Page) -> str:
    texts = [
        e.text for e in page.document.elements if "error" in e.attributes.get("class", "")
    ]
    return (texts or [page.described])[0][:80]


JOURNEY: Final = Journey(
    "c",
    "实名核对与第二种方式 · a real-name check, then a second factor, with the reason",
    (
        Step("registers; the item needs more than level 1", registers),
        Step("name and number are compared with the register", proves_name),
        Step("the portal sees the new level", is_at_level_2),
        Step("with one factor the next item lacks a level", has_one_factor),
        Step("the step-up page gives the reason in words", is_told_why),
        Step("a code of the app lifts the session", gives_second_factor),
        Step("applies and sees the case", applies),
    ),
)
