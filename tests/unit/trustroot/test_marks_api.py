"""Trust marks over the API: what goes in, what comes out, with which status."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kernel.ids import PersonId
from kernel.web import Reply, Role, write_body
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    an_application,
)
from tests.unit.trustroot.publishing import ISSUER, MARK, TRUST, PublishHouse
from tests.unit.trustroot.test_members_api import ask
from trustroot.publish.errors import MarkNotHeld

GUANGDONG = an_application().entity_id
REASONS = write_body(GROUNDS)
NO_BASIS = write_body(replace(GROUNDS, basis=""))
CARE = {
    "id": "https://id.example/marks/care",
    "name_zh": "适老服务",
    "name_en": "Made for elders",
    "issuers": [TRUST],
}
ASKED = {"mark_type": CARE["id"], "entity_id": GUANGDONG, "grounds": REASONS}


@pytest.fixture
def house() -> PublishHouse:
    house = PublishHouse()
    house.register.approved()
    house.signing.run()
    return house


def call(
    house: PublishHouse,
    method: str,
    path: str,
    said: object = None,
    person: PersonId | None = FIRST.person,
) -> Reply:
    table = tuple(route for route in house.routes if route.path.startswith("/api/"))
    return ask(table, method, f"/api/v1/marks{path}", said, person)


def body(reply: Reply) -> dict[str, object]:
    read = json.loads(reply.body)
    assert isinstance(read, dict)
    return read


def accept(house: PublishHouse, proposal: Mapping[str, object]) -> Reply:
    path = f"/proposals/{proposal['id']}/approve"
    said = {"digest": proposal["digest"]}
    return call(house, "POST", path, said, SECOND.person)


def test_a_type_is_proposed_by_one_and_entered_by_another(house: PublishHouse) -> None:
    reply = call(house, "POST", "/types", {"type": CARE, "grounds": REASONS})
    assert reply.status == 202
    waiting = body(call(house, "GET", "/proposals"))["proposals"]
    assert isinstance(waiting, list)
    (proposal,) = waiting
    assert (
        proposal == body(reply) == body(call(house, "GET", f"/proposals/{proposal['id']}"))
    )
    own = call(
        house,
        "POST",
        f"/proposals/{proposal['id']}/approve",
        {"digest": proposal["digest"]},
    )
    assert (own.status, body(own)["code"]) == (422, "same_person")
    done = body(accept(house, proposal))
    assert done["approver"] == str(SECOND.person)
    assert body(call(house, "GET", "/proposals"))["proposals"] == []
    types = body(call(house, "GET", "/types"))["types"]
    assert isinstance(types, list)
    assert [kind["id"] for kind in types] == [CARE["id"], MARK]


def test_who_proposed_a_type_is_told_that_it_is_their_own(house: PublishHouse) -> None:
    call(house, "POST", "/types", {"type": CARE, "grounds": REASONS})
    for person, own in ((FIRST.person, True), (SECOND.person, False)):
        waiting = body(call(house, "GET", "/proposals", None, person))["proposals"]
        assert isinstance(waiting, list)
        assert [one["own"] for one in waiting] == [own]


def test_a_mark_is_granted_shown_and_taken_back(house: PublishHouse) -> None:
    accept(house, body(call(house, "POST", "/types", {"type": CARE, "grounds": REASONS})))
    until = "2027-01-01T00:00:00Z"
    reply = call(house, "POST", "/grants", {**ASKED, "until": until})
    assert reply.status == 202
    assert accept(house, body(reply)).status == 200
    house.work()
    query = f"/status?mark_type={CARE['id']}&entity_id={GUANGDONG}"
    shown = body(call(house, "GET", query))
    assert shown["mark"]["status"] == "active"  # type: ignore[index]  # an object
    assert shown["grant"]["until"].startswith("2027-01-01T00:00:00")  # type: ignore[index]  # an object
    revoked = call(house, "POST", "/revoke", ASKED)
    assert revoked.status == 200
    assert body(revoked)["revoked_at"] is not None
    with pytest.raises(MarkNotHeld):
        house.publication.marks.mark(CARE["id"], GUANGDONG)  # type: ignore[arg-type]  # text
    house.work()
    assert body(call(house, "GET", query))["mark"] is None


def test_grants_are_listed_by_type_and_entity_and_paged(house: PublishHouse) -> None:
    rows = body(call(house, "GET", ""))["grants"]
    assert isinstance(rows, list)
    assert {row["entity_id"] for row in rows} == {ISSUER, GUANGDONG}
    first = body(call(house, "GET", "?limit=1"))
    rest = body(call(house, "GET", f"?limit=1&after={first['next']}"))
    assert {first["grants"][0]["entity_id"], rest["grants"][0]["entity_id"]} == {  # type: ignore[index]  # lists
        ISSUER,
        GUANGDONG,
    }
    one = body(call(house, "GET", f"?entity_id={GUANGDONG}&mark_type={MARK}"))["grants"]
    assert isinstance(one, list)
    assert [row["entity_id"] for row in one] == [GUANGDONG]
    assert body(call(house, "GET", f"?mark_type={CARE['id']}"))["grants"] == []


@pytest.mark.parametrize(
    ("method", "path", "said", "answer"),
    [
        ("POST", "/types", {"type": {**CARE, "id": "x"}, "grounds": REASONS},
         (400, "mark_type_malformed")),
        ("POST", "/types", {"type": {**CARE, "id": MARK}, "grounds": REASONS},
         (409, "mark_type_taken")),
        ("POST", "/types", {"type": CARE}, (400, "body_malformed")),
        ("POST", "/grants", ASKED, (404, "mark_type_unknown")),
        ("POST", "/grants", {**ASKED, "mark_type": MARK}, (409, "grant_exists")),
        ("POST", "/grants", {**ASKED, "mark_type": MARK, "entity_id": "https://no.example"},
         (404, "member_unknown")),
        ("POST", "/grants", {**ASKED, "until": "tomorrow"}, (400, "body_malformed")),
        ("POST", "/revoke", ASKED, (404, "grant_unknown")),
        ("POST", "/revoke", {**ASKED, "mark_type": MARK, "grounds": NO_BASIS},
         (400, "grant_malformed")),
        ("GET", "/proposals/none", None, (404, "mark_proposal_unknown")),
        ("GET", "/status?mark_type=x&entity_id=y", None, (404, "grant_unknown")),
        ("GET", "/status?mark_type=x", None, (400, "parameter_missing")),
        ("GET", "?limit=0", None, (400, "paging_malformed")),
        ("GET", "?after=eA", None, (400, "paging_malformed")),
    ],
)  # fmt: skip
def test_each_refusal_has_its_code_and_changes_nothing(
    house: PublishHouse, method: str, path: str, said: object, answer: tuple[int, str]
) -> None:
    grants = dict(house.stores.grants.rows)
    reply = call(house, method, path, said)
    assert (reply.status, body(reply)["code"]) == answer
    assert house.stores.proposals.rows == {}
    assert house.stores.grants.rows == grants
    assert house.jobs.queued == []


def test_an_approval_of_another_digest_changes_nothing(house: PublishHouse) -> None:
    proposal = body(call(house, "POST", "/types", {"type": CARE, "grounds": REASONS}))
    path = f"/proposals/{proposal['id']}/approve"
    for digest, code in (("00" * 32, "change_differs"), ("zz", "body_malformed")):
        reply = call(house, "POST", path, {"digest": digest}, SECOND.person)
        assert body(reply)["code"] == code
    assert CARE["id"] not in house.stores.mark_types.rows


def test_every_change_asks_for_an_operator_and_takes_an_idempotency_key(
    house: PublishHouse,
) -> None:
    table = [route for route in house.routes if route.path.startswith("/api/")]
    assert len(table) == 9
    for route in table:
        assert route.access is not None
        assert route.access.role is Role.OPERATOR
        scope = "members:read" if route.method == "GET" else "members:write"
        assert route.access.scope == scope
        assert route.idempotent is (route.method != "GET")
        assert route.shape is not None
