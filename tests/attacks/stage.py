"""One person at one relying party, and everything issued that can be issued."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Final
from uuid import uuid4

from idp.clients.domain import GrantType
from idp.clients.messages import ClaimBody, ClientBody, ExchangeBody, OidcBody, TextBody
from idp.oidc.domain.issuer import API_SCOPES
from idp.oidc.domain.transfers import TICKET_TYPE
from idp.people.domain import Person
from idp.session.domain import Session
from idp.session.service.sessions import Start
from kernel.assurance import Assurance, Authenticator, Level
from kernel.ids import EntityId, OrganisationId
from kernel.web import Role
from tests.attacks.browser import Browser, code_of, hidden_fields, redeem
from tests.attacks.house import BACK, ISSUER, PASSWORD, Answer, House, Registered

_count: Final = itertools.count()
_TEXT: Final = TextBody(zh="测试", en="test")
_COOKIE: Final = "trusthub-national-session"
ACCESS: Final = "urn:ietf:params:oauth:token-type:access_token"
SCOPE: Final = "openid profile"
_LONGEST_WALK: Final = 12


def register(house: House, name: str, **oidc: object) -> Registered:
    """Register a relying party that may have what is asked for."""
    shape: dict[str, object] = {
        "grant_types": (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
        "redirect_uris": (BACK,),
        "scopes": ("openid", "profile", "offline_access"),
        **oidc,
    }
    body = ClientBody(
        name_zh=name,
        name_en=name,
        claims=(ClaimBody(name="name"),),
        recipient=_TEXT,
        purpose=_TEXT,
        retention=_TEXT,
        oidc=OidcBody(**shape),  # type: ignore[arg-type]  # as the caller says
    )
    made = house.served.persons.clients.clients.register(body, actor=None)
    assert made.secret is not None
    return Registered(made.client.id, made.secret.reveal())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that can be disabled, and everything that must then be void.

    The session rests on a provider of the federation and acts for an organisation, so that
    these two can be disabled as well; ``fresh`` is a browser at the sign-in form.
    """

    house: House
    person: Person
    username: str
    session: Session
    provider: EntityId
    organisation: OrganisationId
    client: Registered
    portal: Registered
    api_client: Registered
    browser: Browser
    code: str
    tokens: Mapping[str, object]
    offline: Mapping[str, object]
    device_code: str
    ticket: str
    waiting: tuple[Browser, Answer]
    bearer: str

    def through(self, house: House) -> "Stage":
        """Return the same stage, asked through another process of the installation."""
        browser = Browser(house, dict(self.browser.jar))
        other, answer = self.waiting
        waiting = (Browser(house, dict(other.jar)), answer)
        return replace(self, house=house, browser=browser, waiting=waiting)


def set_up(house: House) -> Stage:
    """Sign somebody in and issue everything once."""
    name = f"matrix-{next(_count)}"
    person = house.person(name, Role.OPERATOR)
    portal = register(house, f"{name}-portal")
    client = register(house, name, **_everything(portal))
    api_client = house.client(
        f"{name}-api",
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        scopes=tuple(sorted(API_SCOPES)),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        sector=f"{name}-api",
        person=person.id,
    )
    provider = EntityId(f"https://{name}.example")
    organisation = OrganisationId(uuid4())
    session, browser = _signed_in(house, person, provider, organisation)
    tokens = _tokens(house, client, browser, scope=SCOPE)
    return Stage(
        house=house,
        person=person,
        username=name,
        session=session,
        provider=provider,
        organisation=organisation,
        client=client,
        portal=portal,
        api_client=api_client,
        browser=browser,
        offline=_tokens(
            house, client, browser, scope=f"{SCOPE} offline_access", prompt="consent"
        ),
        code=code_of(walked(browser, browser.authorize(client, scope=SCOPE)).location),
        tokens=tokens,
        device_code=device_code(house, client, browser),
        ticket=ticket(house, client, portal, str(tokens["access_token"])),
        waiting=_at_the_form(house, client),
        bearer=house.token_of(api_client),
    )


def device_code(house: House, client: Registered, browser: Browser) -> str:
    """Return a device code that a person has allowed (RFC 8628 §3.3)."""
    told = house.form("/oauth2/device_authorization", {"scope": SCOPE}, client.basic)
    assert told.status == 200, told.text
    codes = told.json()
    allow_device(browser, str(codes["user_code"]))
    return str(codes["device_code"])


