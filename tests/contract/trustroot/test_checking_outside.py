"""Checking an applicant whose hosts are slow stops nobody else from writing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from kernel.ids import EntityId
from kernel.infra.db import Database, create_all
from kernel.infra.db.engines import Limits
from kernel.web import Reply
from tests.contract.trustroot.node import RegisterNode
from tests.unit.trustroot.members import FIRST, FixedProbe, an_application
from trustroot.registry.domain import Member, MemberState, ProbeReport

KEY = "check-the-applicant-1"
_AT_ONCE = Limits(wait=timedelta(milliseconds=250))


@dataclass
class SlowProbe:
    """While it looks, another process writes; that one waits a quarter of a second."""

    other: RegisterNode | None = None
    written: list[Member] = field(default_factory=list)
    passes: bool = True

    def probe(self, member: Member) -> ProbeReport:
        if self.other is not None:
            application = an_application(
                entity_id=EntityId("https://meanwhile.example/trust")
            )
            self.written.append(self.other.room.applying.apply(application, FIRST))
        return FixedProbe(self.passes).probe(member)


@pytest.fixture
def elsewhere(database: Database, database_url: str) -> Iterator[RegisterNode]:
    """Another process over the same database."""
    create_all(database)
    opened = Database(database_url, limits=_AT_ONCE)
    yield RegisterNode(opened)
    opened.close()


def check(node: RegisterNode, member: Member, key: str = KEY) -> Reply:
    return node.call("POST", f"members/{member.id}/check", headers={"idempotency-key": key})


def submitted(node: RegisterNode) -> Member:
    applying = node.room.applying
    member = applying.apply(an_application(), FIRST)
    return applying.submit(member.id, FIRST)


def test_another_process_writes_while_an_applicant_is_checked(
    database: Database, elsewhere: RegisterNode
) -> None:
    probe = SlowProbe(elsewhere)
    node = RegisterNode(database, probe=probe)
    member = submitted(node)
    done = check(node, member)
    assert (done.status, len(probe.written)) == (200, 1)
    assert elsewhere.room.registry.show(member.id).state is MemberState.CHECKED
    again = check(node, member)
    assert (again.body, again.header("Idempotency-Replayed")) == (done.body, "true")
    assert len(probe.written) == 1


def test_what_was_found_wrong_is_said_again_with_the_key_and_looked_at_anew_without(
    database: Database, elsewhere: RegisterNode
) -> None:
    probe = SlowProbe(passes=False)
    node = RegisterNode(database, probe=probe)
    member = submitted(node)
    found = check(node, member)
    probe.passes = True
    again = check(elsewhere, member)
    assert (found.status, again.status, again.body) == (422, 422, found.body)
    assert node.room.registry.show(member.id).state is MemberState.SUBMITTED
    anew = check(node, member, key="check-the-applicant-2")
    assert (anew.status, json.loads(anew.body)["passed"]) == (200, True)
