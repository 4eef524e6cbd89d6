"""What the issuer promises of tickets, and of records that clients keep themselves."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idp.oidc.domain.registering import OwnRecord, Ticket
from idp.oidc.store import SqlOwnRecords, SqlTickets
from kernel.ids import ClientId, Pseudonym
from kernel.infra.db import AlreadyStored, Database, create_all
from kernel.secret import Secret

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
NAME = Secret("ticket").digest()
TICKET = Ticket(
    digest=NAME,
    issued_by=Pseudonym("operator-1"),
    issued_at=NOW,
    expires_at=NOW + timedelta(days=1),
    uses_left=3,
)
OWN = OwnRecord(
    client=ClientId("app-1"),
    token=Secret("first").digest(),
    said={"software_id": "4NRB1"},
    registered_at=NOW,
)


@pytest.fixture
def db(database: Database) -> Database:
    create_all(database)
    return database


def winners(act: Callable[[int], bool]) -> int:
    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(act, range(200)))


@pytest.mark.spec("RFC 7591 §3")
def test_of_200_parallel_uses_of_a_ticket_as_many_succeed_as_were_left(
    db: Database,
) -> None:
    tickets = SqlTickets(db)
    tickets.add(TICKET)
    assert winners(lambda _: tickets.use(NAME, NOW)) == 3
    assert not tickets.use(NAME, NOW)


def test_a_ticket_counts_before_its_end_only(db: Database) -> None:
    tickets = SqlTickets(db)
    tickets.add(TICKET)
    last, over = TICKET.expires_at - timedelta(microseconds=1), TICKET.expires_at
    other = Secret("another").digest()
    assert tickets.holds(NAME, last)
    assert tickets.use(NAME, last)
    assert not tickets.holds(NAME, over)
    assert not tickets.use(NAME, over)
    assert not tickets.holds(other, NOW)
    assert not tickets.use(other, NOW)


def test_looking_at_a_ticket_uses_nothing_up_and_a_spent_one_holds_nothing(
    db: Database,
) -> None:
    tickets = SqlTickets(db)
    tickets.add(TICKET)
    for left in range(3, 0, -1):
        assert tickets.holds(NAME, NOW), left
        assert tickets.use(NAME, NOW)
    assert not tickets.holds(NAME, NOW)


def test_a_ticket_is_ended_once_and_forgotten_after_its_time(db: Database) -> None:
    tickets = SqlTickets(db)
    tickets.add(TICKET)
    other = replace(TICKET, digest=Secret("other").digest())
    tickets.add(other)
    assert tickets.end(NAME)
    assert not tickets.end(NAME)
    assert not tickets.use(NAME, NOW)
    assert tickets.forget_before(TICKET.expires_at) == 0
    assert tickets.forget_before(TICKET.expires_at + timedelta(seconds=1)) == 1


def test_an_own_record_is_found_as_it_was_put(db: Database) -> None:
    records = SqlOwnRecords(db)
    records.add(OWN)
    assert records.find(OWN.client) == OWN
    turned = replace(OWN, token=Secret("second").digest(), previous=OWN.token, said={})
    assert records.put(turned, over=OWN)
    assert records.find(OWN.client) == turned
    late = replace(OWN, token=Secret("third").digest())
    assert not records.put(late, over=OWN)
    assert not records.put(late, over=replace(turned, previous=None))
    assert records.find(OWN.client) == turned
    assert records.put(late, over=turned)
    assert records.find(OWN.client) == late
    with pytest.raises(AlreadyStored):
        records.add(OWN)
    records.remove(OWN.client)
    assert records.find(OWN.client) is None