def allow_device(browser: Browser, user_code: str, username: str = "") -> None:
    """Type the code of a device, confirm it, sign in if need be, and agree."""
    page = walked(browser, confirmed(browser, user_code), username)
    assert 'id="device-allowed"' in page.text, page.text


def confirmed(browser: Browser, user_code: str) -> Answer:
    """Type the code of a device and confirm it; return where that leads."""
    page = browser.get("/device")
    fields = {**hidden_fields(page.text), "user_code": user_code}
    page = browser.post("/device", fields)
    assert 'id="device-confirm"' in page.text, page.text
    fields = {**hidden_fields(page.text), "decision": "allow"}
    return browser.post("/device/confirm", fields)


def ticket(house: House, client: Registered, portal: Registered, token: str) -> str:
    """Return a transfer ticket of ``client`` for ``portal``."""
    answer = house.form("/oauth2/token", ticket_form(portal, token), client.basic)
    assert answer.status == 200, answer.text
    return str(answer.json()["access_token"])


def ticket_form(portal: Registered, token: str) -> dict[str, str]:
    """RFC 8693 §2.1: hand the visitor of an access token over."""
    return {
        "grant_type": GrantType.TOKEN_EXCHANGE.value,
        "subject_token": token,
        "subject_token_type": ACCESS,
        "requested_token_type": TICKET_TYPE,
        "audience": portal.id,
    }


def exchange_form(portal: Registered, token: str) -> dict[str, str]:
    """RFC 8693 §2.1: change an access token into one for somebody else."""
    return {**ticket_form(portal, token), "requested_token_type": ACCESS}


def _everything(portal: Registered) -> dict[str, object]:
    return {
        "grant_types": (
            GrantType.AUTHORIZATION_CODE,
            GrantType.REFRESH_TOKEN,
            GrantType.DEVICE_CODE,
            GrantType.TOKEN_EXCHANGE,
        ),
        "exchanges": (
            ExchangeBody(audience=portal.id, may_impersonate=True, may_transfer=True),
        ),
    }


def _signed_in(
    house: House, person: Person, provider: EntityId, organisation: OrganisationId
) -> tuple[Session, Browser]:
    """Start the session as the broker does after another platform's word."""
    begun = Start(
        person=person.id,
        assurance=Assurance(identity=Level.SELF_ASSERTED, authenticator=Authenticator.A1),
        amr=("fed",),
        providers=(provider,),
        acting_for=organisation,
    )
    session, cookie = house.served.persons.session.sessions.start(begun)
    browser = Browser(house)
    browser.get("/login")
    browser.jar[_COOKIE] = cookie.reveal()
    return session, browser


def _tokens(
    house: House, client: Registered, browser: Browser, **asked: str
) -> Mapping[str, object]:
    gone = walked(browser, browser.authorize(client, **asked)).location
    answer = redeem(house, client, code_of(gone))
    assert answer.status == 200, answer.text
    return answer.json()


def _at_the_form(house: House, client: Registered) -> tuple[Browser, Answer]:
    browser = Browser(house)
    answer = browser.authorize(client)
    assert answer.location.startswith("/login"), answer
    return browser, answer


def walked(browser: Browser, answer: Answer, username: str = "") -> Answer:
    """Follow redirects of ours, agree where asked, and try to sign in, once.

    What is returned leads away from us, or is the page on which it ends.
    """
    address, tries = "", 1 if username else 0
    for _ in range(_LONGEST_WALK):
        onward = answer.location or _departure(answer.text)
        if onward:
            if not onward.startswith(("/", ISSUER)):
                return answer
            address = onward
            answer = browser.get(address)
        elif 'id="consent-form"' in answer.text:
            fields = {**hidden_fields(answer.text), "decision": "allow"}
            answer = browser.post(address, fields)
        elif 'id="login-form"' in answer.text and tries:
            tries -= 1
            said = {"username": username, "password": PASSWORD}
            answer = browser.post(address, {**hidden_fields(answer.text), **said})
        else:
            return answer
    raise AssertionError(answer.text)


def _departure(page: str) -> str:
    return unescape(page.partition('id="go-on" href="')[2].partition('"')[0])
