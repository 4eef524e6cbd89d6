"""Whoever is disabled is disabled everywhere: party times path, made from the tables."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from idp.clients.domain import GrantType
from kernel.standing import Party, PartyKind, State
from kernel.web import Route
from server.bootstrap import assemble
from tests.attacks.house import Answer, House
from tests.attacks.malformed import plain_path
from tests.attacks.parties import (
    KNOWN_WITHIN_S,
    OF_THE_SESSION,
    ROWS,
    Row,
    name_of_person,
    set_standing,
    signing_key,
)
from tests.attacks.paths import PATHS, opened
from tests.attacks.stage import Stage, set_up
from trustroot.keys.domain import RoleGroup

_UNIT: Final = Path(__file__).parents[1] / "unit" / "idp" / "oidc"
ELSEWHERE: Final[Mapping[str, Path]] = {
    GrantType.JWT_BEARER.value: _UNIT / "test_jwt_bearer.py"
}
"""A grant whose issuer is a member that must be resolved: there is none in this house."""


def _recorded(house: House) -> int:
    said = "SELECT (SELECT count(*) FROM trail_event) + (SELECT count(*) FROM trail_outbox)"
    row = house.served.drivers.db.read_one(text(said))
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def other(house: House) -> Iterator[House]:
    """Serve the same installation from another process's memory."""
    served = assemble(house.settings, RoleGroup.SERVE)
    yield replace(house, served=served, application=served.application())
    served.close()


@pytest.mark.spec("attacks §6")
def test_every_grant_that_is_offered_has_a_row(house: House) -> None:
    said = house.ask("GET", "/.well-known/openid-configuration").json()
    offered = said["grant_types_supported"]
    assert isinstance(offered, list)
    assert set(offered) <= set(PATHS) | ELSEWHERE.keys()
    for file in ELSEWHERE.values():
        assert "SUSPENDED" in file.read_text("utf-8").upper(), file


@pytest.mark.spec("attacks §6")
def test_every_path_leads_through_somebody() -> None:
    assert frozenset().union(*(row.touches for row in ROWS.values())) == set(PATHS)


@pytest.mark.spec("attacks §6")
def test_everything_is_open_while_all_are_in_good_standing(house: House) -> None:
    stage = set_up(house)
    for name, attempt in PATHS.items():
        answer = attempt(stage)
        assert opened(answer), (name, answer)


@pytest.mark.spec("attacks §6; CVE family 'disabled X works through Y'")
@pytest.mark.parametrize("party", ROWS)
def test_who_is_disabled_gets_nothing_by_any_path(house: House, party: str) -> None:
    stage, row = set_up(house), ROWS[party]
    row.disable(stage)
    _is_shut(stage, row)


@pytest.mark.spec("attacks §6; architecture decision 4")
@pytest.mark.parametrize("party", ROWS)
def test_another_process_knows_within_seconds(
    house: House, other: House, party: str
) -> None:
    stage, row = set_up(house), ROWS[party]
    elsewhere = stage.through(other)
    row.disable(stage)
    time.sleep(KNOWN_WITHIN_S)
    _is_shut(elsewhere, row)


@pytest.mark.spec("attacks §6; CVE-2026-9802")
@pytest.mark.parametrize("party", ROWS)
def test_it_stays_so_after_a_restart(house: House, party: str) -> None:
    stage, row = set_up(house), ROWS[party]
    row.disable(stage)
    served = assemble(house.settings, RoleGroup.SERVE)
    try:
        after = replace(house, served=served, application=served.application())
        _is_shut(stage.through(after), row)
    finally:
        served.close()


@pytest.mark.spec("attacks §6")
@pytest.mark.parametrize(
    ("kind", "party", "paths"),
    [
        (PartyKind.PERSON, "person", OF_THE_SESSION | {"api"}),
        (PartyKind.MEMBER, "provider", OF_THE_SESSION),
    ],
)
def test_good_standing_given_back_revives_nothing(
    house: House, kind: PartyKind, party: str, paths: frozenset[str]
) -> None:
    stage = set_up(house)
    ROWS[party].disable(stage)
    house.work()
    name = name_of_person(stage) if kind is PartyKind.PERSON else stage.provider
    set_standing(house, Party(kind, name), State.GOOD)
    _is_shut(stage, Row(ROWS[party].disable, paths))


@pytest.mark.spec("attacks §6; RFC 6750 §3.1")
def test_a_client_that_is_enabled_again_needs_a_fresh_token(house: House) -> None:
    stage = set_up(house)
    client = Party(PartyKind.RELYING_PARTY, stage.api_client.id)
    assert opened(PATHS["api"](stage))
    for state in (State.SUSPENDED, State.GOOD):
        set_standing(house, client, state)
        assert not opened(PATHS["api"](stage)), state
    time.sleep(1)
    assert opened(PATHS["api"](replace(stage, bearer=house.token_of(stage.api_client))))
    assert not opened(PATHS["api"](stage))


@pytest.mark.spec("attacks §6; OpenID Federation 1.0 §8.7.3")
def test_who_lost_a_key_goes_on_by_the_next_one(house: House) -> None:
    stage = set_up(house)
    lost = signing_key(stage.tokens["access_token"])
    ROWS["key"].disable(stage)
    assert not opened(PATHS["sign-out"](stage))
    assert opened(PATHS["account"](stage)), "the refused hint ended nothing"
    fresh = PATHS[GrantType.REFRESH_TOKEN.value](stage).json()
    assert signing_key(fresh["access_token"]) != lost
    after = replace(stage, tokens=fresh, bearer=house.token_of(stage.api_client))
    for name in ("userinfo", "introspection", "api"):
        assert opened(PATHS[name](after)), name
    told = house.events("keys.distrusted")
    (event,) = [said for said in told if f'"kid":"{lost}"' in said]
    assert '"reason":"compromised"' in event


def _is_shut(stage: Stage, row: Row) -> None:
    """Go every path that leads through the party: nothing is given, each try is told."""
    for name, attempt in PATHS.items():
        if name not in row.touches:
            continue
        before = _recorded(stage.house)
        answer = attempt(stage)
        assert not opened(answer), (name, answer)
        if name not in _UNRECORDED:
            assert _recorded(stage.house) > before, name


_UNRECORDED: Final = {"account", "api", "introspection", "introspection of a refresh token"}
"""A page of the person's own; what stateless checks refuse is counted by metrics."""


@pytest.mark.spec("attacks §6")
def test_a_disabled_person_or_client_calls_no_route_of_the_api(house: House) -> None:
    for kind in (PartyKind.PERSON, PartyKind.RELYING_PARTY):
        stage = set_up(house)
        named = name_of_person(stage)
        if kind is PartyKind.RELYING_PARTY:
            named = stage.api_client.id
        set_standing(house, Party(kind, named), State.SUSPENDED)
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
