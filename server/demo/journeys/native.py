"""(n) An app on a person's own machine signs them in, and gives everything back."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Final

from kernel.errors import DomainError
from peers.sample_rp.build import app_of, listening
from peers.sample_rp.domain import Attempt, Given, Provider
from peers.sample_rp.errors import TurnedDown
from peers.sample_rp.service import App, Identity
from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Lost
from server.demo.journeys.relying import come_back
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    require,
    sign_in_with_password,
)
from server.demo.registration import public_client, texts

BROWSER: Final = "own machine"
CLIENT: Final = "demo-app"
SCHEME: Final = "cn.example.demo"
_PATIENCE_S: Final = 20.0
_BODY: Final = {
    "client_id": CLIENT,
    "name_zh": "演示手机应用",
    "name_en": "Demo app",
    "claims": [{"name": "name", "basis": "consent"}],
    **texts("演示手机应用", "Demo app"),
    "oidc": {
        "profile": "native",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["http://127.0.0.1/back", f"{SCHEME}:/back"],
        "scopes": ["openid", "profile"],
        "sector": CLIENT,
    },
}


def _app(world: World) -> App:
    """Return the app, registered at the hub as one that keeps no secret."""
    nation = world.place("national")
    public_client(world.officials["national"].first, _BODY)
    identity = Identity(issuer=nation.issuer, client=CLIENT)
    return app_of(identity, world.map.ca_file)


def signs_in(world: World) -> str:
    """The system's browser comes back to a port that the app has just opened."""
    app, browser = _app(world), world.browser(BROWSER)
    at, door = app.provider(), listening()
    attempt, come = app.begin(door.redirect_uri), []
    thread = Thread(target=lambda: come.append(door.wait(_PATIENCE_S)))
    thread.start()
    page = browser.open(app.address(at, attempt))
    agree(browser, sign_in_with_password(browser, page, NATIONAL_CITIZEN))
    thread.join()
    if come[0] is None:
        raise Lost("the browser did not come back to the app")
    tokens = _finished(world, app, at, attempt, come[0])
    subject = str(app.about(at, tokens)["sub"])
    world.held["app"] = tokens
    return f"back at {door.redirect_uri}; userinfo names {subject[:12]}…"


def _finished(world: World, app: App, at: Provider, attempt: Attempt, come: str) -> Given:
    """RFC 7636 §4.6: only who began the request can finish it."""
    if world.planted == "n":
        attempt = replace(attempt, verifier=app.begin(attempt.redirect_uri).verifier)
    return app.finish(at, attempt, come)


def renews_once(world: World) -> str:
    """A refresh token is good once; used again, all that came of it ends."""
    app, tokens = _app(world), world.recalled("app", Given)
    at = app.provider()
    newer = app.renew(at, tokens)
    require(newer.refresh_token != tokens.refresh_token, "the refresh token stayed")
    app.about(at, newer)
    again = _refused(lambda: app.renew(at, tokens))
    ended = _refused(lambda: app.about(at, newer))
    return f"renewed; used again: {again}; then the newer one at userinfo: {ended}"


def comes_back_by_its_own_scheme(world: World) -> str:
    """App to app: the system hands the answer to whom the scheme belongs."""
    app, browser = _app(world), world.browser(BROWSER)
    at, attempt = app.provider(), app.begin(f"{SCHEME}:/back")
    come = come_back(browser, app.address(at, attempt), f"{SCHEME}:")
    tokens = app.finish(at, attempt, come)
    world.held["app"] = tokens
    return f"handed {come.partition('?')[0]}; {'id_token' if tokens.id_token else ''}"


def gives_back(world: World) -> str:
    """Uninstalled, it leaves nothing behind: neither token serves any more."""
    app, tokens = _app(world), world.recalled("app", Given)
    at = app.provider()
    app.give_back(at, tokens)
    by_refresh = _refused(lambda: app.renew(at, tokens))
    by_access = _refused(lambda: app.about(at, tokens))
    return f"revoked; renewing: {by_refresh}; userinfo: {by_access}"


def _refused(act: Callable[[], object]) -> str:
    """Return with which code the hub said no.

    Raises:
        Lost: it said yes.
    """
    try:
        act()
    except TurnedDown as refusal:
        return refusal.detail
    except DomainError as failure:
        raise Lost(f"{failure.code} {failure.detail}") from failure
    raise Lost("it was not refused")


JOURNEY: Final = Journey(
    letter="n",
    title="手机应用登录，用后归还 · an app signs in and gives everything back",
    steps=(
        Step("the app signs somebody in by the system's browser", signs_in),
        Step("a refresh token is good once", renews_once),
        Step("it comes back by its own scheme", comes_back_by_its_own_scheme),
        Step("it gives back what it was given", gives_back),
    ),
)
