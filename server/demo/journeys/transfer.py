"""(p) A platform hands its visitor over to another: 信任传递 by a one-time ticket."""

import time
from typing import Final

from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.journeys.relying import Application, Reply
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    expect,
    require,
    sign_in_at_public,
)
from server.demo.places import url

BROWSER: Final = "handed over"
ELSEWHERE: Final = "another machine"
_HERE, _THERE, _OTHER = "demo-handing", "demo-taking", "demo-passing-by"
_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"
_TICKET: Final = "urn:trusthub:token-type:transfer-ticket"
_PORT: Final = 97
_PATIENCE_S: Final = 15.0
_REFUSED: Final = 401


def gets_a_ticket(world: World) -> str:
    """Signed in at one platform, which exchanges its token for a ticket to another."""
    browser, here = world.browser(BROWSER), _registered(world, _HERE)
    for name in (_THERE, _OTHER):
        _registered(world, name)
    sign_in_at_public(world, browser, NATIONAL_CITIZEN)
    world.held[_HERE] = tokens = here.sign_in(browser)
    ticket = _ticket(world, tokens)
    world.noted["ticket"] = ticket.text("access_token")
    return f"{ticket.text('issued_token_type')}, {ticket.body['expires_in']} s"


def is_taken_over(world: World) -> str:
    """The other platform shows the ticket: no sign-in, the same level, another subject."""
    browser, here = world.browser(BROWSER), _registered(world, _HERE)
    there = _registered(world, _OTHER if world.planted == "p" else _THERE)
    posts = browser.posts
    tokens = there.sign_in(browser, transfer_ticket=world.noted["ticket"])
    require(browser.posts == posts, "something had to be filled in")
    one = here.userinfo(world.recalled(_HERE, Reply).text("access_token")).text("sub")
    other = there.userinfo(tokens.text("access_token")).text("sub")
    require(one != other, "both were told the same subject")
    level = _same_level(world, tokens)
    world.held[_THERE] = tokens
    return f"no form on the way; subjects {one[:8]}… and {other[:8]}…, both {level}"


def is_good_once(world: World) -> str:
    """Shown again, the ticket is refused, and what came of it ends."""
    browser, there = world.browser(BROWSER), _registered(world, _THERE)
    try:
        there.sign_in(browser, transfer_ticket=world.noted["ticket"])
    except Lost as lost:
        answer = there.userinfo(world.recalled(_THERE, Reply).text("access_token"))
        require(answer.status == _REFUSED, "what came of the ticket goes on")
        return f"{lost}; userinfo of its token: {answer.status}"
    raise Lost("it was taken twice")


def in_another_browser_a_number_is_matched(world: World) -> str:
    """A ticket alone opens no other browser: the person picks the number it shows."""
    own, other = world.browser(BROWSER), world.browser(ELSEWHERE)
    here, there = _registered(world, _HERE), _registered(world, _THERE)
    ticket = _ticket(world, world.recalled(_HERE, Reply)).text("access_token")
    begun = there.begin(transfer_ticket=ticket)
    door = other.open(begun.address)
    number = door.element("transfer-number").text
    page = own.open(f"{here.issuer}/account/transfer")
    page = own.press(page, f"transfer-pick-{number}")
    entered = _entered(other, door)
    other.apps.add(there.base)
    came = other.press(entered, "transfer-continue")
    world.held[_THERE] = tokens = there.finish(begun, came.url)
    there.userinfo(tokens.text("access_token")).text("sub")
    _same_level(world, tokens)
    return f"number {number} picked in the own browser; then the other came in"


def signing_out_reaches_all(world: World) -> str:
    """Who signs out where they signed in is out wherever they were handed over."""
    browser = world.browser(BROWSER)
    page = browser.open(f"{world.place('national').issuer}/logout")
    page = browser.press(page, "logout-confirm")
    refused = {}
    for name in (_HERE, _THERE):
        token = world.recalled(name, Reply).text("access_token")
        refused[name] = _registered(world, name).userinfo(token).status
    require(set(refused.values()) == {_REFUSED}, f"userinfo after sign-out: {refused}")
    return f"userinfo afterwards: {refused}"


def _same_level(world: World, tokens: Reply) -> str:
    """Return the level that both platforms were told, in their ID tokens."""
    level = world.recalled(_HERE, Reply).identity.get("acr")
    require(level is not None, "the origin was told no level")
    expect(tokens.identity.get("acr"), level, "the level")
    return str(level)


def _entered(browser: Browser, door: Page) -> Page:
    """Wait at the door until it opens by itself."""
    until, page = time.monotonic() + _PATIENCE_S, door
    while not page.has("transfer-continue"):
        if time.monotonic() > until:
            raise Lost(f"still at {page.described}")
        time.sleep(0.5)
        page = browser.open(page.onward or page.url)
    return page


def _ticket(world: World, tokens: Reply) -> Reply:
    return _registered(world, _HERE).token(
        grant_type=_EXCHANGE,
        subject_token=tokens.text("access_token"),
        subject_token_type=_TYPE,
        requested_token_type=_TICKET,
        audience=_THERE,
    )


def _registered(world: World, name: str) -> Application:
    base = f"{url(world.map.base + _PORT)}/{name}"
    oidc: dict[str, object] = {
        "redirect_uris": [f"{base}/callback"],
        "scopes": ["openid"],
        "sector": name,
    }
    if name == _HERE:
        oidc["grant_types"] = ["authorization_code", _EXCHANGE]
        oidc["exchanges"] = [{"audience": _THERE, "may_transfer": True}]
    names = {_HERE: "演示转出平台", _THERE: "演示转入平台", _OTHER: "演示无关平台"}
    body = {"client_id": name, "name_zh": names[name], "name_en": name, "oidc": oidc}
    return Application.registered(world, body, base)


JOURNEY: Final = Journey(
    letter="p",
    title="信任传递：从一个平台到另一个平台 · handed over from one platform to another",
    steps=(
        Step("gets a ticket for another platform", gets_a_ticket),
        Step("is taken over without a second sign-in", is_taken_over),
        Step("the ticket is good once", is_good_once),
        Step(
            "in another browser a number is matched", in_another_browser_a_number_is_matched
        ),
        Step("signing out reaches all", signing_out_reaches_all),
    ),
)
