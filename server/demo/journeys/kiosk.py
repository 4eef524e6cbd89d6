"""(o) A terminal without keyboard (自助终端): somebody signs in on their own telephone."""

from typing import Final

from peers.sample_rp.build import app_of, kiosk_of
from peers.sample_rp.domain import DeviceCodes
from peers.sample_rp.errors import TurnedDown
from peers.sample_rp.service import App, Identity, Kiosk
from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Lost
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    require,
    sign_in_with_password,
)
from server.demo.registration import public_client, texts

BROWSER: Final = "telephone"
CLIENT: Final = "demo-kiosk"
_BODY: Final = {
    "client_id": CLIENT,
    "name_zh": "演示自助终端",
    "name_en": "Demo kiosk",
    "claims": [{"name": "name", "basis": "consent"}],
    **texts("演示自助终端", "Demo kiosk"),
    "oidc": {
        "profile": "kiosk",
        "token_endpoint_auth_method": "none",
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
        "redirect_uris": [],
        "scopes": ["openid", "profile"],
        "sector": CLIENT,
    },
}


def shows_a_code(world: World) -> str:
    """It asks for a code, and is told to wait while nobody has entered it."""
    public_client(world.officials["national"].first, _BODY)
    app, kiosk = _app(world), _kiosk(world)
    at = app.provider()
    codes = kiosk.begin(at)
    world.held["codes"] = codes
    asked = _asked(world)
    require(asked == "authorization_pending", f"nobody has entered it, yet: {asked}")
    too_fast = _asked(world)
    return f"{codes.user_code} at {codes.address}; {asked}; at once again: {too_fast}"


def is_entered_on_a_telephone(world: World) -> str:
    """The person enters the code, sees what asks and the code once more, and decides."""
    browser, codes = world.browser(BROWSER), world.recalled("codes", DeviceCodes)
    page = browser.open(codes.address)
    page = browser.submit(page, "device-form", {"user_code": codes.user_code.lower()})
    shown = page.element("device-code").text
    require(shown == codes.user_code, f"another code is shown: {shown}")
    decision = "device-deny" if world.planted == "o" else "device-allow"
    page = browser.press(page, decision)
    if page.has("login-form"):
        page = sign_in_with_password(browser, page, NATIONAL_CITIZEN)
    page = agree(browser, page)
    page.element("device-denied" if world.planted == "o" else "device-allowed")
    return f"{shown} shown again and allowed at {page.described}"


def is_signed_in(world: World) -> str:
    """The kiosk asks once more and knows who stands before it; the code is used up."""
    app = _app(world)
    at, codes = app.provider(), world.recalled("codes", DeviceCodes)
    tokens = _kiosk(world).wait(at, codes)
    claims = app.told(at, tokens, None)
    about = app.about(at, tokens)
    require(about["sub"] == claims["sub"], "userinfo names somebody else")
    again = _asked(world)
    require(again == "invalid_grant", f"the code again: {again}")
    return (
        f"signed in as {str(about['name'])[:1]}…, {claims['acr']}; the code again: {again}"
    )


def _asked(world: World) -> str:
    """Ask once; return the error code.

    Raises:
        Lost: there was none.
    """
    app = _app(world)
    try:
        _kiosk(world).ask(app.provider(), world.recalled("codes", DeviceCodes))
    except TurnedDown as answer:
        return answer.detail
    raise Lost("the kiosk got tokens")


def _identity(world: World) -> Identity:
    return Identity(issuer=world.place("national").issuer, client=CLIENT)


def _app(world: World) -> App:
    return app_of(_identity(world), world.map.ca_file)


def _kiosk(world: World) -> Kiosk:
    return kiosk_of(_identity(world), world.map.ca_file)


JOURNEY: Final = Journey(
    letter="o",
    title="在自助终端上用手机登录 · signing in at a kiosk by telephone",
    steps=(
        Step("the kiosk shows a code", shows_a_code),
        Step("it is entered on a telephone", is_entered_on_a_telephone),
        Step("the kiosk knows who stands before it", is_signed_in),
    ),
)
