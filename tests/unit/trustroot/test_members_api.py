"""Members and keys over the API: what goes in, what comes out, with which status."""

import json
from uuid import UUID

import pytest

from kernel.errors import DomainError
from kernel.ids import ClientId, PersonId
from kernel.web import Caller, Reply, Request, Role, Route, Router, write_body
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    RegisterHouse,
    an_application,
    lower_terms,
)
from trustroot.registry.api import routes
from trustroot.registry.domain import Actor
from trustroot.registry.messages import terms_to_json

REASONS = write_body(GROUNDS)


def ask(  # noqa: PLR0913  the parts of a request
    table: tuple[Route, ...],
    method: str,
    path: str,
    said: object,
    person: PersonId | None,
    *,
    if_match: str | None = None,
) -> Reply:
    """Answer as the dispatcher does after it has authorised the caller."""
    match = Router(table).find(method, path.partition("?")[0])
    caller = Caller(
        client=ClientId("console"),
        person=person,
        pseudonym=None,
        roles=frozenset({Role.OPERATOR}),
        scopes=frozenset(),
    )
    body = b"" if said is None else json.dumps(said).encode()
    request = Request(
        method=method,
        path=path.partition("?")[0],
        query=path.partition("?")[2],
        headers={} if if_match is None else {"if-match": if_match},
        body=body,
        parameters=match.parameters,
        caller=caller,
    )
    try:
        return match.route.endpoint(request)
    except DomainError as error:
        return match.route.errors.reply(error, request)


class Operators:
    """Operators who use the API."""

    def __init__(self, house: RegisterHouse) -> None:
        self.table = routes(house.desk)

    def get(self, path: str, by: Actor = FIRST) -> Reply:
        return ask(self.table, "GET", f"/api/v1/{path}", None, by.person)

    def post(self, path: str, said: object = None, by: Actor = FIRST) -> Reply:
        return ask(self.table, "POST", f"/api/v1/{path}", said, by.person)


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


@pytest.fixture
def operators(house: RegisterHouse) -> Operators:
    return Operators(house)


def application() -> dict[str, object]:
    said = write_body(an_application())
    assert isinstance(said, dict)
    return {**said, "terms": terms_to_json(an_application().terms)}


def body(reply: Reply) -> dict[str, object]:
    said = json.loads(reply.body)
    assert isinstance(said, dict)
    return said


def test_a_member_is_enrolled_suspended_and_lifted_over_the_api(
    house: RegisterHouse, operators: Operators
) -> None:
    opened = operators.post("members", application())
    assert (opened.status, opened.header("etag")) == (201, '"1"')
    one = f"members/{body(opened)['id']}"
    assert body(operators.post(f"{one}/submit"))["state"] == "submitted"
    assert body(operators.post(f"{one}/check"))["passed"] is True
    proposal = operators.post(f"{one}/approve", REASONS)
    assert proposal.status == 202
    seen = {"digest": body(proposal)["digest"]}
    approving = f"proposals/{body(proposal)['id']}/approve"
    assert operators.post(approving, seen, FIRST).status == 422
    assert body(operators.post(approving, seen, SECOND))["state"] == "approved"
    (member,) = house.members.rows.values()
    house.registry.activate(member.id)
    assert body(operators.post(f"{one}/suspend", REASONS))["state"] == "suspended"
    waiting = body(operators.get(f"{one}/proposals"))["proposals"]
    assert isinstance(waiting, list)
    digest = {"digest": waiting[0]["digest"]}
    confirmed = operators.post(f"{one}/confirm", digest, SECOND)
    assert confirmed.status == 200
    lifting = body(operators.post(f"{one}/reinstate", REASONS))
    done = {"digest": lifting["digest"]}
    lifted = operators.post(f"proposals/{lifting['id']}/approve", done, SECOND)
    assert body(lifted)["state"] == "approved"
    entries = body(operators.get(f"{one}/history"))["entries"]
    assert isinstance(entries, list)
    assert [entry["action"] for entry in entries] == [
        "submit",
        "check",
        "approve",
        "activate",
        "suspend",
        "confirm",
        "reinstate",
    ]


