"""A user base comes in whole, is looked at row by row, and can go back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from idp.people import events, models
from idp.people.domain import Batch, BatchState, ImportId, RowKept, RowState, Username
from idp.people.errors import ImportEmpty, ImportMalformed, ImportNotOpen
from idp.people.service import Entering, Imports
from idp.people.store.imports import SqlImports
from kernel.approval import ChangeDiffers, SamePerson
from kernel.assurance import Level
from kernel.ids import EntityId, PersonId
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Secret
from kernel.standing import Party, PartyKind, State
from kernel.web import Role
from tests.unit.idp.login.house import NUMBER, House

OPENER, SECOND = PersonId(uuid4()), PersonId(uuid4())
ISSUER = EntityId("https://pay.example")
USCC = "91350100M000100Y43"
HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$" + "c2FsdHNhbHQ$" + "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo"
)


@dataclass(frozen=True)
class Desk:
    """The room of people, and batches on it."""

    house: House
    imports: Imports
    entering: Entering

    def opened(self, ceiling: int = 2) -> ImportId:
        return self.imports.open(
            "旧系统",
            basis="协议",
            proofing="两要素核验",
            ceiling=Level(ceiling),
            actor=OPENER,
        ).id

    def committed(self, batch: ImportId) -> Batch:
        _, digest = self.imports.standing(self.imports.find(batch))
        self.imports.commit(batch, digest, actor=SECOND)
        while self.imports.find(batch).state is BatchState.COMMITTING:
            self.entering.enter(batch)
        return self.imports.find(batch)

    def undone(self, batch: ImportId) -> None:
        self.imports.undo(batch, reason="错误的来源", actor=OPENER)
        while self.imports.find(batch).state is BatchState.UNDOING:
            self.entering.undo(batch)

    def people(self) -> int:
        row = self.house.db.read_one(select(func.count()).select_from(models.person))
        assert row is not None
        return int(row[0])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    house = House(tmp_path)
    around, room = house.around, house.people
    store = SqlImports(house.db, Sealer(around.keys, around.entropy, Purpose.SEAL))
    yield Desk(
        house,
        Imports(store=store, people=room.people, jobs=around.jobs),
        Entering(
            store=store,
            people=room.people,
            means=room.authenticators,
            organisations=room.organisations,
            jobs=around.jobs,
        ),
    )
    house.close()


def row(key: str = "u1", **said: object) -> dict[str, object]:
    return {"key": key, "name": "王小明", "username": f"w.{key}", **said}


def one(desk: Desk, batch: ImportId, said: dict[str, object]) -> RowKept:
    (kept,) = desk.imports.feed(batch, [said])
    return kept


def test_rows_are_looked_at_and_nobody_is_known_before_a_second_person_commits(
    desk: Desk,
) -> None:
    batch = desk.opened()
    kept = one(desk, batch, row(level=2, id_number=NUMBER))
    assert (kept.state, kept.reason, kept.number) == (RowState.ACCEPTED, "", 1)
    assert desk.people() == 0
    _, digest = desk.imports.standing(desk.imports.find(batch))
    with pytest.raises(SamePerson):
        desk.imports.commit(batch, digest, actor=OPENER)
    assert desk.people() == 0
    assert desk.committed(batch).state is BatchState.COMMITTED
    people = desk.house.people.people
    person = people.by_username(Username.parse("w.u1"))
    assert person is not None
    claims = people.claims(person)
    assert (claims.name, claims.identity, claims.id_number) == ("王小明", 2, NUMBER)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"name": ""}, "name_malformed"),
        ({"username": "a"}, "username_malformed"),
        ({"username": None}, "no_way_in"),
        ({"link": {"issuer": ISSUER, "subject": ""}}, "no_way_in link.subject"),
        ({"link": {"issuer": "pay", "subject": "s"}}, "no_way_in link.issuer"),
        (
            {"link": {"issuer": f"https://{'a' * 600}.example", "subject": "s"}},
            "no_way_in link.issuer",
        ),
        ({"companies": [{"name": "某", "uscc": USCC}] * 51}, "companies_too_many"),
        ({"level": 2}, "level_not_proofed id_number"),
        ({"level": 3, "id_number": NUMBER}, "level_not_proofed level"),
        ({"level": 9}, "body_malformed body.level"),
        ({"id_number": "110105194912310020"}, "identifier_refused"),
        ({"kind": "legal_agent"}, "company_missing"),
        (
            {"companies": [{"name": "某公司", "uscc": "91350100M000100Y44"}]},
            "identifier_refused",
        ),
        (
            {"companies": [{"name": "某", "uscc": USCC, "until": "2020-01-01T00:00:00Z"}]},
            "mandate_ended",
        ),
        (
            {"password_hash": "$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"},
            "hash_not_accepted",
        ),
        ({"password_hash": HASH.replace("19456", "1024")}, "hash_not_accepted"),
        ({"unknown": 1}, "body_malformed"),
        ({"key": "schlüssel"}, "row_key_malformed"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_and_says_which(
    desk: Desk, said: dict[str, object], reason: str
) -> None:
    batch = desk.opened()
    kept = one(desk, batch, row() | said)
    assert kept.state is RowState.REJECTED
    assert kept.reason.startswith(reason)
    assert NUMBER not in kept.reason
    with pytest.raises(ImportEmpty):
        desk.committed(batch)
    assert desk.people() == 0


def test_a_rejected_row_comes_again_repaired_under_its_key(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(level=2), row("u2")])
    waiting = desk.imports.rows(batch, RowState.REJECTED, 0, 10)
    assert [kept.key for kept in waiting] == ["u1"]
    repaired = one(desk, batch, row(level=2, id_number=NUMBER))
    assert (repaired.number, repaired.state) == (1, RowState.ACCEPTED)
    assert desk.imports.rows(batch, RowState.REJECTED, 0, 10) == ()
    desk.committed(batch)
    assert desk.people() == 2


def test_nobody_known_here_is_taken_over(desk: Desk) -> None:
    known = desk.house.a_person("w.u1")
    people = desk.house.people.people
    people.prove(known.id, Level.REAL_NAME, name="王小明", number=NUMBER, source="test")
    people.link(ISSUER, "sub-1", name="某人")
    batch = desk.opened()
    fed = desk.imports.feed(
        batch,
        [
            row(),
            row("u2", level=2, id_number=NUMBER),
            row("u3", link={"issuer": ISSUER, "subject": "sub-1"}),
        ],
    )
    assert [kept.reason for kept in fed] == ["username_taken", "number_taken", "link_taken"]


def test_who_came_to_be_known_between_look_and_entry_is_not_taken_over(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(), row("u2")])
    desk.house.a_person("w.u1")
    desk.committed(batch)
    (rejected,) = desk.imports.rows(batch, RowState.REJECTED, 0, 10)
    assert (rejected.key, rejected.reason) == ("u1", "username_taken")
    assert desk.people() == 2


def test_a_digest_holds_for_exactly_the_rows_that_were_seen(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row()])
    _, seen = desk.imports.standing(desk.imports.find(batch))
    desk.imports.feed(batch, [row("u2")])
    with pytest.raises(ChangeDiffers):
        desk.imports.commit(batch, seen, actor=SECOND)
    assert desk.imports.find(batch).state is BatchState.OPEN
    assert "people.enter_import" not in desk.house.around.jobs.kinds()


def test_companies_and_mandates_come_with_their_people(desk: Desk) -> None:
    batch = desk.opened()
    company = {"name": "某科技公司", "uscc": USCC, "role": "legal_representative"}
    desk.imports.feed(
        batch,
        [
            row(kind="legal_agent", companies=[company]),
            row("u2", kind="legal_agent", companies=[company | {"role": "agent"}]),
        ],
    )
    desk.committed(batch)
    people = desk.house.people
    found = people.people.by_username(Username.parse("w.u1"))
    assert found is not None
    (held,) = people.people.claims(found).organisations
    assert (held.uscc, held.role.value) == (USCC, "legal_representative")
    assert people.organisations.by_uscc(USCC) is not None


def test_a_password_comes_as_its_hash_and_carries_level_two_at_most(desk: Desk) -> None:
    batch = desk.opened(3)
    desk.imports.feed(batch, [row(level=3, id_number=NUMBER, password_hash=HASH)])
    desk.committed(batch)
    people = desk.house.people
    person = people.people.by_username(Username.parse("w.u1"))
    assert person is not None
    (means,) = people.authenticators.of(person)
    assert means.bound is Level.REAL_NAME
    assert people.authenticators.secret(means.id) == Secret(HASH)


def test_a_batch_goes_back_and_its_people_are_known_no_more(desk: Desk) -> None:
    batch = desk.opened()
    link = {"issuer": ISSUER, "subject": "sub-1"}
    desk.imports.feed(batch, [row(level=2, id_number=NUMBER, link=link), row("u2")])
    desk.committed(batch)
    people = desk.house.people
    person = people.people.by_link(ISSUER, "sub-1")
    further = people.people.by_username(Username.parse("w.u2"))
    assert person is not None
    assert further is not None
    people.authenticators.enrol_totp(further, Secret("s"), Level.REAL_NAME)
    desk.undone(batch)
    assert desk.imports.find(batch).state is BatchState.UNDONE
    assert people.people.by_link(ISSUER, "sub-1") is None
    assert people.people.by_id_number(NUMBER) is None
    assert people.people.by_username(Username.parse("w.u1")) is None
    gone = Party(PartyKind.PERSON, str(person))
    changes = desk.house.around.standing.changes
    assert [(c.party, c.state) for c in changes] == [(gone, State.SUSPENDED)]
    assert people.people.by_username(Username.parse("w.u2")) == further
    states = {kept.key: kept.state for kept in desk.imports.rows(batch, None, 0, 10)}
    assert states == {"u1": RowState.TAKEN_BACK, "u2": RowState.KEPT}
    with pytest.raises(ImportNotOpen):
        desk.imports.undo(batch, reason="again", actor=OPENER)


def test_what_came_is_sealed_and_gone_once_it_is_entered(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(level=2, id_number=NUMBER)])
    content = select(models.import_row.c.content)
    before = desk.house.db.read_one(content)
    assert before is not None
    assert NUMBER.encode() not in bytes(before.content)
    desk.committed(batch)
    after = desk.house.db.read_one(content)
    assert after is not None
    assert after.content is None


def test_a_worker_that_dies_halfway_goes_on_and_enters_nobody_twice(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(f"u{at}") for at in range(5)])
    _, digest = desk.imports.standing(desk.imports.find(batch))
    desk.imports.commit(batch, digest, actor=SECOND)
    found = desk.imports.find(batch)
    first = desk.imports.rows(batch, RowState.ACCEPTED, 0, 1)[0]
    desk.entering._enter_one(found, first)  # noqa: SLF001  dies after one row
    desk.entering.enter(batch)
    desk.entering.enter(batch)
    assert desk.people() == 5


def test_a_job_takes_some_rows_and_leaves_the_rest_to_another(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(f"u{at}") for at in range(201)])
    _, digest = desk.imports.standing(desk.imports.find(batch))
    desk.imports.commit(batch, digest, actor=SECOND)
    desk.entering.enter(batch)
    assert (desk.people(), desk.imports.find(batch).state) == (200, BatchState.COMMITTING)
    assert desk.house.around.jobs.kinds() == ["people.enter_import"] * 2
    desk.entering.enter(batch)
    assert (desk.people(), desk.imports.find(batch).state) == (201, BatchState.COMMITTING)
    desk.entering.enter(batch)
    assert desk.imports.find(batch).state is BatchState.COMMITTED


def test_two_workers_at_one_batch_enter_and_take_back_nobody_twice(desk: Desk) -> None:
    batch = desk.opened()
    link = {"issuer": ISSUER, "subject": "s-1"}
    desk.imports.feed(batch, [row("u1", link=link), *(row(f"u{n}") for n in range(2, 30))])
    _, digest = desk.imports.standing(desk.imports.find(batch))
    desk.imports.commit(batch, digest, actor=SECOND)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: desk.entering.enter(batch), range(4)))
    states = {kept.state for kept in desk.imports.rows(batch, None, 0, 99)}
    assert (desk.people(), states) == (29, {RowState.ENTERED})
    desk.entering.enter(batch)
    desk.imports.undo(batch, reason="错误的来源", actor=OPENER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: desk.entering.undo(batch), range(4)))
    taken = desk.house.around.trail.of(events.PersonTakenBack)
    assert len(taken) == 29


def test_a_discarded_batch_takes_no_more_and_forgets_what_came(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row()])
    desk.imports.discard(batch, reason="dry run")
    with pytest.raises(ImportNotOpen):
        desk.imports.feed(batch, [row("u2")])
    kept = desk.house.db.read_one(select(models.import_row.c.content))
    assert kept is not None
    assert kept.content is None
    assert desk.people() == 0


def test_a_batch_is_recorded_without_a_word_of_its_rows(desk: Desk) -> None:
    batch = desk.opened()
    desk.imports.feed(batch, [row(level=2, id_number=NUMBER)])
    desk.committed(batch)
    trail = desk.house.around.trail
    (done,) = trail.of(events.ImportCommitted)
    assert (done.count, done.batch) == (1, str(batch))
    told = repr(trail.events)
    assert NUMBER not in told
    assert "王小明" not in told


@pytest.mark.parametrize(
    ("field", "value"), [("source", ""), ("basis", "\n"), ("proofing", " ")]
)
def test_a_batch_says_where_it_is_from_and_on_what_it_stands(
    desk: Desk, field: str, value: str
) -> None:
    said = {"source": "旧系统", "basis": "协议", "proofing": "两要素"} | {field: value}
    with pytest.raises(ImportMalformed, match=field):
        desk.imports.open(
            said["source"],
            basis=said["basis"],
            proofing=said["proofing"],
            ceiling=Level(2),
            actor=OPENER,
        )


def test_level_four_does_not_come_in_by_the_dozen(desk: Desk) -> None:
    with pytest.raises(ImportMalformed, match="ceiling"):
        desk.opened(4)


# What `kernel.web.parse_json` lets through: no NUL, integers of 64 bits.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9
)
NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
VALUES = st.none() | TEXTS | NUMBERS | st.lists(TEXTS, max_size=2)
FIELDS = TEXTS | st.sampled_from(["key", "name", "level", "link", "companies", "kind"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(FIELDS, VALUES, max_size=6))
def test_whatever_a_row_holds_it_is_answered_and_kept(
    desk: Desk, said: dict[str, object]
) -> None:
    kept = one(desk, desk.opened(), said)
    assert kept.state is RowState.REJECTED
    assert kept.reason


def test_who_was_proofed_or_serves_here_since_is_not_taken_back(desk: Desk) -> None:
    batch, people = desk.opened(), desk.house.people.people
    desk.imports.feed(batch, [row(level=2, id_number=NUMBER), row("u2"), row("u3")])
    desk.committed(batch)
    known = [people.by_username(Username.parse(f"w.u{n}")) for n in (1, 2, 3)]
    proofed, serving, gone = (one for one in known if one is not None)
    people.raise_identity(proofed, Level(3), source="window")
    people.set_roles(serving, frozenset({Role.OPERATOR}), actor=None)
    desk.undone(batch)
    states = {kept.key: kept.state for kept in desk.imports.rows(batch, None, 0, 10)}
    kept, back = RowState.KEPT, RowState.TAKEN_BACK
    assert states == {"u1": kept, "u2": kept, "u3": back}
    changes = desk.house.around.standing.changes
    assert [change.party.name for change in changes] == [str(gone)]
    assert people.by_id_number(NUMBER) == proofed


class Meanwhile(Protocol):
    """What somebody else does."""

    def __call__(self) -> None: ...


@dataclass(frozen=True)
class Interrupted(SqlImports):
    """A store at which somebody else is at work while the accepted rows are read."""

    meanwhile: list[Meanwhile] = field(default_factory=list)

    def rows(
        self, batch: ImportId, state: RowState | None, after: int, limit: int
    ) -> tuple[RowKept, ...]:
        found = super().rows(batch, state, after, limit)
        if state is RowState.ACCEPTED and self.meanwhile:
            self.meanwhile.pop()()
        return found


def test_no_row_is_exchanged_while_the_second_person_commits(desk: Desk) -> None:
    around, batch = desk.house.around, desk.opened()
    one(desk, batch, row())
    _, digest = desk.imports.standing(desk.imports.find(batch))

    def exchange() -> None:
        with pytest.raises(ImportNotOpen):
            one(desk, batch, row(name="李大伟"))

    sealer = Sealer(around.keys, around.entropy, Purpose.SEAL)
    store = Interrupted(desk.house.db, sealer, [exchange])
    imports = Imports(store=store, people=desk.house.people.people, jobs=around.jobs)
    imports.commit(batch, digest, actor=SECOND)
    desk.entering.enter(batch)
    person = desk.house.people.people.by_username(Username.parse("w.u1"))
    assert person is not None
    assert desk.house.people.people.claims(person).name == "王小明"
    assert store.meanwhile == []


def test_a_commit_that_is_refused_leaves_the_batch_open(desk: Desk) -> None:
    batch = desk.opened()
    one(desk, batch, row())
    _, digest = desk.imports.standing(desk.imports.find(batch))
    one(desk, batch, row(name="李大伟"))
    with pytest.raises(ChangeDiffers):
        desk.imports.commit(batch, digest, actor=SECOND)
    desk.entering.enter(batch)
    assert desk.imports.find(batch).state is BatchState.OPEN
    assert desk.people() == 0
