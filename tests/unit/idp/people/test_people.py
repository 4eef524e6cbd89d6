from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.people import events, models
from idp.people.domain import MandateRole, PersonKind, Username
from idp.people.errors import (
    IdentityNotRaised,
    MandateMissing,
    NumberTaken,
    PasswordTooShort,
    UsernameMalformed,
    UsernameTaken,
)
from kernel.assurance import Level
from kernel.clock import SetClock
from kernel.identifiers import IdentifierRefused
from kernel.ids import ClientId, EntityId
from kernel.proof.seal import SealBroken
from kernel.secret import Secret
from kernel.web import JSON, Caller, Reply, Request, Role, Router
from realname.domain import Represented
from tests.unit.idp.login.house import NUMBER, House

GUANGDONG = EntityId("http://localhost:8410")
USCC = "91350100M000100Y43"


def test_names_and_numbers_are_never_at_rest_in_clear(house: House) -> None:
    person = house.a_person()
    house.people.people.prove(
        person.id, Level.REAL_NAME, name="张三", number=NUMBER, source="test"
    )
    row = house.db.read_one(select(models.person))
    assert row is not None
    stored = b"".join(value for value in row if isinstance(value, bytes))
    assert NUMBER.encode() not in stored
    assert "张三".encode() not in stored
    claims = house.people.people.claims(person.id)
    assert (claims.name, claims.id_number) == ("张三", NUMBER)
    assert NUMBER not in repr(claims)


def test_a_sealed_name_moved_to_another_person_does_not_open(house: House) -> None:
    first, second = house.a_person(), house.a_person("lisi")
    table = models.person
    row = house.db.read_one(select(table.c.name).where(table.c.id == first.id))
    assert row is not None
    house.db.write(update(table).where(table.c.id == second.id).values(name=row.name))
    with pytest.raises(SealBroken):
        house.people.people.claims(second.id)


def test_a_number_is_found_through_its_index_and_belongs_to_one_person(
    house: House,
) -> None:
    people, first, second = house.people.people, house.a_person(), house.a_person("lisi")
    people.prove(first.id, Level.REAL_NAME, name="张三", number=NUMBER, source="test")
    assert people.by_id_number(NUMBER) == first.id
    with pytest.raises(NumberTaken):
        people.prove(second.id, Level.REAL_NAME, name="李四", number=NUMBER, source="test")
    assert people.find(second.id).identity is Level.SELF_ASSERTED
    assert people.claims(second.id).name == "张三"


def test_identity_never_falls_by_a_weaker_proofing(house: House) -> None:
    person = house.a_person(level=Level.STRONG)
    with pytest.raises(IdentityNotRaised):
        house.people.people.prove(
            person.id, Level.REAL_NAME, name="张三", number=NUMBER, source="test"
        )
    assert house.people.people.find(person.id).identity is Level.STRONG
    assert house.people.people.claims(person.id).id_number is None


def test_a_providers_word_makes_its_own_person_and_takes_over_nobody(house: House) -> None:
    people, own = house.people.people, house.a_person("zhangsan")
    linked = people.link(GUANGDONG, "zhangsan", name="张三")
    assert linked != own.id
    assert people.link(GUANGDONG, "zhangsan", name="张三") == linked
    assert people.link(EntityId("http://localhost:8420"), "zhangsan", name=None) != linked
    assert people.find(linked).identity is Level.SELF_ASSERTED
    assert len(house.around.trail.of(events.LinkMade)) == 2


def test_a_username_has_one_spelling_and_one_owner(house: House) -> None:
    house.a_person("ZhangSan")
    with pytest.raises(UsernameTaken):
        house.a_person("".join(chr(ord(sign) + 0xFEE0) for sign in "zhangsan") + " ")
    for malformed in ("ab", "a b", "x" * 65, "a/b", ""):
        with pytest.raises(UsernameMalformed):
            Username.parse(malformed)
    assert len(house.around.trail.of(events.PersonCreated)) == 1


def test_rebinding_raises_ones_own_means_only_and_lowers_none(house: House) -> None:
    people, first, second = house.people, house.a_person(), house.a_person("lisi")
    (own,), (other,) = (people.authenticators.of(p.id) for p in (first, second))
    people.authenticators.rebind(first.id, (own.id, other.id), Level.REAL_PERSON)
    people.authenticators.rebind(first.id, (own.id,), Level.REAL_NAME)
    assert people.authenticators.of(first.id)[0].bound is Level.REAL_PERSON
    assert people.authenticators.of(second.id)[0].bound is Level.SELF_ASSERTED


