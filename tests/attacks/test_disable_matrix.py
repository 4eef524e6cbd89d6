"""Whoever is disabled is disabled everywhere: party times path, made from the tables."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from idp.clients.domain import GrantType
from idp.clients.messages import ClientBody, client_body
from kernel.standing import Party, PartyKind, State
from kernel.web import Route
from server.bootstrap import assemble
from tests.attacks.house import Answer, House
from tests.attacks.malformed import plain_path
from tests.attacks.paths import PATHS, opened
from tests.attacks.stage import Stage, set_up
from trustroot.keys.domain import RoleGroup

Disable = Callable[[Stage], None]
_KNOWN_WITHIN_S: Final = 1.2
"""Standing and records kept in memory are a second old at most (T_rev is 5 s)."""


_UNIT: Final = Path(__file__).parents[1] / "unit" / "idp" / "oidc"
ELSEWHERE: Final[Mapping[str, Path]] = {
    GrantType.JWT_BEARER.value: _UNIT / "test_jwt_bearer.py"
}
"""A grant whose issuer is a member that must be resolved: there is none in this house."""

_PERSONS: Final = frozenset(PATHS) - {"pushed request", "a device asks"}
_CLIENTS: Final = frozenset(PATHS) - {
    "api",
    "account",
    GrantType.CLIENT_CREDENTIALS.value,
}
_OF_THE_GRANT: Final = frozenset(
    {
        "userinfo",
        "introspection",
        "introspection of a refresh token",
        GrantType.REFRESH_TOKEN.value,
        GrantType.TOKEN_EXCHANGE.value,
        "exchange for an access token",
        "transfer ticket",
    }
)
_OF_THE_SESSION: Final = _OF_THE_GRANT | {
    GrantType.AUTHORIZATION_CODE.value,
    GrantType.DEVICE_CODE.value,
    "session",
    "account",
}


def _suspended(kind: PartyKind, name: Callable[[Stage], str]) -> Disable:
    def disable(stage: Stage) -> None:
        set_standing(stage.house, Party(kind, name(stage)), State.SUSPENDED)

    return disable


def _ends_session(stage: Stage) -> None:
    stage.house.served.persons.session.sessions.end(stage.session.id, "matrix")


def _revokes_family(stage: Stage) -> None:
    fields = {"token": str(stage.tokens["refresh_token"])}
    answer = stage.house.form("/oauth2/revoke", fields, stage.client.basic)
    assert answer.status == 200, answer


def _takes_scopes(stage: Stage) -> None:
    """Take openid out of the client's record: it is read anew every second."""
    clients = stage.house.served.persons.clients.clients
    found = clients.find(stage.client.id)  # type: ignore[arg-type]  # a name
    said: ClientBody = client_body(found)
    body = replace(said, oidc=replace(said.oidc, scopes=("profile",)))
    clients.update(found.id, found.version, body, actor=None)
    time.sleep(_KNOWN_WITHIN_S)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of party: how it is disabled, and which paths lead through it."""

    disable: Disable
    touches: frozenset[str]


def _name_of_person(stage: Stage) -> str:
    return str(stage.person.id)


ROWS: Final[Mapping[str, Row]] = {
    "person": Row(_suspended(PartyKind.PERSON, _name_of_person), _PERSONS),
    "relying party": Row(
        _suspended(PartyKind.RELYING_PARTY, lambda stage: stage.client.id), _CLIENTS
    ),
    "receiving party": Row(
        _suspended(PartyKind.RELYING_PARTY, lambda stage: stage.portal.id),
        frozenset({"transfer ticket"}),
    ),
    "provider": Row(
        _suspended(PartyKind.MEMBER, lambda stage: stage.provider),
        _OF_THE_SESSION | {"offline refresh"},
    ),
    "organisation": Row(
        _suspended(PartyKind.ORGANISATION, lambda stage: str(stage.organisation)),
        (_OF_THE_SESSION | {"offline refresh"}) - {"account"},
    ),
    "session": Row(_ends_session, _OF_THE_SESSION),
    "family": Row(_revokes_family, _OF_THE_GRANT),
    "scope": Row(_takes_scopes, frozenset({"userinfo", "session", "sign-in"})),
}
"""Which paths lead through whom."""


def set_standing(house: House, party: Party, state: State) -> None:
    """Write one number of standing."""
    drivers = house.served.drivers
    with drivers.db.unit_of_work()():
        drivers.standing.change(party, state, reason="matrix")


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
    time.sleep(_KNOWN_WITHIN_S)
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
    ("kind", "party"), [(PartyKind.PERSON, "person"), (PartyKind.MEMBER, "provider")]
)
def test_good_standing_given_back_revives_nothing(
    house: House, kind: PartyKind, party: str
) -> None:
    stage = set_up(house)
    ROWS[party].disable(stage)
    house.work()
    name = _name_of_person(stage) if kind is PartyKind.PERSON else stage.provider
    set_standing(house, Party(kind, name), State.GOOD)
    _is_shut(stage, Row(ROWS[party].disable, _OF_THE_SESSION))


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
        named = _name_of_person(stage)
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
