"""What the stores of the bridge promise, on every engine and in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ca_bridge.domain import (
    Ca,
    CaId,
    CaState,
    RevocationHead,
    RevocationList,
    SignedList,
    Suspension,
)
from ca_bridge.errors import CaChanged, CaKnown, CaUnknown
from ca_bridge.models import (
    ANCHORS,
    AUTHORITIES,
    EDITIONS,
    REVOCATION_HEADS,
    REVOKED,
)
from ca_bridge.ports import CaStore, RevocationStore
from ca_bridge.store.authorities import SqlAuthorities, SqlEditions
from ca_bridge.store.revocation import SqlRevocations
from kernel.errors import Conflict
from kernel.ids import ProposalId
from kernel.infra.db import Database
from kernel.secret import Digest
from tests.unit.idp.people.fakes import NOW

ISSUER, OTHER = Digest(b"i" * 32), Digest(b"o" * 32)
HOUR = timedelta(hours=1)
HUGE = (1 << 159) + 7


def a_ca(number: int = 1, anchor: bytes = b"anchor") -> Ca:
    return Ca(
        id=CaId(UUID(int=number)),
        name_zh="演示CA",
        name_en="Demo CA",
        uscc="91350100M000100Y43",
        anchors=(anchor,),
        intermediates=(b"between",),
        crl_urls=("http://localhost/crl",),
        state=CaState.ACTIVE,
        reason="licensed",
        since=NOW,
    )


def a_list(*revoked: int, number: int = 1, issuer: Digest = ISSUER) -> RevocationList:
    head = RevocationHead(
        ca=a_ca().id,
        issuer=issuer,
        url="http://localhost/crl",
        number=number,
        this_update=NOW,
        next_update=NOW + HOUR,
        fetched_at=NOW,
    )
    return RevocationList(head=head, revoked=frozenset(revoked))


@dataclass
class MemoryAuthorities:
    """A `CaStore` in a dictionary."""

    rows: dict[CaId, Ca] = field(default_factory=dict)

    def add(self, ca: Ca) -> None:
        known = {anchor for other in self.rows.values() for anchor in other.anchors}
        if ca.id in self.rows or known & set(ca.anchors):
            raise CaKnown(str(ca.id))
        self.rows[ca.id] = ca

    def find(self, ca: CaId) -> Ca:
        if ca not in self.rows:
            raise CaUnknown(str(ca))
        return self.rows[ca]

    def change(self, ca: Ca) -> None:
        if self.find(ca.id).version != ca.version - 1:
            raise CaChanged(str(ca.id))
        self.rows[ca.id] = ca

    def note_alarm(self, ca: Ca) -> None:
        held = self.find(ca.id)
        if held.version != ca.version:
            raise CaChanged(str(ca.id))
        alarmed = held.suspension and replace(held.suspension, alarmed=True)
        self.rows[ca.id] = replace(held, suspension=alarmed)

    def all(self) -> tuple[Ca, ...]:
        return tuple(sorted(self.rows.values(), key=lambda ca: ca.id))


@dataclass
class MemoryRevocations:
    """A `RevocationStore` in a dictionary."""

    lists: dict[tuple[CaId, Digest], RevocationList] = field(default_factory=dict)

    def put(self, revocation: RevocationList) -> bool:
        head = revocation.head
        key = (head.ca, head.issuer)
        held = self.lists.get(key)
        if held is not None and held.head.number >= head.number:
            fetched = replace(held.head, fetched_at=head.fetched_at, url=head.url)
            self.lists[key] = replace(held, head=fetched)
            return False
        self.lists[key] = revocation
        return True

    def heads(self, ca: CaId) -> tuple[RevocationHead, ...]:
        return tuple(held.head for (of, _), held in self.lists.items() if of == ca)

    def is_revoked(self, ca: CaId, issuer: Digest, serial: int) -> bool:
        held = self.lists.get((ca, issuer))
        return held is not None and serial in held.revoked


TABLES = (AUTHORITIES, ANCHORS, EDITIONS, REVOCATION_HEADS, REVOKED)
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
def authorities(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaStore]:
    if request.param == "memory":
        yield MemoryAuthorities()
        return
    with opened(request, tmp_path) as database:
        yield SqlAuthorities(database)


@pytest.fixture(params=["memory", *ENGINES])
def revocations(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[RevocationStore]:
    if request.param == "memory":
        yield MemoryRevocations()
        return
    with opened(request, tmp_path) as database:
        yield SqlRevocations(database)


def test_an_authority_is_found_as_it_was(authorities: CaStore) -> None:
    authorities.add(a_ca())
    assert authorities.find(a_ca().id) == a_ca()
    assert authorities.all() == (a_ca(),)
    with pytest.raises(CaUnknown):
        authorities.find(CaId(UUID(int=9)))


def test_an_anchor_belongs_to_one_and_the_second_leaves_nothing(
    authorities: CaStore,
) -> None:
    authorities.add(a_ca())
    with pytest.raises(CaKnown):
        authorities.add(a_ca(2))
    assert authorities.all() == (a_ca(),)
    authorities.add(a_ca(2, b"another"))
    assert [ca.id.int for ca in authorities.all()] == [1, 2]


def test_a_change_of_another_version_is_refused(authorities: CaStore) -> None:
    authorities.add(a_ca())
    later = replace(a_ca(), version=2, state=CaState.SUSPENDED, since=NOW + HOUR)
    authorities.change(later)
    assert authorities.find(a_ca().id) == later
    with pytest.raises(CaChanged):
        authorities.change(later)


def test_an_alarm_is_noted_in_the_version_it_is_about(authorities: CaStore) -> None:
    authorities.add(a_ca())
    held = Suspension(proposal=ProposalId(UUID(int=7)))
    suspended = replace(
        a_ca(), version=2, state=CaState.SUSPENDED, since=NOW + HOUR, suspension=held
    )
    authorities.change(suspended)
    assert authorities.find(a_ca().id) == suspended
    with pytest.raises(CaChanged):
        authorities.note_alarm(replace(suspended, version=1))
    authorities.note_alarm(suspended)
    noted = replace(suspended, suspension=replace(held, alarmed=True))
    assert authorities.find(a_ca().id) == noted


def test_a_list_is_found_by_authority_issuer_and_serial(
    revocations: RevocationStore,
) -> None:
    assert revocations.put(a_list(7, HUGE))
    ca = a_ca().id
    assert revocations.heads(ca) == (a_list().head,)
    assert revocations.is_revoked(ca, ISSUER, 7)
    assert revocations.is_revoked(ca, ISSUER, HUGE)
    assert not revocations.is_revoked(ca, ISSUER, 8)
    assert not revocations.is_revoked(ca, OTHER, 7)
    assert not revocations.is_revoked(CaId(UUID(int=2)), ISSUER, 7)


@pytest.mark.spec("RFC 5280 §5.2.3")
def test_the_higher_number_stays_whatever_came_last(revocations: RevocationStore) -> None:
    assert revocations.put(a_list(7, number=10))
    again = replace(a_list(number=9).head, fetched_at=NOW + HOUR)
    assert not revocations.put(RevocationList(head=again, revoked=frozenset()))
    ca = a_ca().id
    assert revocations.is_revoked(ca, ISSUER, 7)
    (head,) = revocations.heads(ca)
    assert (head.number, head.fetched_at) == (10, NOW + HOUR)


def test_a_newer_list_replaces_the_older_whole(revocations: RevocationStore) -> None:
    revocations.put(a_list(7, number=HUGE - 1))
    revocations.put(a_list(1, issuer=OTHER))
    assert revocations.put(a_list(8, number=HUGE))
    ca = a_ca().id
    assert not revocations.is_revoked(ca, ISSUER, 7)
    assert revocations.is_revoked(ca, ISSUER, 8)
    assert revocations.is_revoked(ca, OTHER, 1)


def an_edition(sequence: int) -> SignedList:
    return SignedList(
        sequence=sequence,
        token="a.b.c",
        mark="0" * 64,
        issued_at=NOW,
        expires_at=NOW + HOUR,
    )


def test_the_edition_with_the_highest_number_is_the_last(tables: Database) -> None:
    editions = SqlEditions(tables)
    assert editions.last() is None
    for sequence in (9, 10, 2):
        editions.add(an_edition(sequence))
    assert editions.last() == an_edition(10)


def test_a_sequence_number_is_given_once(tables: Database) -> None:
    editions = SqlEditions(tables)

    def add(_number: int) -> int:
        try:
            editions.add(an_edition(1))
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, range(8))) == 1
