"""(r) Signing out reaches five applications, each its own way; one cannot be reached."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

import orjson

from kernel.proof.jose import ID_TOKEN, LOGOUT_TOKEN, KeySet, VerifiedClaims, verify
from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Lost
from server.demo.journeys.listeners import Heard, Listener
from server.demo.journeys.relying import Application, Reply, settled
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    require,
    sign_in_at_public,
)
from server.demo.places import url

BROWSER: Final = "five"
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_PORT, _NOBODY = 96, 95
_PATIENCE_S: Final = 40.0
_REFUSED: Final = 401
_TOLD: Final = ("one", "two", "later")
_NAMES: Final = {
    "one": "演示应用一（后端通知）",
    "two": "演示应用二（后端通知）",
    "later": "演示应用三（稍后才能通知）",
    "framed": "演示应用四（前端通知）",
    "gone": "演示应用五（无法联系）",
}
"""Five applications, by how they can be told."""


def signs_in_at_five(world: World) -> str:
    """One sign-in, five applications."""
    browser = world.browser(BROWSER)
    tokens: dict[str, Reply] = {}
    for name in _NAMES:
        application = _registered(world, name)
        if not tokens:
            sign_in_at_public(world, browser, NATIONAL_CITIZEN)
        tokens[name] = application.sign_in(browser)
    world.held["five"] = tokens
    subjects = {application_sub(world, name, reply) for name, reply in tokens.items()}
    require(len(subjects) == len(_NAMES), "two applications were told the same subject")
    return f"signed in at {len(tokens)}, each told another subject"


def application_sub(world: World, name: str, reply: Reply) -> str:
    """Return the subject that one application was told."""
    about = _registered(world, name).userinfo(reply.text("access_token"))
    return about.text("sub")


def signs_out_at_one(world: World) -> str:
    """RP-initiated: the page says who was told, who was shown, who was not reached."""
    browser, one = world.browser(BROWSER), _registered(world, "one")
    asked = {
        "id_token_hint": _tokens(world)["one"].text("id_token"),
        "post_logout_redirect_uri": f"{one.base}/signed-out",
        "state": "from-one",
    }
    browser.apps.add(f"{one.base}/signed-out")
    with _listening(world) as heard:
        page = browser.open(f"{one.issuer}/logout?{urlencode(asked)}")
        page = settled(browser, page, _PATIENCE_S)
        missed, told = page.element("logout-missed").text, page.element("logout-told").text
        require(_NAMES["gone"] in missed, f"not among the missed: {missed}")
        _await_all(world, heard)
        world.held["heard"] = heard
    return f"told: {told}; not reached: {missed}"


def each_was_told_truly(world: World) -> str:
    """Each logout token is the hub's, for that application, about this session."""
    heard, keys = world.recalled("heard", Heard), _keys(world)
    for name in _TOLD:
        (token,) = heard.posts[f"/{name}/backchannel-logout"]
        claims = verify(token, keys, LOGOUT_TOKEN)
        _is_about(claims, f"demo-five-{name}", _sid(world, name))
    (frame,) = heard.frames["/framed/frontchannel-logout"]
    require(frame["iss"] == [world.place("national").issuer], f"frame of {frame['iss']}")
    require(frame["sid"] == [_sid(world, "framed")], "the frame names another session")
    return f"{len(_TOLD)} logout tokens verified, one at its second try; one frame"


def nothing_serves_any_more(world: World) -> str:
    """No token of the five is worth anything; the operator sees who is still missing."""
    for name, reply in _tokens(world).items():
        answer = _registered(world, name).userinfo(reply.text("access_token"))
        require(answer.status == _REFUSED, f"{name} is still told: {answer.status}")
    operator = world.officials["national"].first
    # Who was not reached is tried again for some minutes before it is given up.
    for state in ("pending", "failed"):
        rows = operator.get("/sign-outs", {"state": state}).rows("sign_outs")
        if "demo-five-gone" in orjson.dumps(rows).decode():
            return f"5 tokens refused; the operator is shown demo-five-gone as {state}"
    raise Lost("the operator is not shown who was missed")


def _registered(world: World, name: str) -> Application:
    port = _NOBODY if name == "gone" else _PORT
    base = f"{url(world.map.base + port)}/{name}"
    channel = "frontchannel" if name == "framed" else "backchannel"
    body = {
        "client_id": f"demo-five-{name}",
        "name_zh": _NAMES[name],
        "name_en": f"Demo application {name}",
        "oidc": {
            "redirect_uris": [f"{base}/callback"],
            "post_logout_redirect_uris": [f"{base}/signed-out"],
            f"{channel}_logout_uri": f"{base}/{channel}-logout",
            f"{channel}_logout_session_required": True,
            "scopes": ["openid"],
            "sector": f"demo-five-{name}",
        },
    }
    return Application.registered(world, body, base)


@contextmanager
def _listening(world: World) -> Iterator[Heard]:
    """Four listen; the fifth does not, unless that is the fault."""
    listener = Listener(world.map.base + _PORT)
    listener.heard.fails["/later/backchannel-logout"] = 1
    fifth = Listener(world.map.base + _NOBODY) if world.planted == "r" else None
    try:
        yield listener.heard
    finally:
        for each in filter(None, (listener, fifth)):
            each.close()


def _await_all(world: World, heard: Heard) -> None:
    """The queue tries again whoever could not just then."""
    wanted = {f"/{name}/backchannel-logout" for name in _TOLD}
    until = time.monotonic() + _PATIENCE_S
    while wanted - set(heard.posts):
        world.stage.all_live()
        if time.monotonic() > until:
            raise Lost(f"never told: {sorted(wanted - set(heard.posts))}")
        time.sleep(0.2)


def _is_about(claims: VerifiedClaims, client: str, sid: str) -> None:
    """OIDC Back-Channel Logout §2.4: its event, our name, our session, and no nonce."""
    require(claims.get("aud") == client, f"for {claims.get('aud')}, not {client}")
    require(claims.get("sid") == sid, f"another session at {client}")
    require("nonce" not in claims, "a nonce is forbidden")
    events = claims.get("events")
    require(isinstance(events, dict) and _EVENT in events, f"events: {events}")


def _sid(world: World, name: str) -> str:
    """Return the session id that an application was told in its ID token."""
    token = _tokens(world)[name].text("id_token")
    claims = verify(token, _keys(world), ID_TOKEN)
    return str(claims["sid"])


def _keys(world: World) -> KeySet:
    reply = world.stage.pool.request("GET", f"{world.place('national').issuer}/oidc/jwks")
    return KeySet.parse(reply.json())


def _tokens(world: World) -> dict[str, Reply]:
    held = world.held["five"]
    if not isinstance(held, dict):
        raise TypeError(held)
    return held


JOURNEY: Final = Journey(
    letter="r",
    title="退出登录通知五个应用 · signing out reaches five, each its own way",
    steps=(
        Step("one sign-in, five applications", signs_in_at_five),
        Step("signs out at one; the page says how it went", signs_out_at_one),
        Step("each was told truly", each_was_told_truly),
        Step(
            "nothing serves any more, and it is known who was missed",
            nothing_serves_any_more,
        ),
    ),
)
