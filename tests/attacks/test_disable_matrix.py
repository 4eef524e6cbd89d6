"""Whoever is disabled is disabled everywhere: party times path, made from the tables."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from idp.clients.domain import GrantType
from idp.oidc.domain.issuer import API_SCOPES
from kernel.ids import PersonId
from kernel.standing import Party, PartyKind, State
from kernel.web import Role, Route
from tests.attacks.browser import Browser, code_of, redeem, refresh
from tests.attacks.house import BACK, Answer, House, Registered
from tests.attacks.malformed import plain_path

_count: Final = itertools.count()


@dataclass(frozen=True, slots=True)
class Stage:
    """One person at one relying party, everything issued; and an API client of theirs."""

    house: House
    person: PersonId
    username: str
    client: Registered
    api_client: Registered
    browser: Browser
    code: str
    tokens: Mapping[str, object]
    bearer: str

    @classmethod
    def set(cls, house: House) -> "Stage":
        """Sign somebody in, take one code unredeemed, one set of tokens, one API token."""
        name = f"matrix-{next(_count)}"
        person = house.person(name, Role.OPERATOR)
        client = house.client(name)
        api_client = house.client(
            f"{name}-api",
            grant_types=(GrantType.CLIENT_CREDENTIALS,),
            scopes=tuple(sorted(API_SCOPES)),
            redirect_uris=(),
            post_logout_redirect_uris=(),
            sector=f"{name}-api",
            person=person.id,
        )
        browser = Browser(house)
        first = browser.sign_in(client, name, scope="openid offline_access")
        tokens = redeem(house, client, code_of(first)).json()
        code = code_of(browser.sign_in(client, name, scope="openid offline_access"))
        bearer = house.token_of(api_client)
        return cls(
            house, person.id, name, client, api_client, browser, code, tokens, bearer
        )


def _by_code(stage: Stage) -> Answer:
    return redeem(stage.house, stage.client, stage.code)


def _by_refresh(stage: Stage) -> Answer:
    return refresh(stage.house, stage.client, str(stage.tokens["refresh_token"]))


def _by_credentials(stage: Stage) -> Answer:
    fields = {"grant_type": "client_credentials"}
    return stage.house.form("/oauth2/token", fields, stage.api_client.basic)


def _by_userinfo(stage: Stage) -> Answer:
    said = {"Authorization": f"Bearer {stage.tokens['access_token']}"}
    return stage.house.ask("GET", "/oidc/userinfo", headers=said)


def _by_session(stage: Stage) -> Answer:
    return stage.browser.authorize(stage.client, prompt="none")


def _by_signing_in(stage: Stage) -> Answer:
    browser = Browser(stage.house)
    answer = browser.authorize(stage.client)
    if answer.status == 400 or answer.status == 403:  # noqa: PLR1714  refused
        return answer
    try:
        gone = browser.walk(answer, stage.username)
    except AssertionError:
        return Answer(403, (), b"")
    return Answer(303, (("Location", gone),), b"")


PATHS: Final = {
    GrantType.AUTHORIZATION_CODE.value: _by_code,
    GrantType.REFRESH_TOKEN.value: _by_refresh,
    GrantType.CLIENT_CREDENTIALS.value: _by_credentials,
    "userinfo": _by_userinfo,
    "session": _by_session,
    "sign-in": _by_signing_in,
}
TOUCHES: Final = {
    PartyKind.PERSON: frozenset(PATHS),
    PartyKind.RELYING_PARTY: frozenset(PATHS) - {GrantType.CLIENT_CREDENTIALS.value},
}
"""Which paths lead through whom; the API client is a party of its own (below)."""


def _party(stage: Stage, kind: PartyKind) -> Party:
    named = {PartyKind.PERSON: str(stage.person), PartyKind.RELYING_PARTY: stage.client.id}
    return Party(kind, named[kind])


def _set(house: House, party: Party, state: State) -> None:
    drivers = house.served.drivers
    with drivers.db.unit_of_work()():
        drivers.standing.change(party, state, reason="matrix")


def _opened(answer: Answer) -> bool:
    """Tell whether something was given: tokens, claims, or a code in a redirect."""
    return answer.status == 200 or f"{BACK}?code=" in answer.location


@pytest.mark.spec("attacks §6")
def test_every_grant_of_the_token_endpoint_has_a_row() -> None:
    assert {grant.value for grant in GrantType} <= set(PATHS)


@pytest.mark.spec("attacks §6")
@pytest.mark.parametrize("path", sorted(PATHS))
def test_everything_is_open_while_all_are_in_good_standing(house: House, path: str) -> None:
    assert _opened(PATHS[path](Stage.set(house))), path


@pytest.mark.spec("attacks §6; CVE family 'disabled X works through Y'")
@pytest.mark.parametrize(
    ("kind", "path"), [(k, p) for k, paths in TOUCHES.items() for p in sorted(paths)]
)
def test_a_disabled_party_gets_nothing(house: House, kind: PartyKind, path: str) -> None:
    stage = Stage.set(house)
    _set(house, _party(stage, kind), State.SUSPENDED)
    answer = PATHS[path](stage)
    assert not _opened(answer), (kind, path, answer)


@pytest.mark.spec("attacks §6")
def test_a_disabled_person_or_client_calls_no_route_of_the_api(house: House) -> None:
    for kind in (PartyKind.PERSON, PartyKind.RELYING_PARTY):
        stage = Stage.set(house)
        named = str(stage.person) if kind is PartyKind.PERSON else stage.api_client.id
        _set(house, Party(kind, named), State.SUSPENDED)
        for route in house.routes:
            if route.access is not None:
                answer = _call(house, route, stage.bearer)
                assert answer.status in {401, 403}, (kind, route.path, answer)


def _call(house: House, route: Route, bearer: str) -> Answer:
    headers = {"Authorization": f"Bearer {bearer}"}
    if route.consumes:
        headers["Content-Type"] = route.consumes
    body = b"{}" if route.consumes else b""
    return house.ask(route.method, plain_path(route), headers=headers, body=body)
