"""Drafts, versions, the queue, evidence, findings, contacts and policies over the API."""

import re
from datetime import timedelta

import pytest

from kernel.web import Reply, Route, write_body
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    SECOND,
    RegisterHouse,
    an_application,
    lower_terms,
)
from tests.unit.trustroot.test_member_terms import ISSUER, SECRET, represented
from tests.unit.trustroot.test_members_api import Operators, application, ask, body
from trustroot.registry.domain import Actor, Findings, Member, MemberKind, ProbeCheck
from trustroot.registry.messages import terms_to_json

REASONS = write_body(GROUNDS)
DAY = timedelta(days=1)


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


@pytest.fixture
def operators(house: RegisterHouse) -> Operators:
    return Operators(house)


def conditional(  # noqa: PLR0913  the parts of a request
    operators: Operators,
    method: str,
    path: str,
    said: object,
    tag: str | None,
    *,
    by: Actor = FIRST,
) -> Reply:
    return ask(operators.table, method, f"/api/v1/{path}", said, by.person, if_match=tag)


def changes(operators: Operators) -> list[Route]:
    return [
        route
        for route in operators.table
        if route.method != "GET" and route.path.startswith("/api/v1/members/{id}/")
    ]


ACTS: dict[str, object] = {
    "submit": None,
    "check": None,
    "cancel": REASONS,
    "approve": REASONS,
    "suspend": REASONS,
    "confirm": None,
    "reinstate": REASONS,
    "withdraw": REASONS,
    "change": {"terms": terms_to_json(lower_terms()), "grounds": REASONS},
}


def test_every_act_on_a_member_is_tried_with_another_version(operators: Operators) -> None:
    """A route that is added without a row above is named here."""
    apart = {"evidence", "contacts", "prove"}  # these change no version
    acts = {route.path.rsplit("/", 1)[-1] for route in changes(operators)}
    assert acts - apart == set(ACTS)


def made_for(house: RegisterHouse, act: str) -> Member:
    draft = house.applying.apply(an_application(), FIRST) if act == "submit" else None
    if draft is not None:
        return draft
    if act == "check":
        return house.applying.submit(
            house.applying.apply(an_application(), FIRST).id, FIRST
        )
    if act in {"cancel", "approve"}:
        return house.checked()
    return house.suspended() if act in {"reinstate", "confirm"} else house.active()


@pytest.mark.spec("RFC 9110 §13.1.1")
@pytest.mark.parametrize("act", ACTS)
def test_no_act_is_done_to_another_version(
    house: RegisterHouse, operators: Operators, act: str
) -> None:
    member, said = made_for(house, act), ACTS[act]
    if member.suspension is not None and act == "confirm":
        digest = house.waiting.find(member.suspension.proposal).digest
        said = {"digest": digest.hex()}
    path, proposals = f"members/{member.id}/{act}", len(house.proposals.rows)
    for tag in (f'"{member.version + 1}"', "nonsense", f'W/"{member.version}"'):
        refused = conditional(operators, "POST", path, said, tag, by=SECOND)
        assert refused.status == 412
    assert house.registry.show(member.id) == member
    assert len(house.proposals.rows) == proposals
    tag = f'"{member.version}"'
    done = conditional(operators, "POST", path, said, tag, by=SECOND)
    assert done.status in {200, 202}


@pytest.mark.spec("RFC 6585 §3")
def test_a_draft_is_edited_with_the_tag_it_was_read_with(
    house: RegisterHouse, operators: Operators
) -> None:
    opened = operators.post("members", application())
    one = f"members/{body(opened)['id']}"
    other = {**application(), "name_en": "Guangdong, edited"}
    assert conditional(operators, "PUT", one, other, None).status == 428
    assert conditional(operators, "PUT", one, other, '"9"').status == 412
    (member,) = house.members.rows.values()
    assert member.name_en == "Guangdong (demo)"
    edited = conditional(operators, "PUT", one, other, opened.header("etag"))
    assert (edited.status, edited.header("etag")) == (200, '"2"')
    assert body(operators.get(one))["name_en"] == "Guangdong, edited"


def test_what_is_proposed_says_where_it_is_approved(
    house: RegisterHouse, operators: Operators
) -> None:
    member = house.checked()
    operators.post(f"members/{member.id}/approve", REASONS)
    queued = body(operators.get("proposals?state=open&limit=5"))
    (row,) = rows(queued, "proposals")
    assert (row["state"], queued["next"]) == ("open", None)
    approved = operators.post(
        str(row["approve_at"]).lstrip("/"), {"digest": row["digest"]}, SECOND
    )
    assert body(approved)["state"] == "approved"
    assert rows(body(operators.get("proposals")), "proposals") == []
    assert operators.get("proposals?state=approved").status == 400


def test_who_proposed_is_told_that_it_is_their_own(
    house: RegisterHouse, operators: Operators
) -> None:
    proposal = body(operators.post(f"members/{house.checked().id}/approve", REASONS))
    assert proposal["own"] is True
    for path in (f"proposals/{proposal['id']}", "proposals"):
        for actor, own in ((FIRST, True), (SECOND, False)):
            told = body(operators.get(path, actor))
            (row,) = rows(told, "proposals") if "proposals" in told else (told,)
            assert row["own"] is own


