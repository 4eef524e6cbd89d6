"""Proofing at a window: entered by one person, carried out by another, whole or not."""

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from idp.people.domain import AuthenticatorKind, Username
from idp.people.errors import PasswordTooShort, UsernameTaken
from kernel.approval import (
    ChangeDiffers,
    ProposalDecided,
    ProposalExpired,
    SamePerson,
    SubjectMoved,
)
from kernel.assurance import Level
from kernel.errors import Conflict
from kernel.events import envelope
from kernel.identifiers import IdentifierRefused
from kernel.ids import EventId, PersonId
from kernel.secret import Digest
from kernel.web import AccessDenied, NoPersonBehindToken, Role
from realname.errors import (
    NumberOfAnother,
    OwnProofing,
    WindowRecordMalformed,
    WindowRecordUnknown,
)
from realname.events import (
    WindowRecordApproved,
    WindowRecordProposed,
    WindowRecordRefused,
)
from realname.models import PROPOSALS, WINDOW_RECORDS
from tests.unit.realname.house import NAME, NUMBER, House

ONE, TWO = PersonId(UUID(int=1)), PersonId(UUID(int=2))
PATH = "/api/v1/realname/window-records"
PASSWORD = "correct horse battery"
SEED = "JBSWY3DPEHPK3PXP"
KEY = "ab" * 32
Json = Mapping[str, object]


