"""(f) Signing out ends all, and says what could not be reached."""

import http.server
import threading
import time
from typing import Final

from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys import abroad
from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.journeys.relying import Application
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    at,
    require,
    sign_in_with_password,
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
    public = world.map.portal("public").base_url
    page = browser.click(browser.open(f"{public}/items/social-insurance"), "item-sign-in")
    page = agree(browser, sign_in_with_password(browser, page, NATIONAL_CITIZEN))
    at(page, public)
    ministry = browser.open(f"{world.map.portal('ministry').base_url}/")
    if ministry.has("item-sign-in"):
        ministry = browser.click(ministry, "item-sign-in")
    ministry.element("who-subject")
    token_type = _joins(world, browser)
    return f"at {page.described}, {ministry.described}, and {CLIENT} ({token_type} token)"


def signs_out(world: World) -> str:
    """Sign out at one portal: the hub's page says who was told and who was not."""
    browser = world.browser(BROWSER)
    if world.planted == "f":
        _listen(world.map.base + _PORT)
    page = browser.open(f"{world.map.portal('public').base_url}/sign-out")
    page = browser.press(page, "sign-out-confirm")
    page = _settled(browser, page)
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
    page = _settled(browser, page)
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


def _settled(browser: Browser, page: Page) -> Page:
    """Wait with the page that waits for the applications."""
    until = time.monotonic() + _PATIENCE_S
    while page.has("logout-waiting") or page.has("logout-confirm"):
        if time.monotonic() > until:
            raise Lost(f"still waiting at {page.described}")
        if page.has("logout-confirm"):
            page = browser.press(page, "logout-confirm")
            continue
        time.sleep(1)
        page = browser.open(page.url)
    return page


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer a back-channel sign-out as if there were somebody."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(_OK)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def _listen(port: int) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()


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
