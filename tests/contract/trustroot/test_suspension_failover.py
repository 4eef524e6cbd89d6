"""Suspending while the primary fails over: retried by key, done once, lasting when said."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import text

from kernel.clock import SetClock
from kernel.entropy import SystemEntropy
from kernel.events import JsonValue
from kernel.ids import JobId, NewIds
from kernel.infra.db import Database, DatabaseUnavailable, create_all
from kernel.infra.jobs import SqlJobs
from kernel.standing import NotInGoodStanding
from kernel.web import Reply, write_body
from kernel.work import JobQueue, UnitOfWork
from tests.contract.trustroot.node import RegisterNode
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, an_application, seen
from trustroot.registry.domain import Action, Member, MemberState

KEY = "suspend-after-breach-1"


@dataclass
class FailingOver:
    """A unit of work whose database goes away once, before its commit or just after."""

    work: UnitOfWork
    moment: str | None = None

    def __call__(self) -> AbstractContextManager[None]:
        return self._open()

    @contextmanager
    def _open(self) -> Iterator[None]:
        moment, self.moment = self.moment, None
        with self.work():
            yield
            if moment == "before":
                raise DatabaseUnavailable("the primary is gone")
        if moment == "after":
            raise DatabaseUnavailable("nobody knows whether it was committed")


@dataclass
class Killing:
    """A queue under which the server ends our connection once, in mid-transaction."""

    jobs: JobQueue
    database: Database
    rival: Database | None = None

    def enqueue(
        self,
        kind: str,
        payload: Mapping[str, JsonValue],
        *,
        run_at: datetime | None,
        key: str | None,
    ) -> JobId:
        rival, self.rival = self.rival, None
        if rival is not None:
            (row,) = self.database.read(text("SELECT pg_backend_pid()"))
            rival.read(text("SELECT pg_terminate_backend(:pid)"), {"pid": row[0]})
        return self.jobs.enqueue(kind, payload, run_at=run_at, key=key)


class Node(RegisterNode):
    """A serving process whose database can be made to go away."""

    def __init__(self, database: Database) -> None:
        clock = SetClock(NOON)
        ids = NewIds(clock, SystemEntropy())
        self.jobs = Killing(SqlJobs(database, clock, ids), database)
        self.work = FailingOver(database.unit_of_work())
        super().__init__(database, jobs=self.jobs, work=self.work, clock=clock)

    def active(self) -> Member:
        room = self.room
        member = room.applying.apply(an_application(), FIRST)
        room.applying.submit(member.id, FIRST)
        room.applying.check(member.id, FIRST)
        proposal = room.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
        room.deciding.approve(seen(proposal, SECOND))
        return room.registry.activate(member.id)

    def suspend(self, member: Member, key: str | None = KEY) -> Reply:
        headers = {} if key is None else {"idempotency-key": key}
        return self.call(
            "POST", f"members/{member.id}/suspend", write_body(GROUNDS), headers=headers
        )


@pytest.fixture
def node(database: Database) -> Node:
    create_all(database)
    return Node(database)


def is_suspended(database: Database, member: Member) -> bool:
    """Ask as another process would, that sees only what is committed."""
    other = Node(database)
    other.standing.refresh()
    state = other.room.registry.show(member.id).state
    try:
        other.standing.require(member.party)
    except NotInGoodStanding:
        assert state is MemberState.SUSPENDED
        return True
    assert state is MemberState.ACTIVE
    return False


def suspensions(node: Node, member: Member) -> int:
    entries = node.room.registry.history(member.id)
    return [entry.action for entry in entries].count(Action.SUSPEND)


def notices(database: Database) -> int:
    rows = database.read(text("SELECT payload FROM job WHERE kind = 'registry.notice'"))
    return sum("member_suspend" in str(row.payload) for row in rows)


@pytest.mark.spec("RFC 9110 §15.6.4")
def test_what_was_lost_is_not_said_to_be_done_and_is_done_at_the_second_try(
    node: Node, database: Database
) -> None:
    member = node.active()
    node.work.moment = "before"
    lost = node.suspend(member)
    assert (lost.status, lost.header("retry-after")) == (503, "2")
    assert not is_suspended(database, member)
    assert (suspensions(node, member), notices(database)) == (0, 0)
    done = node.suspend(member)
    assert (done.status, json.loads(done.body)["state"]) == (200, "suspended")
    assert is_suspended(database, member)
    assert (suspensions(node, member), notices(database)) == (1, 1)


def test_what_was_committed_unseen_is_done_once_and_said_at_the_second_try(
    node: Node, database: Database
) -> None:
    member = node.active()
    node.work.moment = "after"
    assert node.suspend(member).status == 503
    again = node.suspend(member)
    assert (again.status, again.header("idempotency-replayed")) == (200, "true")
    assert json.loads(again.body)["state"] == "suspended"
    assert is_suspended(database, member)
    assert (suspensions(node, member), notices(database)) == (1, 1)


def test_the_second_try_may_come_to_another_node(node: Node, database: Database) -> None:
    member = node.active()
    node.work.moment = "after"
    assert node.suspend(member).status == 503
    other = Node(database)
    assert other.suspend(member).status == 200
    assert (suspensions(other, member), notices(database)) == (1, 1)


def test_without_the_key_the_second_try_says_that_it_was_done_before(
    node: Node, database: Database
) -> None:
    member = node.active()
    assert node.suspend(member, key=None).status == 200
    assert node.suspend(member, key=None).status == 409
    assert suspensions(node, member) == 1
    assert is_suspended(database, member)


def test_one_key_is_one_suspension(node: Node) -> None:
    member = node.active()
    replies = [node.suspend(member) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert len({reply.body for reply in replies}) == 1
    assert suspensions(node, member) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_connection_ended_in_mid_transaction_suspends_nobody_until_the_retry(
    node: Node, database: Database, postgres_url: str
) -> None:
    member = node.active()
    rival = Database(postgres_url)
    node.jobs.rival = rival
    lost = node.suspend(member)
    rival.close()
    assert lost.status == 503
    assert not is_suspended(database, member)
    assert suspensions(node, member) == 0
    assert node.suspend(member).status == 200
    assert is_suspended(database, member)
    assert (suspensions(node, member), notices(database)) == (1, 1)