def body(**changes: object) -> dict[str, object]:
    """Return what an operator enters about a company's agent who is new."""
    said: dict[str, object] = {
        "username": "wang.wu",
        "name": NAME,
        "number": NUMBER,
        "level": 4,
        "kind": "legal_agent",
        "document": "resident_card",
        "office": "一号窗口",
        "organisation": {"name": "演示有限公司", "uscc": "91350100M000100Y43"},
        "password": PASSWORD,
        "totp_seed": SEED,
        "certificate_sha256": KEY,
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def entered(house: House, **changes: object) -> Json:
    reply = house.call("POST", PATH, body(**changes), by=ONE)
    assert reply.status == 202
    said: Json = json.loads(reply.body)
    return said


def approve(house: House, said: Json, *, by: PersonId = TWO, digest: object = None) -> Json:
    reply = house.call(
        "POST",
        f"{PATH}/{said['id']}/approve",
        {"digest": digest or said["digest"]},
        by=by,
    )
    shown: Json = json.loads(reply.body)
    return shown


def nobody_came(house: House) -> None:
    """Require that no person, number or means came of it."""
    assert house.people.people.by_username(Username.parse("wang.wu")) is None
    assert house.people.people.by_id_number(NUMBER) is None
    assert house.around.trail.of(WindowRecordApproved) == []


@pytest.mark.spec("GB/T 40651-2021")
def test_the_second_person_carries_everything_out(house: House) -> None:
    said = entered(house)
    nobody_came(house)
    approved = approve(house, said)
    person = house.people.people.by_username(Username.parse("wang.wu"))
    assert person is not None
    assert approved["person"] == str(person)
    assert house.people.people.find(person).identity is Level.STRONG
    claims = house.people.people.claims(person)
    assert (claims.name, claims.id_number) == (NAME, NUMBER)
    assert [held.uscc for held in claims.organisations] == ["91350100M000100Y43"]
    means = house.people.authenticators.of(person)
    assert {one.kind for one in means} == set(AuthenticatorKind)
    assert {one.bound for one in means} == {Level.STRONG}
    key = next(one for one in means if one.kind is AuthenticatorKind.CERTIFICATE)
    assert key.key_digest == bytes.fromhex(KEY)


def test_somebody_known_is_raised_to_3_with_what_was_enrolled(house: House) -> None:
    person = house.a_person().id
    said = entered(
        house,
        person=str(person),
        username=None,
        level=3,
        kind="natural",
        organisation=None,
        certificate_sha256=None,
        totp_seed=None,
    )
    approve(house, said)
    assert house.people.people.find(person).identity is Level.REAL_PERSON
    (password,) = house.people.authenticators.of(person)
    assert password.bound is Level.REAL_PERSON


def test_the_second_person_sees_whom_it_is_about_until_it_is_done(house: House) -> None:
    said = entered(house)
    path = f"{PATH}/{said['id']}"
    waiting = json.loads(house.call("GET", path, by=TWO).body)
    assert (waiting["name"], waiting["number"]) == (NAME, NUMBER)
    assert waiting["means"] == ["password", "totp", "certificate"]
    approve(house, said)
    done = json.loads(house.call("GET", path, by=TWO).body)
    assert (done["name"], done["number"], done["state"]) == (None, None, "approved")


def test_who_entered_it_cannot_approve_it(house: House) -> None:
    said = entered(house)
    with pytest.raises(SamePerson):
        approve(house, said, by=ONE)
    nobody_came(house)
    (refused,) = house.around.trail.of(WindowRecordRefused)
    assert refused.reason == "same_person"


def test_nobody_enters_or_approves_their_own_proofing(house: House) -> None:
    me = house.a_person().id
    mine = {"person": str(me), "username": None, "kind": "natural", "organisation": None}
    with pytest.raises(OwnProofing):
        house.call("POST", PATH, body(**mine), by=me)
    said = entered(house, **mine)
    with pytest.raises(OwnProofing):
        approve(house, said, by=me)
    assert house.people.people.find(me).identity is Level.SELF_ASSERTED
    assert house.people.authenticators.of(me) == ()


def test_another_digest_carries_nothing_out(house: House) -> None:
    said = entered(house)
    with pytest.raises(ChangeDiffers):
        approve(house, said, digest="00" * 32)
    nobody_came(house)


def test_a_record_changed_at_rest_is_not_carried_out(house: House) -> None:
    said, other = entered(house), entered(house, level=3)
    one = PROPOSALS.c.id == UUID(str(said["id"]))
    theirs = PROPOSALS.c.id == UUID(str(other["id"]))
    change = house.db.read(PROPOSALS.select().where(theirs))[0].change
    house.db.write(PROPOSALS.update().where(one).values(change=change))
    with pytest.raises(ChangeDiffers):
        approve(house, said)
    nobody_came(house)


def test_a_record_is_carried_out_once(house: House) -> None:
    said = entered(house)
    approve(house, said)
    with pytest.raises(ProposalDecided):
        approve(house, said)
    assert len(house.around.trail.of(WindowRecordApproved)) == 1


def test_a_record_of_two_weeks_ago_is_void_and_erased(house: House) -> None:
    said = entered(house)
    house.around.clock.advance(timedelta(days=14, seconds=1))
    with pytest.raises(ProposalExpired):
        approve(house, said)
    for task in house.room.tasks:
        task.run()
    (row,) = house.db.read(WINDOW_RECORDS.select())
    assert row.content is None
    nobody_came(house)


def test_a_proofing_in_between_makes_it_void(house: House) -> None:
    person = house.a_person().id
    said = entered(
        house, person=str(person), username=None, kind="natural", organisation=None
    )
    house.people.people.raise_identity(person, Level.REAL_NAME, source="test")
    with pytest.raises(SubjectMoved):
        approve(house, said)
    assert house.people.people.find(person).identity is Level.REAL_NAME
    assert house.people.authenticators.of(person) == ()


def test_what_fails_halfway_leaves_nothing_behind(house: House) -> None:
    """The certificate is enrolled last, and belongs to somebody already."""
    other = house.a_person("other").id
    house.people.authenticators.enrol_certificate(
        other, Digest(bytes.fromhex(KEY)), Level.STRONG
    )
    said = entered(house)
    with pytest.raises(Conflict):
        approve(house, said)
    nobody_came(house)
    assert house.people.organisations.by_uscc("91350100M000100Y43") is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"level": 2}, WindowRecordMalformed),
        ({"username": None}, WindowRecordMalformed),
        ({"organisation": None}, WindowRecordMalformed),
        ({"kind": "natural"}, WindowRecordMalformed),
        ({"certificate_sha256": "abc"}, WindowRecordMalformed),
        ({"number": "110105194912310021"}, IdentifierRefused),
        ({"organisation": {"name": "x", "uscc": "1"}}, IdentifierRefused),
        ({"password": "short"}, PasswordTooShort),
    ],
)
def test_what_is_no_proofing_is_not_kept(
    house: House, changes: Mapping[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        entered(house, **changes)
    assert house.db.read(PROPOSALS.select()) == []
    assert house.db.read(WINDOW_RECORDS.select()) == []


def test_a_taken_name_or_number_is_told_at_once(house: House) -> None:
    holder = house.a_person("wang.wu").id
    with pytest.raises(UsernameTaken):
        entered(house)
    house.people.people.prove(
        holder, Level.REAL_NAME, name=NAME, number=NUMBER, source="test"
    )
    with pytest.raises(NumberOfAnother):
        entered(house, username="somebody.else")
    assert house.db.read(PROPOSALS.select()) == []


def test_neither_secrets_nor_personal_data_are_at_rest_in_clear(house: House) -> None:
    entered(house)
    at_rest = repr([tuple(row) for row in house.db.read(PROPOSALS.select())])
    at_rest += repr([tuple(row) for row in house.db.read(WINDOW_RECORDS.select())])
    proposed = house.around.trail.of(WindowRecordProposed)
    event = EventId(UUID(int=9))
    at_rest += str(
        [
            envelope(one, identifier=event, at=house.around.clock(), reference=None)
            for one in proposed
        ]
    )
    for secret in (NAME, NUMBER, PASSWORD, SEED, "wang.wu"):
        assert secret not in at_rest


def test_only_people_of_a_window_may_do_it(house: House) -> None:
    with pytest.raises(AccessDenied):
        house.call("POST", PATH, body(), by=ONE, roles=frozenset({Role.AUDITOR}))
    with pytest.raises(NoPersonBehindToken):
        house.call("POST", PATH, body())
    assert house.db.read(PROPOSALS.select()) == []


def test_what_is_no_record_is_unknown(house: House) -> None:
    for name in ("nothing", str(UUID(int=7))):
        with pytest.raises(WindowRecordUnknown):
            house.call("GET", f"{PATH}/{name}", by=TWO)
