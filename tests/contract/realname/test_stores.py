"""What the stores of verification promise, on every engine and in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from kernel.approval import Proposal, ProposalDecided, propose
from kernel.identifiers import IdentityNumber
from kernel.ids import ClientId, PersonId, ProposalId, Pseudonym
from kernel.infra.db import Database
from kernel.proof.seal import Purpose, Sealer
from kernel.secret import Digest
from realname.domain import (
    Basis,
    CountKey,
    CountKind,
    KeptRecord,
    Outcome,
    TwoElements,
    Verification,
    VerificationId,
)
from realname.errors import ReceiptUnknown, WindowRecordUnknown
from realname.models import ATTEMPTS, PROPOSALS, VERIFICATIONS, WINDOW_RECORDS
from realname.ports import AttemptCounts, WindowRecordStore
from realname.store.verifications import SqlAttempts, SqlVerifications
from realname.store.window import SqlProposals, SqlWindowRecords
from tests.unit.idp.people.fakes import NOW, Around

KEY = CountKey(CountKind.PERSON, Digest(b"k" * 32))
DAY = timedelta(days=1)
ONE = ProposalId(UUID(int=1))
PERSON = PersonId(UUID(int=5))


@dataclass
class MemoryAttempts:
    """An `AttemptCounts` in a dictionary."""

    counts: dict[CountKey, tuple[int, datetime]] = field(default_factory=dict)

    def add(self, key: CountKey, at: datetime, since: datetime) -> int:
        count, began = self.counts.get(key, (0, at))
        fresh = (1, at) if began <= since else (count + 1, began)
        self.counts[key] = fresh
        return fresh[0]

    def give_back(self, key: CountKey) -> None:
        count, began = self.counts.get(key, (0, NOW))
        if count:
            self.counts[key] = (count - 1, began)

    def forget_before(self, instant: datetime) -> int:
        old = [key for key, (_, began) in self.counts.items() if began < instant]
        for key in old:
            del self.counts[key]
        return len(old)


@dataclass
class MemoryWindowRecords:
    """A `WindowRecordStore` in a dictionary."""

    rows: dict[ProposalId, KeptRecord] = field(default_factory=dict)

    def add(self, record: KeptRecord) -> None:
        self.rows[record.proposal] = record

    def find(self, proposal: ProposalId) -> KeptRecord:
        if proposal not in self.rows:
            raise WindowRecordUnknown(str(proposal))
        return self.rows[proposal]

    def carried_out(self, proposal: ProposalId, person: PersonId) -> None:
        self.rows[proposal] = replace(self.rows[proposal], content=None, person=person)

    def erase_undecided(self, before: datetime) -> int:
        old = [r for r in self.rows.values() if r.made_at < before and r.content]
        for record in old:
            self.rows[record.proposal] = replace(record, content=None)
        return len(old)


TABLES = (ATTEMPTS, PROPOSALS, VERIFICATIONS, WINDOW_RECORDS)
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """Open the engine that is asked for, with this room's tables empty."""
    url = f"sqlite:///{folder}/room.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    for table in TABLES:
        table.drop(database.engine, checkfirst=True)
        table.create(database.engine)
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with opened(request, tmp_path) as database:
        yield database


@pytest.fixture(params=["memory", *ENGINES])
def attempts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AttemptCounts]:
    if request.param == "memory":
        yield MemoryAttempts()
        return
    with opened(request, tmp_path) as database:
        yield SqlAttempts(database)


@pytest.fixture(params=["memory", *ENGINES])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WindowRecordStore]:
    if request.param == "memory":
        yield MemoryWindowRecords()
        return
    with opened(request, tmp_path) as database:
        yield SqlWindowRecords(database)


def test_each_attempt_of_a_window_sees_its_own_count(attempts: AttemptCounts) -> None:
    assert [attempts.add(KEY, NOW, NOW - DAY) for _ in range(3)] == [1, 2, 3]