@pytest.mark.spec("NIST SP 800-63B-4 §3.1.1.2")
def test_a_short_password_is_refused_and_the_old_one_stays(house: House) -> None:
    person = house.a_person()
    before = house.people.authenticators.of(person.id)
    with pytest.raises(PasswordTooShort):
        house.people.authenticators.set_password(person.id, Secret("short"), Level.STRONG)
    assert house.people.authenticators.of(person.id) == before


@pytest.mark.spec("GB 32100-2015")
def test_an_organisations_number_is_checked(house: House) -> None:
    with pytest.raises(IdentifierRefused):
        house.people.organisations.create("甲公司", USCC[:-1] + "0", actor=None)
    assert house.people.organisations.by_uscc(USCC) is None


def test_a_mandate_holds_until_its_end_and_for_its_organisation(house: House) -> None:
    bodies, person = house.people.organisations, house.a_person()
    company = bodies.create("甲公司", USCC, actor=None)
    clock: SetClock = house.around.clock
    mandate = bodies.give_mandate(
        person.id,
        company.id,
        MandateRole.AGENT,
        until=clock() + timedelta(days=1),
        actor=None,
    )
    bodies.require_mandate(person.id, company.id)
    assert house.people.people.claims(person.id).organisations[0].uscc == USCC
    clock.advance(timedelta(days=1))
    with pytest.raises(MandateMissing):
        bodies.require_mandate(person.id, company.id)
    bodies.revoke_mandate(mandate.id, actor=None)
    assert house.people.people.mandates(person.id) == ()


def call(house: House, method: str, path: str, body: str = "{}") -> Reply:
    """Call the API as an operator."""
    match = Router(house.people.routes).find(method, path)
    access = match.route.access
    assert access is not None
    assert access.role is Role.OPERATOR
    operator = Caller(
        client=ClientId("cli"),
        person=house.people.people.by_username(Username("operator"))
        or house.a_person("operator").id,
        pseudonym=None,
        roles=frozenset({Role.OPERATOR}),
        scopes=frozenset({access.scope}),
    )
    request = Request(
        method=method,
        path=path,
        headers={"content-type": JSON},
        body=body.encode(),
        parameters=match.parameters,
        caller=operator,
    )
    return match.route.endpoint(request)


def test_an_operator_makes_people_known_over_the_api(house: House) -> None:
    body = """{"name": "赵六", "username": "zhaoliu", "password": "a long sentence",
               "kind": "operator", "roles": ["operator"]}"""
    made = call(house, "POST", "/api/v1/people", body)
    assert made.status == 201
    person = house.people.people.by_username(Username("zhaoliu"))
    assert person is not None
    assert house.people.people.find(person).kind is PersonKind.OPERATOR
    (password,) = house.people.authenticators.of(person)
    assert password.bound is Level.SELF_ASSERTED
    shown = call(house, "GET", f"/api/v1/people/{person}")
    assert "赵六" in shown.body.decode()
    listed = call(house, "GET", "/api/v1/people")
    assert "赵六" not in listed.body.decode()
    call(house, "POST", f"/api/v1/people/{person}/disable", '{"reason":"left"}')
    assert '"disabled"' in call(house, "GET", f"/api/v1/people/{person}").body.decode()
    assert house.around.standing.number() == 1


def test_a_refused_creation_leaves_nobody_behind(house: House) -> None:
    call(house, "GET", "/api/v1/people")
    before = len(house.around.trail.of(events.PersonCreated))
    body = '{"name":"赵六","username":"zhaoliu","password":"short"}'
    with pytest.raises(PasswordTooShort):
        call(house, "POST", "/api/v1/people", body)
    assert house.people.people.by_username(Username("zhaoliu")) is None
    assert len(house.around.trail.of(events.PersonCreated)) == before


def test_a_window_enters_a_companys_agent_with_a_mandate(house: House) -> None:
    newcomers, clerk = house.people.newcomers, house.a_person("clerk")
    agent = newcomers.enter("王五", kind="legal_agent", username="wangwu", actor=clerk.id)
    represented = Represented(name="甲公司", uscc=USCC)
    newcomers.mandate(agent, represented, actor=clerk.id)
    newcomers.mandate(clerk.id, represented, actor=clerk.id)
    assert house.people.people.find(agent).kind is PersonKind.LEGAL_AGENT
    (mandate,) = house.people.people.mandates(agent)
    (other,) = house.people.people.mandates(clerk.id)
    assert mandate.organisation == other.organisation
    with pytest.raises(UsernameTaken):
        newcomers.check_username("WANGWU")
    newcomers.check_username("zhaoliu")
