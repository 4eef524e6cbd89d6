"""No route of the API without a token, none with a token that lacks scope or role."""

from collections.abc import Iterator

import pytest

from idp.clients.domain import GrantType
from idp.oidc.domain.issuer import API_SCOPES
from kernel.web import Role, Route
from tests.attacks.house import Answer, House, Registered
from tests.attacks.malformed import plain_path

_BODY = b"{}"
_OPEN = ("/api/v1/openapi.json",)
"""API addresses that say nothing about anybody."""


def _guarded(house: House) -> Iterator[Route]:
    return (r for r in house.routes if r.access is not None)


def _call(house: House, route: Route, headers: dict[str, str]) -> Answer:
    said = {"Content-Type": route.consumes, **headers} if route.consumes else headers
    body = _BODY if route.consumes else b""
    return house.ask(route.method, plain_path(route), headers=said, body=body)


def _api_client(
    house: House, name: str, scopes: frozenset[str], role: Role | None
) -> Registered:
    """Register a client of the API, for a person with ``role`` or for itself."""
    person = None if role is None else house.person(name.replace("_", "-"), role).id
    return house.client(
        name,
        grant_types=(GrantType.CLIENT_CREDENTIALS,),
        scopes=tuple(sorted(scopes)),
        redirect_uris=(),
        post_logout_redirect_uris=(),
        sector=f"api-{name}",
        person=person,
    )


@pytest.mark.spec("ASVS 8.2.1")
def test_every_route_of_the_api_asks_for_access(house: House) -> None:
    unguarded = [
        (route.method, route.path)
        for route in house.routes
        if route.path.startswith(("/api/", "/realname/")) and route.access is None
    ]
    assert unguarded == [("GET", path) for path in _OPEN]


@pytest.mark.spec("RFC 6750 §3")
@pytest.mark.parametrize(
    "header", [None, "", "Basic YTpi", "bearer", "Bearer a b", "DPoP x"]
)
def test_without_a_token_nothing_is_answered(house: House, header: str | None) -> None:
    said = {} if header is None else {"Authorization": header}
    for route in _guarded(house):
        answer = _call(house, route, said)
        assert answer.status == 401, (route.path, answer)
        schemes = {one.partition(" ")[0] for one in answer.all("WWW-Authenticate")}
        assert schemes == {"Bearer", "DPoP"}


@pytest.mark.spec("RFC 6750 §2.3")
def test_a_token_in_query_or_body_is_no_token(house: House) -> None:
    bearer = house.token("operator1")
    for route in _guarded(house):
        query = f"access_token={bearer}"
        asked = house.ask(route.method, plain_path(route), query=query)
        assert asked.status in {401, 415}, (route.path, asked)


@pytest.mark.spec("RFC 6750 §3.1 insufficient_scope")
def test_a_token_without_the_scope_is_refused(house: House) -> None:
    """Every other scope there is, and the role: only the one that counts is missing."""
    for scope in sorted({r.access.scope for r in _guarded(house) if r.access}):
        others = API_SCOPES - {scope}
        bearer = house.token_of(
            _api_client(house, f"lacks_{scope.replace(':', '_')}", others, Role.OPERATOR)
        )
        for route in _guarded(house):
            if route.access is not None and route.access.scope == scope:
                answer = _call(house, route, {"Authorization": f"Bearer {bearer}"})
                assert answer.status == 403, (route.path, answer)


@pytest.mark.spec("ASVS 8.2.1")
@pytest.mark.parametrize("role", [None, *Role])
def test_a_token_without_the_role_is_refused(house: House, role: Role | None) -> None:
    name = f"only_{role.value if role else 'itself'}"
    client = _api_client(house, name, API_SCOPES, role)
    before = house.rows()
    bearer = house.token_of(client)
    for route in _guarded(house):
        needed = route.access.role if route.access else None
        if needed is not None and needed is not role:
            answer = _call(house, route, {"Authorization": f"Bearer {bearer}"})
            assert answer.status == 403, (route.path, answer)
    assert house.rows() == before


@pytest.mark.spec("ASVS 8.3.1")
def test_what_asks_for_no_role_asks_for_a_person_or_changes_nothing(house: House) -> None:
    """A route that changes things names its role, or checks the person by its own rule."""
    own_rule = {"/realname/v1/verifications", "/api/v1/realname/window-records",
                "/api/v1/realname/window-records/{id}/approve"}  # fmt: skip
    careless = [
        route.path
        for route in _guarded(house)
        if route.method != "GET" and route.access and route.access.role is None
    ]
    assert set(careless) <= own_rule
