"""What the stores of people promise, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.people.domain import (
    Account,
    AuthenticatorKind,
    AuthenticatorRecord,
    Mandate,
    MandateId,
    MandateRole,
    Organisation,
    Person,
    PersonKind,
    PersonState,
    UpstreamLink,
    Username,
)
from idp.people.errors import (
    AuthenticatorUnknown,
    MandateUnknown,
    NumberTaken,
    OrganisationKnown,
    OrganisationUnknown,
    PersonUnknown,
    UsernameTaken,
)
from idp.people.ports import (
    AuthenticatorStore,
    LinkStore,
    OrganisationStore,
    PersonStore,
)
from idp.people.store.authenticators import SqlAuthenticators
from idp.people.store.links import SqlLinks
from idp.people.store.organisations import SqlOrganisations
from idp.people.store.people import SqlPeople
from kernel.assurance import Level
from kernel.errors import Conflict
from kernel.ids import AuthenticatorId, EntityId, OrganisationId, PersonId
from kernel.infra.db import Database, create_all
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Digest, Secret
from kernel.web import PageAsked, Role
from tests.unit.idp.people.fakes import NOW, Around

AT_ONCE = 8
GUANGDONG = EntityId("http://localhost:8410")
NUMBER = "11010519491231002X"


@dataclass(frozen=True)
class Stores:
    people: PersonStore
    links: LinkStore
    means: AuthenticatorStore
    bodies: OrganisationStore


@pytest.fixture
def stores(database: Database) -> Stores:
    create_all(database)
    around = Around()
    sealer = Sealer(around.keys, around.entropy, Purpose.SEAL)
    indexer = Sealer(around.keys, around.entropy, Purpose.PERSON)
    return Stores(
        SqlPeople(database, sealer, indexer),
        SqlLinks(database),
        SqlAuthenticators(database, sealer),
        SqlOrganisations(database),
    )


def a_person(number: int = 1) -> Person:
    return Person(
        id=PersonId(UUID(int=number)),
        kind=PersonKind.NATURAL,
        identity=Level.SELF_ASSERTED,
        roles=frozenset({Role.WINDOW}),
        state=PersonState.ACTIVE,
        created_at=NOW,
    )


def known(stores: Stores, number: int = 1) -> PersonId:
    """Keep somebody and return their id."""
    stores.people.add(a_person(number), "买买提·阿不都")
    return a_person(number).id


def a_means(
    person: PersonId, number: int = 1, key: Digest | None = None
) -> AuthenticatorRecord:
    return AuthenticatorRecord(
        id=AuthenticatorId(UUID(int=number)),
        person=person,
        kind=AuthenticatorKind.CERTIFICATE if key else AuthenticatorKind.TOTP,
        bound=Level.REAL_NAME,
        enrolled_at=NOW,
        key_digest=key,
    )


def test_somebody_kept_is_found_as_they_were(stores: Stores) -> None:
    person = known(stores)
    assert stores.people.find(person) == a_person()
    assert stores.people.name(person) == "买买提·阿不都"
    assert stores.people.id_number(person) is None
    with pytest.raises(PersonUnknown):
        stores.people.find(PersonId(UUID(int=9)))
    with pytest.raises(PersonUnknown):
        stores.people.set_identity(PersonId(UUID(int=9)), Level.STRONG)


def test_what_changes_of_somebody_is_kept(stores: Stores) -> None:
    person = known(stores)
    stores.people.set_identity(person, Level.STRONG)
    stores.people.set_state(person, PersonState.DISABLED)
    stores.people.set_roles(person, frozenset({Role.AUDITOR}))
    found = stores.people.find(person)
    assert found.identity is Level.STRONG
    assert found.state is PersonState.DISABLED
    assert found.roles == {Role.AUDITOR}


def test_of_many_with_one_number_one_is_proofed(stores: Stores) -> None:
    people = [known(stores, number) for number in range(1, AT_ONCE + 1)]

    def prove(person: PersonId) -> bool:
        try:
            stores.people.set_proofed(person, "张三", NUMBER)
        except NumberTaken:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(prove, people))
    assert sum(won) == 1
    winner = people[won.index(True)]
    assert stores.people.by_id_number(NUMBER) == winner
    assert stores.people.id_number(winner) == NUMBER
    assert stores.people.by_id_number("440308199901101512") is None


def test_of_many_with_one_username_one_has_it(stores: Stores) -> None:
    people = [known(stores, number) for number in range(1, AT_ONCE + 1)]
    name = Username("zhangsan")

    def take(person: PersonId) -> bool:
        try:
            stores.people.add_account(Account(username=name, person=person))
        except UsernameTaken:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(take, people))
    assert sum(won) == 1
    owner = people[won.index(True)]
    assert stores.people.by_username(name) == owner
    assert stores.people.username_of(owner) == name
    assert stores.people.by_username(Username("lisi")) is None


def test_people_are_paged_in_the_order_of_their_ids(stores: Stores) -> None:
    for number in (3, 1, 2):
        known(stores, number)
    first = stores.people.page(PageAsked(limit=2))
    assert [person.id.int for person in first.rows] == [1, 2]
    rest = stores.people.page(PageAsked(limit=2, after=first.last_key))
    assert [person.id.int for person in rest.rows] == [3]
    assert rest.last_key is None


def test_of_many_links_for_one_subject_one_is_made(stores: Stores) -> None:
    people = [known(stores, number) for number in range(1, AT_ONCE + 1)]

    def link(person: PersonId) -> bool:
        made = UpstreamLink(issuer=GUANGDONG, subject="s", person=person, linked_at=NOW)
        try:
            stores.links.add(made)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        won = list(pool.map(link, people))
    assert sum(won) == 1
    owner = people[won.index(True)]
    assert stores.links.find(GUANGDONG, "s") == owner
    assert stores.links.find(GUANGDONG, "S") is None
    assert [one.subject for one in stores.links.of(owner)] == ["s"]


def test_a_means_is_kept_with_its_secret_sealed(stores: Stores) -> None:
    person = known(stores)
    record = a_means(person)
    stores.means.add(record, Secret("JBSWY3DP"))
    assert stores.means.of(person) == (record,)
    assert stores.means.secret(record.id) == Secret("JBSWY3DP")
    stores.means.replace_secret(record.id, Secret("other"))
    stores.means.used(record.id, NOW)
    assert stores.means.secret(record.id) == Secret("other")
    assert stores.means.of(person) == (replace(record, last_used_at=NOW),)


def test_one_time_step_is_taken_once_and_none_before_it(stores: Stores) -> None:
    record = a_means(known(stores))
    stores.means.add(record, Secret("seed"))

    def take(_: int) -> bool:
        return stores.means.take_step(record.id, 100)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(take, range(AT_ONCE))) == 1
    assert not stores.means.take_step(record.id, 99)
    assert stores.means.take_step(record.id, 101)


def test_a_certificate_belongs_to_one_person(stores: Stores) -> None:
    first, second, key = known(stores, 1), known(stores, 2), Digest(b"k" * 32)
    stores.means.add(a_means(first, 1, key), None)
    with pytest.raises(Conflict):
        stores.means.add(a_means(second, 2, key), None)
    found = stores.means.by_key(key)
    assert found is not None
    assert found.person == first
    assert stores.means.by_key(Digest(b"x" * 32)) is None
    with pytest.raises(AuthenticatorUnknown):
        stores.means.secret(found.id)


def test_rebinding_only_raises(stores: Stores) -> None:
    record = a_means(known(stores))
    stores.means.add(record, None)
    assert stores.means.rebind((record.id,), Level.SELF_ASSERTED) == 0
    assert stores.means.rebind((record.id,), Level.STRONG) == 1
    assert stores.means.of(record.person)[0].bound is Level.STRONG


def test_only_its_owner_gives_a_means_up(stores: Stores) -> None:
    record = a_means(known(stores, 1))
    stores.means.add(record, None)
    with pytest.raises(AuthenticatorUnknown):
        stores.means.remove(known(stores, 2), record.id)
    stores.means.remove(record.person, record.id)
    assert stores.means.of(record.person) == ()


def test_an_organisation_is_known_once_and_its_mandates_end(stores: Stores) -> None:
    person = known(stores)
    body = Organisation(
        id=OrganisationId(UUID(int=1)), name="甲公司", uscc="91350100M000100Y43"
    )
    stores.bodies.add(body)
    with pytest.raises(OrganisationKnown):
        stores.bodies.add(replace(body, id=OrganisationId(UUID(int=2))))
    assert stores.bodies.find(body.id) == body
    assert stores.bodies.by_uscc(body.uscc) == body
    assert stores.bodies.page(PageAsked()).rows == (body,)
    with pytest.raises(OrganisationUnknown):
        stores.bodies.find(OrganisationId(UUID(int=9)))
    mandate = Mandate(
        id=MandateId(UUID(int=1)),
        person=person,
        organisation=body.id,
        role=MandateRole.AGENT,
        until=None,
    )
    stores.bodies.add_mandate(mandate)
    assert stores.bodies.mandates_of(person) == (mandate,)
    end = NOW + timedelta(days=1)
    stores.bodies.end_mandate(mandate.id, end)
    assert stores.bodies.find_mandate(mandate.id).until == end
    with pytest.raises(MandateUnknown):
        stores.bodies.end_mandate(MandateId(UUID(int=9)), end)