def test_a_proposal_is_taken_back_by_its_proposer_only(
    house: RegisterHouse, operators: Operators
) -> None:
    proposal = body(operators.post(f"members/{house.checked().id}/approve", REASONS))
    path = f"proposals/{proposal['id']}"
    assert operators.post(f"{path}/cancel", None, SECOND).status == 422
    assert body(operators.get(path))["state"] == "open"
    closed = operators.post(f"{path}/cancel", None, FIRST)
    assert (closed.status, body(closed)["state"]) == (200, "cancelled")
    seen = {"digest": proposal["digest"]}
    assert operators.post(f"{path}/approve", seen, SECOND).status == 409


def test_our_secret_goes_in_and_never_comes_out(
    house: RegisterHouse, operators: Operators
) -> None:
    asked = write_body(
        an_application(
            entity_id=ISSUER, kind=MemberKind.IDENTITY_PROVIDER, terms=represented()
        )
    )
    assert isinstance(asked, dict)
    asked["terms"] = terms_to_json(represented())
    opened = operators.post("members", {**asked, "client_secret": SECRET.reveal()})
    assert opened.status == 201
    (member,) = house.members.rows.values()
    assert member.represented is not None
    assert house.credentials.open(member.represented) == SECRET
    one = f"members/{member.id}"
    operators.post(f"{one}/submit")
    operators.post(f"{one}/check")
    proposal = operators.post(f"{one}/approve", REASONS)
    read = (opened, proposal, operators.get(one), operators.get(f"{one}/history"))
    for reply in (*read, operators.get(f"{one}/proposals"), operators.get("proposals")):
        assert SECRET.reveal().encode() not in reply.body
        assert str(member.represented.sealed_secret).encode() not in reply.body
    terms = body(operators.get(one))["terms"]
    asked_again = {"terms": terms, "grounds": REASONS}
    assert operators.post(f"{one}/change", asked_again).status == 409


def test_evidence_is_filed_and_listed(house: RegisterHouse, operators: Operators) -> None:
    one = f"members/{house.active().id}"
    said = {
        "kind": "certificate",
        "issued_on": "2026-11-01",
        "expires_on": "2027-11-01",
        "reference": "CNAS-1",
        "digest": "ab" * 32,
    }
    filed = operators.post(f"{one}/evidence", said)
    assert filed.status == 201
    (listed,) = rows(body(operators.get(f"{one}/evidence")), "evidence")
    assert listed == body(filed)
    for bent in (
        {"kind": "letter"},
        {"digest": "ab"},
        {"issued_on": "2026-13-01"},
        {"issued_on": "20261101"},
        {"expires_on": "2026-10-01"},
    ):
        assert operators.post(f"{one}/evidence", {**said, **bent}).status == 400
    assert len(rows(body(operators.get(f"{one}/evidence")), "evidence")) == 1


def test_findings_are_read_with_their_history(
    house: RegisterHouse, operators: Operators
) -> None:
    member = house.active()
    for hour, passed in enumerate((True, False)):
        check = ProbeCheck(name="signed", passed=passed, clause="§9", advice="sign it")
        look = Findings(at=NOON + hour * DAY, checks=(check,), keys=("k",))
        house.watching.report(member.entity_id, look)
    entries = rows(body(operators.get(f"members/{member.id}/watch")), "entries")
    assert [(entry["number"], entry["passed"]) for entry in entries] == [
        (2, False),
        (1, True),
    ]


def test_a_contact_is_proven_over_the_api(
    house: RegisterHouse, operators: Operators
) -> None:
    one = f"members/{house.active().id}"
    address = {"address": "ops@gd.example"}
    assert operators.post(f"{one}/contacts", address).status == 202
    assert operators.post(f"{one}/contacts", address).status == 429
    house.run_jobs()
    code = re.findall(r"：([0-9]{6})\n", house.notices.sent[-1].text)[0]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert operators.post(f"{one}/contacts/prove", {"code": wrong}).status == 422
    assert proven(operators, one) == [None]
    assert operators.post(f"{one}/contacts/prove", {"code": code}).status == 200
    assert proven(operators, one) != [None]
    shown = body(operators.get(one))["proven_contacts"]
    assert isinstance(shown, list)
    assert shown[0]["address"] == "ops@gd.example"


def test_a_policy_is_adopted_over_the_api(operators: Operators) -> None:
    policy = {
        "version": "2026-1",
        "text_zh": "规则",
        "text_en": "rules",
        "valid_from": NOON.date().isoformat(),
    }
    proposal = operators.post(
        "registration-policies", {"policy": policy, "grounds": REASONS}
    )
    assert proposal.status == 202
    said = body(proposal)
    where, seen = str(said["approve_at"]).lstrip("/"), {"digest": said["digest"]}
    assert operators.post(where, seen, FIRST).status == 422
    assert operators.post(where, seen, SECOND).status == 200
    (held,) = rows(body(operators.get("registration-policies")), "policies")
    assert held == {**policy, "in_force": True}


def test_a_contract_travels_with_the_application(
    house: RegisterHouse, operators: Operators
) -> None:
    contract = {"number": "C-1", "signed_on": "2026-01-01", "valid_until": "2027-01-01"}
    opened = operators.post("members", {**application(), "contract": contract})
    assert body(opened)["contract"] == contract
    bent = {**contract, "valid_until": "tomorrow"}
    other = {**application(), "entity_id": "https://x.example", "contract": bent}
    assert operators.post("members", other).status == 400
    assert len(house.members.rows) == 1


def proven(operators: Operators, one: str) -> list[object]:
    listed = rows(body(operators.get(f"{one}/contacts")), "contacts")
    return [contact["proven_at"] for contact in listed]


def rows(said: dict[str, object], name: str) -> list[dict[str, object]]:
    held = said[name]
    assert isinstance(held, list)
    return held