def test_a_window_that_is_over_begins_again(attempts: AttemptCounts) -> None:
    attempts.add(KEY, NOW, NOW - DAY)
    assert attempts.add(KEY, NOW + DAY, NOW) == 1
    assert attempts.add(KEY, NOW + DAY, NOW) == 2


def test_an_attempt_given_back_does_not_count_and_none_goes_below(
    attempts: AttemptCounts,
) -> None:
    attempts.add(KEY, NOW, NOW - DAY)
    for _ in range(3):
        attempts.give_back(KEY)
    assert attempts.add(KEY, NOW, NOW - DAY) == 1


def test_old_windows_are_forgotten_and_others_stay(attempts: AttemptCounts) -> None:
    attempts.add(KEY, NOW, NOW - DAY)
    assert attempts.forget_before(NOW) == 0
    assert attempts.forget_before(NOW + DAY) == 1
    assert attempts.add(KEY, NOW, NOW - DAY) == 1


def test_concurrent_attempts_see_different_counts(tables: Database) -> None:
    counts = SqlAttempts(tables)
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: counts.add(KEY, NOW, NOW - DAY), range(12)))
    assert sorted(seen) == list(range(1, 13))


def a_record(number: int = 1) -> KeptRecord:
    return KeptRecord(
        proposal=ProposalId(UUID(int=number)), content=b"sealed", person=None, made_at=NOW
    )


def test_a_record_is_found_as_it_was(records: WindowRecordStore) -> None:
    records.add(a_record())
    assert records.find(ONE) == a_record()
    with pytest.raises(WindowRecordUnknown):
        records.find(ProposalId(UUID(int=2)))


def test_a_record_carried_out_keeps_whom_it_was_about_only(
    records: WindowRecordStore,
) -> None:
    records.add(a_record())
    records.carried_out(ONE, PERSON)
    assert records.find(ONE) == replace(a_record(), content=None, person=PERSON)


def test_only_old_content_is_erased(records: WindowRecordStore) -> None:
    records.add(a_record())
    assert records.erase_undecided(NOW) == 0
    assert records.erase_undecided(NOW + DAY) == 1
    assert records.erase_undecided(NOW + DAY) == 0
    assert records.find(ONE).content is None


def a_proposal() -> Proposal:
    return propose(
        ONE,
        subject="person:new",
        action="proof",
        change={"level": 4, "means": ["password"]},
        base=0,
        proposer=PERSON,
        now=NOW,
    )


def test_a_proposal_is_found_as_it_was_and_waits(tables: Database) -> None:
    proposals = SqlProposals(tables)
    proposals.add(a_proposal())
    assert proposals.find(ONE) == a_proposal()
    assert proposals.open_for("person:new") == (a_proposal(),)
    with pytest.raises(WindowRecordUnknown):
        proposals.find(ProposalId(UUID(int=9)))


def test_of_many_who_decide_one_does(tables: Database) -> None:
    proposals = SqlProposals(tables)
    proposals.add(a_proposal())

    def decide(number: int) -> int:
        try:
            proposals.decide(ONE, PersonId(UUID(int=number)), NOW)
        except ProposalDecided:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(10, 20))) == 1
    assert proposals.open_for("person:new") == ()


def test_a_check_is_found_without_what_was_compared(tables: Database) -> None:
    around = Around()
    store = SqlVerifications(
        tables,
        Sealer(around.keys, around.entropy),
        Sealer(around.keys, around.entropy, Purpose.PERSON),
    )
    number = IdentityNumber.parse("11010519491231002X", today=date(2026, 11, 26))
    made = Verification(
        id=VerificationId(UUID(int=3)),
        person=PERSON,
        client=ClientId("platform"),
        basis=Basis.STATUTORY,
        outcome=Outcome.MISMATCH,
        source="fake",
        at=NOW,
        requested_by=Pseudonym("p"),
    )
    store.add(made, TwoElements("张三", number))
    assert store.find(made.id) == made
    (row,) = tables.read(VERIFICATIONS.select())
    assert number.value.encode() not in row.number
    assert "张三".encode() not in row.name
    with pytest.raises(ReceiptUnknown):
        store.find(VerificationId(UUID(int=4)))
