"""Every kind of thing that is handed out, at every door: each opens its own and no other.

Token confusion of all kinds at once, single-use stores that share names, and what one
flow gives tried in another. Nothing is spent by it: at the end each opens its own door.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from idp.clients.domain import GrantType
from tests.attacks.browser import Browser, request_of
from tests.attacks.harm import nothing_kept
from tests.attacks.house import Answer, House
from tests.attacks.paths import PATHS, opened
from tests.attacks.stage import (
    ACCESS,
    Stage,
    exchange_form,
    set_up,
    ticket_form,
    walked,
)

Door = Callable[[Stage, str], Answer]
_ASSERTED: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _pushed(stage: Stage) -> str:
    form = request_of(stage.client)
    said = stage.house.form("/oauth2/par", form, stage.client.basic)
    return str(said.json()["request_uri"])


def kinds(stage: Stage) -> Mapping[str, str]:
    """Return one of each kind that somebody may hold."""
    house = stage.house
    signed = {**stage.client.basic, "Accept": "application/token-introspection+jwt"}
    asked = {"token": str(stage.tokens["access_token"])}
    return {
        "access token": asked["token"],
        "ID token": str(stage.tokens["id_token"]),
        "refresh token": str(stage.tokens["refresh_token"]),
        "own token": stage.bearer,
        "code": stage.code,
        "device code": stage.device_code,
        "ticket": stage.ticket,
        "pushed request": _pushed(stage),
        "introspection": house.form("/oauth2/introspect", asked, signed).text,
        "statement": house.ask("GET", "/.well-known/openid-federation").text,
        "signed keys": house.ask("GET", "/oidc/signed_jwks").text,
        "session": stage.browser.jar["trusthub-national-session"],
        "secret": stage.client.secret,
    }


def _bearing(path: str) -> Door:
    def door(stage: Stage, token: str) -> Answer:
        said = {"Authorization": f"Bearer {token}"}
        return stage.house.ask("GET", path, headers=said)

    return door


def _token(grant: str, name: str, **more: str) -> Door:
    def door(stage: Stage, token: str) -> Answer:
        form = {"grant_type": grant, name: token, **more}
        return stage.house.form("/oauth2/token", form, stage.client.basic)

    return door


def _exchanged(stage: Stage, token: str) -> Answer:
    form = exchange_form(stage.portal, token)
    return stage.house.form("/oauth2/token", form, stage.client.basic)


def _acting(stage: Stage, token: str) -> Answer:
    form = exchange_form(stage.portal, str(stage.tokens["access_token"]))
    form |= {"actor_token": token, "actor_token_type": ACCESS}
    return stage.house.form("/oauth2/token", form, stage.client.basic)


def _handed_over(stage: Stage, token: str) -> Answer:
    form = ticket_form(stage.portal, token)
    return stage.house.form("/oauth2/token", form, stage.client.basic)


def _as_ticket(stage: Stage, token: str) -> Answer:
    asked = {"transfer_ticket": token, "prompt": "none"}
    return stage.browser.authorize(stage.portal, **asked)


def _as_hint(stage: Stage, token: str) -> Answer:
    asked = {"id_token_hint": token, "prompt": "none"}
    return stage.browser.authorize(stage.client, **asked)


def _as_object(stage: Stage, token: str) -> Answer:
    return stage.browser.authorize(stage.client, request=token, prompt="none")


def _as_reference(stage: Stage, token: str) -> Answer:
    query = {"client_id": stage.client.id, "request_uri": token}
    return stage.browser.post("/oauth2/authorize", query)


def _as_assertion(stage: Stage, token: str) -> Answer:
    form = {
        "grant_type": "client_credentials",
        "client_id": stage.client.id,
        "client_assertion_type": _ASSERTED,
        "client_assertion": token,
    }
    return stage.house.form("/oauth2/token", form)


def _as_secret(stage: Stage, token: str) -> Answer:
    own = type(stage.client)(stage.client.id, token)
    form = {"token": str(stage.tokens["access_token"])}
    return stage.house.form("/oauth2/introspect", form, own.basic)


def _as_proof(stage: Stage, token: str) -> Answer:
    form = {"grant_type": "client_credentials"}
    headers = {**stage.api_client.basic, "DPoP": token}
    return stage.house.form("/oauth2/token", form, headers)


def _as_session(stage: Stage, token: str) -> Answer:
    browser = Browser(stage.house, dict(stage.browser.jar))
    browser.jar["trusthub-national-session"] = token
    return browser.authorize(stage.client, prompt="none")


def _introspected(stage: Stage, token: str) -> Answer:
    form = {"token": token}
    said = stage.house.form("/oauth2/introspect", form, stage.client.basic)
    assert said.status == 200, said
    active = said.json() != {"active": False}
    return said if active else Answer(403, said.headers, said.body)


def _as_registration(stage: Stage, token: str) -> Answer:
    return stage.house.api("GET", f"/oauth2/register/{stage.client.id}", token)


def _as_way_in(stage: Stage, token: str) -> Answer:
    return stage.house.api("POST", "/oauth2/register", token, {"redirect_uris": []})


DOORS: Final[Mapping[str, tuple[Door, frozenset[str]]]] = {
    "userinfo": (_bearing("/oidc/userinfo"), frozenset({"access token"})),
    "api": (_bearing("/api/v1/clients"), frozenset({"own token"})),
    "code": (_token("authorization_code", "code"), frozenset({"code"})),
    "refresh": (_token("refresh_token", "refresh_token"), frozenset({"refresh token"})),
    "device": (
        _token(GrantType.DEVICE_CODE.value, "device_code"),
        frozenset({"device code"}),
    ),
    "jwt-bearer": (_token(GrantType.JWT_BEARER.value, "assertion"), frozenset()),
    "subject": (_exchanged, frozenset({"access token"})),
    "actor": (_acting, frozenset({"access token"})),
    "hand over": (_handed_over, frozenset({"access token"})),
    "ticket": (_as_ticket, frozenset({"ticket"})),
    "hint": (_as_hint, frozenset({"ID token"})),
    "request object": (_as_object, frozenset()),
    "request by reference": (_as_reference, frozenset({"pushed request"})),
    "assertion": (_as_assertion, frozenset()),
    "client secret": (_as_secret, frozenset({"secret"})),
    "proof": (_as_proof, frozenset()),
    "session": (_as_session, frozenset({"session"})),
    "introspection": (_introspected, frozenset({"access token", "refresh token"})),
    "own record": (_as_registration, frozenset()),
    "registration": (_as_way_in, frozenset()),
}
"""Every door, and the kinds that open it."""
STILL: Final = (
    *("userinfo", "api", "introspection", "session by hint", "offline refresh"),
    *(GrantType.AUTHORIZATION_CODE.value, GrantType.DEVICE_CODE.value),
    *(GrantType.TOKEN_EXCHANGE.value, GrantType.REFRESH_TOKEN.value, "transfer ticket"),
)
"""What is open afterwards as it was before."""


@pytest.mark.spec("RFC 8725 §2.8, §3.11; RFC 9068 §5; CVE-2026-4325, CVE-2024-28197")
@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_opened_by_its_own_kind_alone(house: House, name: str) -> None:
    stage, (door, own) = set_up(house), DOORS[name]
    held = kinds(stage)
    with nothing_kept(house):
        for kind, token in held.items():
            if kind not in own:
                answer = door(stage, token)
                assert not opened(answer), (kind, answer)
                assert answer.status < 500, (kind, answer)
                assert answer.reference, (kind, answer)
                assert token not in answer.text, kind
    for path in STILL:
        assert opened(PATHS[path](stage)), (name, path)


@pytest.mark.spec("RFC 8725 §2.8")
@pytest.mark.parametrize("name", [n for n, (_, own) in DOORS.items() if own])
def test_its_own_kind_does_open_it(house: House, name: str) -> None:
    stage, (door, own) = set_up(house), DOORS[name]
    held = kinds(stage)
    for kind in own:
        if kind == "code":
            answer = PATHS[GrantType.AUTHORIZATION_CODE.value](stage)
        else:
            answer = door(stage, held[kind])
        onward = walked(stage.browser, answer) if answer.status == 303 else answer
        assert opened(onward), (kind, answer)