def test_terms_are_changed_over_the_api(house: RegisterHouse, operators: Operators) -> None:
    one = f"members/{house.active().id}"
    asked = {"terms": terms_to_json(lower_terms()), "grounds": REASONS}
    proposal = operators.post(f"{one}/change", asked)
    assert proposal.status == 202
    shown = body(operators.get(f"proposals/{body(proposal)['id']}"))
    assert shown == body(proposal)
    seen = {"digest": shown["digest"]}
    operators.post(f"proposals/{shown['id']}/approve", seen, SECOND)
    assert body(operators.get(one))["terms"] == terms_to_json(lower_terms())


def test_a_failed_check_answers_with_its_report(
    house: RegisterHouse, operators: Operators
) -> None:
    member = house.applying.apply(an_application(), FIRST)
    house.applying.submit(member.id, FIRST)
    house.probe.passed = False
    reply = operators.post(f"members/{member.id}/check")
    assert reply.status == 422
    checks = body(reply)["checks"]
    assert isinstance(checks, list)
    assert checks[0]["advice"]
    assert house.registry.show(member.id).state == "submitted"


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("members", {**application(), "state": "active"}, 400),
        ("members", {**application(), "kind": "king"}, 400),
        ("members", {**application(), "entity_id": "ftp://x"}, 400),
        ("members/x/submit", None, 404),
        (f"members/{UUID(int=7)}/submit", None, 404),
        (f"members/{UUID(int=7)}/suspend", {"reason": "x"}, 400),
        (f"proposals/{UUID(int=7)}/approve", {"digest": "00"}, 400),
        (f"proposals/{UUID(int=7)}/approve", {"digest": "00" * 32}, 404),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(
    house: RegisterHouse, operators: Operators, path: str, said: object, status: int
) -> None:
    assert operators.post(path, said).status == status
    assert house.members.rows == {}


def test_a_token_without_a_person_decides_nothing(
    house: RegisterHouse, operators: Operators
) -> None:
    reply = ask(operators.table, "POST", "/api/v1/members", application(), None)
    assert reply.status == 403
    assert house.members.rows == {}


def test_lists_are_paged_and_filtered(house: RegisterHouse, operators: Operators) -> None:
    for number in range(3):
        named = an_application(entity_id=f"https://m{number}.example")
        house.applying.apply(named, FIRST)
    first = body(operators.get("members?limit=2&kind=platform&state=draft"))
    rest = body(operators.get(f"members?limit=2&after={first['next']}"))
    shown = [*_rows(first), *_rows(rest)]
    expected = {f"https://m{number}.example" for number in range(3)}
    assert len(shown) == 3
    assert {row["entity_id"] for row in shown} == expected
    assert rest["next"] is None
    assert operators.get("members?state=gone").status == 400
    assert _rows(body(operators.get("members?state=active"))) == []


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("members?kind=king", "kind: one of platform"),
        ("members?state=gone", "state: one of draft"),
        ("proposals?state=gone", "state: open, or left out"),
    ],
)
def test_a_filter_that_does_not_exist_is_named_with_what_it_takes(
    operators: Operators, asked: str, taken: str
) -> None:
    refused = operators.get(asked)
    told = body(refused)
    assert (refused.status, told["code"]) == (400, "filter_unknown")
    assert str(told["detail"]).startswith(taken)


def test_one_is_found_by_its_entity_identifier(
    house: RegisterHouse, operators: Operators
) -> None:
    for number in range(3):
        named = an_application(entity_id=f"https://m{number}.example")
        house.applying.apply(named, FIRST)
    found = body(operators.get("members?entity_id=https%3A%2F%2Fm1.example"))
    assert [row["entity_id"] for row in _rows(found)] == ["https://m1.example"]
    nobody = body(operators.get("members?entity_id=https%3A%2F%2Fm1.example%2F"))
    assert (_rows(nobody), nobody["next"]) == ([], None)


def _rows(page: dict[str, object]) -> list[dict[str, object]]:
    rows = page["members"]
    assert isinstance(rows, list)
    return rows


def test_every_change_asks_for_an_operator_and_takes_an_idempotency_key(
    operators: Operators,
) -> None:
    for route in operators.table:
        assert route.access is not None
        assert route.access.role is Role.OPERATOR
        scope = "members:read" if route.method == "GET" else "members:write"
        assert route.access.scope == scope
        assert route.idempotent is (route.method != "GET")
        assert route.shape is not None
