"""(q) A platform asks another service in its visitor's name, and it is known who acts."""

from typing import Final

from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Lost
from server.demo.journeys.logs import find_event
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

BROWSER: Final = "at the desk"
_DESK, _RECORDS = "demo-desk", "demo-records"
_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"
_PORT: Final = 98
_OK, _BAD = 200, 400


def exchanges(world: World) -> str:
    """The desk exchanges its visitor's token for one that the records service takes."""
    browser, desk = world.browser(BROWSER), _registered(world, _DESK)
    _registered(world, _RECORDS)
    sign_in_at_public(world, browser, NATIONAL_CITIZEN)
    world.held["own"] = own = desk.sign_in(browser)
    audience = "demo-nobody" if world.planted == "q" else _RECORDS
    reply = _exchanged(desk, own, audience)
    require(reply.status == _OK, f"exchange: {reply.status} {reply.said}")
    world.held["exchanged"] = reply
    require("refresh_token" not in reply.body, "a refresh token came too")
    return f"{reply.text('issued_token_type')}, {reply.body['expires_in']} s"


def it_is_known_who_acts(world: World) -> str:
    """The records service asks what it is: whom it is about, and who acts for them."""
    told = _seen(world, world.recalled("exchanged", Reply))
    require(told.body.get("active"), "the exchanged token is not active")
    act = told.body.get("act")
    if not isinstance(act, dict):
        raise Lost(f"nobody acts: {told.said}")
    expect(act.get("sub"), _DESK, "who acts")
    desk = _registered(world, _DESK)
    own = desk.post(
        "/oauth2/introspect", token=world.recalled("own", Reply).text("access_token")
    )
    require(own.text("sub") != told.text("sub"), "both services know the same subject")
    expect(told.body.get("acr"), own.body.get("acr"), "the level")
    return f"sub {told.text('sub')[:8]}…, act {_DESK}, {told.text('acr')} as at the desk"


def nobody_else_may(world: World) -> str:
    """Without a policy there is no exchange, and what was exchanged cannot grow."""
    desk, records = _registered(world, _DESK), _registered(world, _RECORDS)
    without = _exchanged(records, world.recalled("exchanged", Reply), _DESK)
    expect(without.status, _BAD, "an exchange without policy")
    more = _exchanged(
        desk, world.recalled("own", Reply), _RECORDS, scope="openid members:read"
    )
    expect(more.status, _BAD, "an exchange for more scopes")
    return f"without a policy: {without.said}; for more scopes: {more.said}"


def it_ends_with_the_visit(world: World) -> str:
    """Signed out, neither token serves; the exchange is on record."""
    browser, issuer = world.browser(BROWSER), world.place("national").issuer
    page = browser.press(browser.open(f"{issuer}/logout"), "logout-confirm")
    told = _seen(world, world.recalled("exchanged", Reply))
    require(not told.body.get("active"), "it is active after sign-out")
    found = find_event(world, "national", type="oidc.token_exchanged", relying_party=_DESK)
    return f"{page.status}; inactive; on record: {found['type']}"


def _seen(world: World, reply: Reply) -> Reply:
    """Ask as the service that the token is for (RFC 7662 §2.1)."""
    records = _registered(world, _RECORDS)
    return records.post("/oauth2/introspect", token=reply.text("access_token"))


def _exchanged(by: Application, of: Reply, audience: str, **more: str) -> Reply:
    return by.token(
        grant_type=_EXCHANGE,
        subject_token=of.text("access_token"),
        subject_token_type=_TYPE,
        audience=audience,
        **more,
    )


def _registered(world: World, name: str) -> Application:
    base = f"{url(world.map.base + _PORT)}/{name}"
    oidc: dict[str, object] = {
        "grant_types": ["authorization_code", _EXCHANGE],
        "redirect_uris": [f"{base}/callback"],
        "scopes": ["openid"],
        "sector": name,
    }
    if name == _DESK:
        oidc["exchanges"] = [{"audience": _RECORDS}]
    names = {_DESK: "演示办事窗口", _RECORDS: "演示档案服务"}
    body = {"client_id": name, "name_zh": names[name], "name_en": name, "oidc": oidc}
    return Application.registered(world, body, base)


JOURNEY: Final = Journey(
    letter="q",
    title="以来访者的名义调用，并说明代办者 · acting for a visitor, and saying who acts",
    steps=(
        Step("exchanges its visitor's token", exchanges),
        Step("it is known who acts", it_is_known_who_acts),
        Step("nobody else may, and nothing grows", nobody_else_may),
        Step("it ends with the visit, and is on record", it_ends_with_the_visit),
    ),
)
