"""Keys over the API: what goes in, what comes out, with which status."""

import json
from datetime import timedelta

import pytest

from kernel.web import Reply, Role, Route
from tests.unit.trustroot.fakes import KeyHouse
from tests.unit.trustroot.members import FIRST, SECOND
from tests.unit.trustroot.registers import MemoryStanding
from tests.unit.trustroot.test_members_api import ask
from trustroot.keys import api as keys_api
from trustroot.keys.domain import Purpose, Timings

DAY = timedelta(days=1)


class Operators:
    """Operators who use the API of one installation's keys."""

    def __init__(self) -> None:
        timings = Timings(statements=DAY, anchor_period=90 * DAY)
        self.house = KeyHouse(timings=timings)
        self.house.care.create_installation_keys()
        self.standing = MemoryStanding(self.house.work)
        distrusting = self.house.distrusting(self.standing)
        house = self.house
        self.table = keys_api.routes(house.desk, distrusting, house.history)

    def get(self, path: str = "") -> Reply:
        return ask(self.table, "GET", f"/api/v1/keys{path}", None, FIRST.person)

    def post(self, act: str, said: object, *, second: bool = False) -> Reply:
        person = (SECOND if second else FIRST).person
        return ask(self.table, "POST", f"/api/v1/keys/{act}", said, person)

    def keys(self, purpose: str) -> dict[str, dict[str, object]]:
        rows = json.loads(self.get().body)["keys"]
        return {row["state"]: row for row in rows if row["purpose"] == purpose}


@pytest.fixture
def operators() -> Operators:
    return Operators()


def test_no_secret_is_shown(operators: Operators) -> None:
    shown = operators.get()
    assert len(json.loads(shown.body)["keys"]) == len(operators.house.store.records())
    assert b'"d"' not in shown.body


def test_announcement_and_switch_are_shown(operators: Operators) -> None:
    anchor = operators.keys("anchor")
    assert anchor["next"]["announced_at"] == "2026-11-26T12:00:00.000000Z"
    assert anchor["next"]["may_sign_from"] == "2026-11-27T12:02:00.000000Z"
    assert anchor["active"]["activated_at"] == "2026-11-26T12:00:00.000000Z"
    assert anchor["active"]["due_at"] == "2027-02-24T12:00:00.000000Z"
    assert anchor["active"]["may_sign_from"] is None
    house = operators.house
    house.clock.advance(DAY + timedelta(minutes=2))
    house.care.rotate(Purpose.ANCHOR, str(anchor["active"]["kid"]))
    retired = operators.keys("anchor")["retired"]
    assert retired["retired_at"] == "2026-11-27T12:02:00.000000Z"
    assert retired["leaves_at"] == "2026-11-28T12:04:00.000000Z"


def test_a_rotation_is_queued_for_the_worker(operators: Operators) -> None:
    operators.house.clock.advance(timedelta(minutes=1))
    queued = operators.post("rotate", {"purpose": "tokens"})
    assert (queued.status, len(operators.house.jobs.queued)) == (202, 1)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"purpose": "log"}, 409),
        ({"purpose": "saml-sign"}, 404),
        ({"purpose": "king"}, 400),
        ({"purpose": "anchor"}, 409),
        ({"purpose": "anchor", "emergency": True}, 422),
        ({"purpose": "represented", "name": "nobody"}, 503),
    ],
)
def test_a_rotation_that_may_not_be_is_not_queued(
    operators: Operators, said: object, status: int
) -> None:
    assert operators.post("rotate", said).status == status
    assert operators.house.jobs.queued == []


def test_an_emergency_with_a_reason_is_queued(operators: Operators) -> None:
    said = {"purpose": "anchor", "emergency": True, "reason": "compromised"}
    assert operators.post("rotate", said).status == 202
    ((_, payload, _),) = operators.house.jobs.queued
    assert payload["emergency"] is True


def test_one_person_distrusts_and_another_confirms(operators: Operators) -> None:
    stolen = operators.keys("tokens")["active"]["kid"]
    told = operators.post("distrust", {"kid": stolen, "reason": "compromised"})
    assert told.status == 200
    shown = operators.keys("tokens")["distrusted"]
    assert (shown["kid"], shown["distrust"]) == (stolen, json.loads(told.body))
    seen = {"kid": stolen, "digest": json.loads(told.body)["digest"]}
    assert operators.post("confirm", seen).status == 422
    assert operators.post("confirm", {**seen, "digest": "00"}, second=True).status == 400
    confirmed = operators.post("confirm", seen, second=True)
    assert json.loads(confirmed.body)["confirmed"] is True
    assert operators.post("confirm", seen, second=True).status == 409


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kid": "nobody's", "reason": "compromised"}, 404),
        ({"kid": "nobody's"}, 400),
        ({"kid": "nobody's", "reason": "boredom"}, 400),
    ],
)
def test_what_is_no_key_of_ours_is_not_distrusted(
    operators: Operators, said: object, status: int
) -> None:
    assert operators.post("distrust", said).status == status
    assert operators.standing.changes == []


@pytest.mark.spec("OpenID Federation 1.0 §8.7.2")
def test_the_history_of_a_purpose_is_shown(operators: Operators) -> None:
    stolen = operators.keys("anchor")["active"]["kid"]
    operators.post("distrust", {"kid": stolen, "reason": "compromised"})
    shown = json.loads(operators.get("/history?purpose=anchor").body)
    ((kid, reason),) = [(key["kid"], key["reason"]) for key in shown["keys"]]
    assert (kid, reason) == (stolen, "compromised")
    wrong = operators.get("/history?purpose=king")
    told = json.loads(wrong.body)
    assert (wrong.status, told["code"]) == (400, "filter_unknown")
    assert all(purpose.value in told["detail"] for purpose in Purpose)
    assert operators.get("/history").status == 400


def test_every_route_asks_for_an_operator(operators: Operators) -> None:
    for route in operators.table:
        assert_is_guarded(route)


def assert_is_guarded(route: Route) -> None:
    assert route.access is not None
    assert route.access.role is Role.OPERATOR
    scope = "keys:read" if route.method == "GET" else "keys:write"
    assert (route.access.scope, route.idempotent) == (scope, route.method != "GET")
