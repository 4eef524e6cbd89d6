"""The description of the API says what the route tables say."""

import ast
import json
from typing import Any, cast

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from kernel.web import Reply, Request, Route, Shape
from server.openapi import (
    PATH,
    RouteWithoutShape,
    document,
    is_described,
    openapi_route,
)
from tests.architecture.sources import on_floor
from tests.unit.server.tables import api_routes

ISSUER = "https://hub.example"
Said = dict[str, Any]


@pytest.fixture(scope="module")
def described() -> Said:
    """The description of all rooms' routes."""
    return cast("Said", json.loads(json.dumps(document(api_routes(), ISSUER))))


def operations(described: Said) -> list[Said]:
    return [op for item in described["paths"].values() for op in item.values()]


def references(value: object) -> set[str]:
    """Every ``$ref`` in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(member) for member in value.values()))
    if isinstance(value, list):
        return set().union(*(references(member) for member in value))
    return set()


def parameters(operation: Said) -> dict[str, Said]:
    return {each["name"]: each for each in operation["parameters"]}


@pytest.mark.parametrize(
    ("path", "name"), [("/api/v1/keys/history", "purpose"), ("/api/v1/sign-outs", "state")]
)
def test_what_a_list_is_asked_by_is_described(
    described: Said, path: str, name: str
) -> None:
    assert "one of" in parameters(described["paths"][path]["get"])[name]["description"]


# ------------------------------------------------------------------ the whole


@pytest.mark.spec("OpenAPI Specification 3.1.1 §4.8.1")
def test_the_description_is_of_the_form_that_the_specification_gives(
    described: Said,
) -> None:
    errors = [f"{e.instance_path}: {e.message}" for e in errors_in(described)]
    assert errors == []


def errors_in(described: Said) -> list[Any]:
    return [*OPENAPI_31_VALIDATOR.iter_errors(described)]


def test_the_check_sees_a_broken_description(described: Said) -> None:
    broken = {**described, "paths": {"/api/v1/keys": {"get": {"responses": 7}}}}
    assert errors_in(broken)


def test_every_reference_leads_somewhere(described: Said) -> None:
    names = {f"#/components/schemas/{n}" for n in described["components"]["schemas"]}
    assert references(described) <= names


def test_every_operation_has_a_name_of_its_own(described: Said) -> None:
    names = [operation["operationId"] for operation in operations(described)]
    assert len(names) == len(set(names))


# ------------------------------------------------------------------ every route


def without_shape(routes: tuple[Route, ...]) -> list[str]:
    return [f"{r.method} {r.path}" for r in routes if is_described(r) and r.shape is None]


def test_every_route_of_the_api_says_what_it_reads_and_writes() -> None:
    assert without_shape(api_routes()) == []


def test_a_route_without_shape_is_named() -> None:
    bare = Route(method="GET", path="/api/v1/bare", endpoint=lambda _r: Reply.empty())
    assert without_shape((bare,)) == ["GET /api/v1/bare"]
    with pytest.raises(RouteWithoutShape, match="GET /api/v1/bare"):
        document((bare,), ISSUER)


def test_every_room_with_an_api_is_described(described: Said) -> None:
    """A room whose source names a path of the API has that path in the description."""
    literals = {
        node.value
        for module in on_floor("api")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    roots = {text.split("/")[3] for text in literals if text.startswith("/api/v1/")}
    assert roots <= {path.split("/")[3] for path in described["paths"]}


def test_every_route_of_the_api_asks_for_access() -> None:
    open_to_all = [r.path for r in api_routes() if is_described(r) and r.access is None]
    assert open_to_all == []


def test_every_change_of_the_operators_api_takes_an_idempotency_key() -> None:
    changes = [r for r in api_routes() if r.path.startswith("/api/") and r.method != "GET"]
    assert [f"{r.method} {r.path}" for r in changes if not r.idempotent] == []


def test_what_asks_other_hosts_says_so_and_that_its_key_may_be_in_use(
    described: Said,
) -> None:
    asking = {r.path for r in api_routes() if r.calls_out}
    assert asking == {
        "/api/v1/clients/{client}/pictures",
        "/api/v1/members/{id}/check",
        "/api/v1/trust/chains/explain",
        "/api/v1/trust/examinations",
    }
    for path in asking:
        conflict = described["paths"][path]["post"]["responses"]["409"]["description"]
        assert "is being answered" in conflict
    apply = described["paths"]["/api/v1/members"]["post"]["responses"]["409"]
    assert "is being answered" not in apply["description"]


# ------------------------------------------------------------------ what is said


def test_access_becomes_a_scope_and_a_role(described: Said) -> None:
    rotate = described["paths"]["/api/v1/keys/rotate"]["post"]
    assert rotate["security"] == [{"access_token": ["keys:write"]}]
    assert "operator" in rotate["description"]


@pytest.mark.spec("RFC 9470 §3")
def test_who_decides_for_everybody_has_signed_in_well_and_of_late(described: Said) -> None:
    told = "They signed in at urn:trusthub:loa:3. That is at most 1800 s ago."
    deciding = {
        path.removeprefix("/api/v1/")
        for path, methods in described["paths"].items()
        if told in methods.get("post", {}).get("description", "")
    }
    assert deciding == {
        "keys/rotate",
        "keys/distrust",
        "keys/confirm",
        "members/{id}/confirm",
        "proposals/{id}/approve",
        "registration-policies/proposals/{id}/approve",
        "clients/{client}/approve",
        "clients/{client}/retire",
    }


@pytest.mark.spec("RFC 6749 §4.4")
def test_every_scope_that_a_route_asks_is_offered(described: Said) -> None:
    flows = described["components"]["securitySchemes"]["access_token"]["flows"]
    offered = flows["clientCredentials"]["scopes"]
    asked = {s for op in operations(described) for s in op["security"][0]["access_token"]}
    assert asked == set(offered)
    assert flows["clientCredentials"]["tokenUrl"] == f"{ISSUER}/oauth2/token"


def test_lists_are_asked_for_page_by_page(described: Said) -> None:
    listing = parameters(described["paths"]["/api/v1/people"]["get"])
    assert listing["limit"]["schema"]["maximum"] == 200
    assert not listing["after"]["required"]


NEEDED = [
    ("/api/v1/keys/history", {"purpose"}),
    ("/api/v1/marks/status", {"mark_type", "entity_id"}),
    ("/api/v1/trust/chains/chain", {"entity"}),
    ("/api/v1/trust/chains/archive", {"entity"}),
    ("/api/v1/marks", set()),
    ("/api/v1/sign-outs", set()),
]


@pytest.mark.parametrize(("path", "names"), NEEDED)
def test_what_a_query_needs_is_said_to_be_needed(
    described: Said, path: str, names: set[str]
) -> None:
    one = described["paths"][path]["get"]
    said = parameters(one)
    assert {name for name, each in said.items() if each["required"]} == names
    assert not names or "404" in one["responses"]


def test_changes_take_an_idempotency_key(described: Said) -> None:
    change = described["paths"]["/api/v1/members"]["post"]
    assert parameters(change)["Idempotency-Key"]["in"] == "header"
    assert "Idempotency-Key" not in parameters(described["paths"]["/api/v1/members"]["get"])


@pytest.mark.spec("RFC 9110 §13.1.1")
def test_replacing_names_the_version_that_was_seen(described: Said) -> None:
    one = described["paths"]["/api/v1/clients/{client}"]
    assert "ETag" in one["get"]["responses"]["200"]["headers"]
    assert parameters(one["put"])["If-Match"]["required"]
    assert {"412", "428"} <= set(one["put"]["responses"])


@pytest.mark.spec("RFC 9457 §3")
def test_failures_are_problem_details(described: Said) -> None:
    answers = described["paths"]["/api/v1/members/{id}"]["get"]["responses"]
    assert {"400", "401", "403", "404", "500", "503"} <= set(answers)
    assert [*answers["404"]["content"]] == ["application/problem+json"]


def test_a_path_says_what_stands_in_it(described: Said) -> None:
    captured = parameters(described["paths"]["/api/v1/members/{id}"]["get"])["id"]
    assert captured["in"] == "path"
    assert captured["required"]


def test_two_rooms_may_have_bodies_of_one_name(described: Said) -> None:
    schemas = described["components"]["schemas"]
    assert {"clients.ReasonBody", "people.ReasonBody"} <= set(schemas)


# ------------------------------------------------------------------ served


def get(route: Route, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return route.endpoint(Request(method="GET", path=PATH, headers=named))


def test_the_description_is_served_and_describes_itself() -> None:
    route = openapi_route(api_routes(), ISSUER)
    reply = get(route)
    assert reply.status == 200
    assert PATH in json.loads(reply.body)["paths"]
    assert route.access is None


@pytest.mark.spec("RFC 9110 §13.1.2")
def test_a_description_that_the_caller_has_is_not_sent_again() -> None:
    route = openapi_route(api_routes(), ISSUER)
    tag = dict(get(route).headers)["ETag"]
    again = get(route, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    assert get(route, if_none_match='"other"').status == 200


def test_the_description_is_the_same_whatever_the_order_of_rooms() -> None:
    backwards = tuple(reversed(api_routes()))
    one, other = (openapi_route(rs, ISSUER) for rs in (api_routes(), backwards))
    assert get(one).body == get(other).body


def test_other_endpoints_are_not_described() -> None:
    token = Route(method="POST", path="/oauth2/token", endpoint=lambda _r: Reply.empty())
    assert document((token,), ISSUER)["paths"] == {}


def test_a_shape_alone_is_enough_of_a_description() -> None:
    said = Shape(summary="Nothing in, nothing out", status=204)
    bare = Route(
        method="POST", path="/api/v1/x", endpoint=lambda _r: Reply.empty(), shape=said
    )
    paths = cast("Said", document((bare,), ISSUER)["paths"])
    assert "content" not in paths["/api/v1/x"]["post"]["responses"]["204"]
    assert "requestBody" not in paths["/api/v1/x"]["post"]
