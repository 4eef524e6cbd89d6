"""Requests, routes, bodies, problems, paging."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict, DomainError, NotFound, Refused, Unavailable
from kernel.ids import Reference
from kernel.web import (
    BASE_PROBLEMS,
    FORM,
    BodyMalformed,
    ContentTypeNotAccepted,
    MethodNotAllowed,
    Page,
    PageAsked,
    PathUnknown,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Route,
    Router,
    parse_json,
    parse_query,
    read_body,
    schema_of,
    write_body,
)
from kernel.web.paging import PagingMalformed


def ok(request: Request) -> Reply:
    return Reply.json(dict(request.parameters))


ROUTER = Router(
    (
        Route(method="GET", path="/a", endpoint=ok),
        Route(method="POST", path="/a", endpoint=ok),
        Route(method="GET", path="/a/{id}", endpoint=ok),
        Route(method="GET", path="/log/tile/{path*}", endpoint=ok),
    )
)


@pytest.mark.parametrize(
    ("path", "captured"),
    [("/a", {}), ("/a/7", {"id": "7"}), ("/log/tile/0/x001/000", {"path": "0/x001/000"})],
)
def test_a_route_captures_what_its_pattern_names(
    path: str, captured: dict[str, str]
) -> None:
    assert ROUTER.find("GET", path).parameters == captured


@pytest.mark.parametrize("path", ["/", "/b", "/a/", "/a/1/2", "/a/{id}", "/A"])
def test_a_path_that_no_route_has_is_unknown(path: str) -> None:
    if path == "/a/{id}":
        assert ROUTER.find("GET", path).parameters == {"id": "{id}"}
        return
    with pytest.raises(PathUnknown):
        ROUTER.find("GET", path)


def test_a_known_path_with_another_method_says_so() -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        ROUTER.find("DELETE", "/a")
    assert refused.value.allowed == {"GET", "POST"}


def test_two_routes_for_one_method_and_path_are_a_mistake() -> None:
    route = Route(method="GET", path="/a", endpoint=ok)
    with pytest.raises(ValueError, match="two routes"):
        Router((route, route))


@pytest.mark.spec("RFC 9110 §15.5.16")
def test_a_form_of_another_media_type_is_not_read() -> None:
    request = Request(
        method="POST", path="/", body=b"a=1", headers={"content-type": "text/plain"}
    )
    with pytest.raises(ContentTypeNotAccepted, match=FORM):
        _ = request.form


@pytest.mark.spec("RFC 6265 §5.4")
def test_of_two_cookies_of_one_name_the_first_counts() -> None:
    request = Request(method="GET", path="/", headers={"cookie": "a=1; b=2; a=3"})
    assert request.cookies == {"a": "1", "b": "2"}


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Inner:
    n: int


@dataclass(frozen=True, kw_only=True)
class Body:
    name: str
    at: datetime
    id: UUID
    colour: Colour
    inner: Inner | None = None
    tags: tuple[str, ...] = ()
    flags: dict[str, bool] = field(default_factory=dict)


GOOD = {
    "name": "n",
    "at": "2026-11-26T08:00:00Z",
    "id": "00000000-0000-0000-0000-000000000001",
    "colour": "red",
    "inner": {"n": 1},
    "tags": ["a"],
}


def test_a_body_becomes_a_value_and_goes_back() -> None:
    body = read_body(Body, json.dumps(GOOD).encode())
    assert body.at == datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert body.inner == Inner(n=1)
    assert read_body(Body, json.dumps(write_body(body)).encode()) == body


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"extra": 1}, "body.extra"),
        ({"name": 1}, "body.name"),
        ({"at": "2026-11-26T08:00:00"}, "body.at"),
        ({"id": "x"}, "body.id"),
        ({"colour": "blue"}, "body.colour"),
        ({"inner": {"n": True}}, "body.inner.n"),
        ({"inner": {}}, "body.inner.n"),
        ({"tags": "a"}, "body.tags"),
        ({"tags": [1]}, "body.tags[]"),
    ],
)
def test_a_wrong_member_is_named_and_its_value_is_not(
    change: dict[str, object], named: str
) -> None:
    with pytest.raises(BodyMalformed, match=named.replace("[", r"\[")):
        read_body(Body, json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize(
    "text", [b'{"a":1,"a":1}', b"NaN", b"{", b"[" * 100 + b"]" * 100, b"\xff", b""]
)
def test_ambiguous_or_broken_json_is_refused(text: bytes) -> None:
    with pytest.raises(BodyMalformed):
        parse_json(text)


def test_the_schema_says_what_reading_enforces() -> None:
    schema = schema_of(Body)
    assert schema["required"] == ["name", "at", "id", "colour"]
    assert schema["additionalProperties"] is False


def _leaves(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in error.__subclasses__():
        yield child
        yield from _leaves(child)


@pytest.mark.spec("RFC 9457 §3")
def test_every_domain_error_has_an_answer() -> None:
    table = ProblemTable()
    request = Request(method="GET", path="/", reference=Reference("R"))
    for error in _leaves(DomainError):
        assert 400 <= table.row(error).status < 600
    reply = table.reply(NotFound("x"), request)
    said = json.loads(reply.body)
    assert (reply.status, said["code"], said["reference"]) == (404, "not_found", "R")


def test_a_failure_of_ours_says_nothing_from_inside() -> None:
    reply = ProblemTable().reply(
        Unavailable("secret host"), Request(method="GET", path="/")
    )
    assert b"secret host" not in reply.body
    assert reply.header("retry-after") == "2"


def test_the_nearest_row_wins() -> None:
    table = ProblemTable({Conflict: Problem(418, "teapot")})
    assert table.row(type("Child", (Conflict,), {})).status == 418


@given(st.text(min_size=1, max_size=40))
def test_a_cursor_leads_back_to_its_key(key: str) -> None:
    cursor = Page(("row",), key).next_cursor
    assert cursor is not None
    assert PageAsked.parse(parse_query(f"after={cursor}&limit=3")) == PageAsked(3, key)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=-1", "after=!"]
)
def test_paging_of_another_form_is_refused(query: str) -> None:
    with pytest.raises(PagingMalformed):
        PageAsked.parse(parse_query(query))


class Stuck(Conflict):
    """The thing is stuck; the detail says where.

    A second paragraph is for those who read the program.
    """

    code = "stuck_for_a_test"


@pytest.mark.spec("RFC 9457 §3.1.3")
@pytest.mark.parametrize(
    ("error", "table", "title"),
    [
        (Stuck, ProblemTable(), "The thing is stuck; the detail says where."),
        (
            type("Worse", (Stuck,), {}),
            ProblemTable(),
            "The thing is stuck; the detail says where.",
        ),
        (Stuck, ProblemTable({Conflict: Problem(418, "teapot")}), "teapot"),
        (Conflict, ProblemTable(), BASE_PROBLEMS[Conflict].title),
        (type("Plain", (NotFound,), {}), ProblemTable(), BASE_PROBLEMS[NotFound].title),
        (type("Bare", (Refused,), {"code": "x"}), ProblemTable(), "A rule forbids this."),
        (
            type("Away", (Unavailable,), {"code": "y", "__doc__": "Our host h is away."}),
            ProblemTable(),
            BASE_PROBLEMS[Unavailable].title,
        ),
    ],
)
def test_a_problem_is_titled_by_what_its_code_means(
    error: type[DomainError], table: ProblemTable, title: str
) -> None:
    request = Request(method="GET", path="/", reference=Reference("R"))
    said = json.loads(table.reply(error("one's own"), request).body)
    assert said["title"] == title


@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("colour", "green", "body.colour: not one of "),
        ("id", "x", "body.id: not a UUID"),
        ("at", "x", "body.at: not a date and time with its zone"),
    ],
)
def test_a_value_that_is_none_is_told_what_would_do(
    member: str, value: str, says: str
) -> None:
    body = {"name": "n", "at": "2026-11-01T00:00:00Z", "id": str(UUID(int=1))}
    text = json.dumps({**body, "colour": "red", member: value}).encode()
    with pytest.raises(BodyMalformed) as refused:
        read_body(Body, text)
    assert refused.value.detail.startswith(says)
    assert f": {value}" not in refused.value.detail
