"""(f) Signing out ends all, and says what could not be reached."""

from typing import Final

from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys import abroad
from server.demo.journeys.browser import Browser
from server.demo.journeys.listeners import Listener
from server.demo.journeys.relying import Application, settled
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    require,
    sign_in_at_public,
)
from server.demo.places import url

BROWSER: Final = "leaving"
CLIENT: Final = "demo-unreachable"
NAME_ZH: Final = "演示离线应用"
_PORT: Final = 95
_PATIENCE_S: Final = 25.0
_OK: Final = 200


def signs_in_everywhere(world: World) -> str:
    """One sign-in, then two portals and an application that is not there afterwards."""
    browser = world.browser(BROWSER)
    page = sign_in_at_public(world, browser, NATIONAL_CITIZEN)
    ministry = browser.open(f"{world.map.portal('ministry').base_url}/")
    if ministry.has("item-sign-in"):
        ministry = browser.click(ministry, "item-sign-in")
    ministry.element("who-subject")
    token_type = _joins(world, browser)
    return f"at {page.described}, {ministry.described}, and {CLIENT} ({token_type} token)"


def signs_out(world: World) -> str:
    """Sign out at one portal: the hub's page says who was told and who was not."""
    browser = world.browser(BROWSER)
    there = Listener(world.map.base + _PORT) if world.planted == "f" else None
    try:
        page = browser.open(f"{world.map.portal('public').base_url}/sign-out")
        page = browser.press(page, "sign-out-confirm")
        page = settled(browser, page, _PATIENCE_S)
    finally:
        if there is not None:
            there.close()
    missed = page.element("logout-missed").text
    require(NAME_ZH in missed, f"{NAME_ZH} is not among the missed: {missed}")
    told = page.element("logout-told").text
    require(
        world.map.portal("ministry").title_zh in told, f"the ministry was not told: {told}"
    )
    return f"told: {told}; not reached: {missed}"


def nobody_is_signed_in(world: World) -> str:
    """Neither portal knows the browser any more; the hub asks for a password again."""
    browser = world.browser(BROWSER)
    for name, path in (("public", "/me"), ("ministry", "/")):
        page = browser.open(world.map.portal(name).base_url + path)
        require(not page.has("who-subject"), f"still signed in at {page.described}")
    public = world.map.portal("public").base_url
    page = browser.click(browser.open(f"{public}/items/social-insurance"), "item-sign-in")
    page.element("login-form")
    return f"signed out at both; {page.described} asks to sign in"


def leaves_all_the_way(world: World) -> str:
    """A citizen of 44 signs out at 51's portal: 51, the hub and 44 end too."""
    world.browsers[abroad.BROWSER] = browser = world.fresh_browser()
    abroad.opens_item(world)
    abroad.goes_home(world)
    abroad.signs_in(world)
    portal, visited = world.map.portal("portal51").base_url, len(browser.visited)
    page = browser.press(browser.open(f"{portal}/sign-out"), "sign-out-confirm")
    page = settled(browser, page, _PATIENCE_S)
    on_the_way = browser.visited[visited:]
    passed = [p.slug for p in world.map.installations if _passed(on_the_way, p.issuer)]
    require({"sc", "national"} <= set(passed), f"signed out only at {passed}")
    abroad.opens_item(world)
    again = abroad.goes_home(world)
    return f"by {', '.join(passed)} to {page.described}; then again {again}"


def _passed(addresses: list[str], issuer: str) -> bool:
    return any(address.startswith(f"{issuer}/logout") for address in addresses)


def _joins(world: World, browser: Browser) -> str:
    """Be an application for a moment."""
    base = url(world.map.base + _PORT)
    tokens = Application.registered(world, _body(base), base).sign_in(browser)
    return tokens.text("token_type")


def _body(base: str) -> dict[str, object]:
    return {
        "client_id": CLIENT,
        "name_zh": NAME_ZH,
        "name_en": "Demo application that is off",
        "oidc": {
            "redirect_uris": [f"{base}/callback"],
            "backchannel_logout_uri": f"{base}/backchannel-logout",
            "scopes": ["openid"],
        },
    }


JOURNEY: Final = Journey(
    "f",
    "退出登录，并说明没有通知到谁 · sign-out ends all, and says what was not reached",
    (
        Step("is signed in at three places", signs_in_everywhere),
        Step("signs out; the page says who was told and who was not", signs_out),
        Step("nobody knows the browser any more", nobody_is_signed_in),
        Step("a citizen of 44 leaves by 51, the hub and 44", leaves_all_the_way),
    ),
)
