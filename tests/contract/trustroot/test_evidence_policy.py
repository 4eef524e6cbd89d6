"""What the settings say is owed reaches members through the worker's task."""

from datetime import timedelta

import pytest

from config.evidence import EvidenceLadder, EvidenceOwed, Owed, Owing
from config.schema import Trust
from kernel.clock import SetClock
from kernel.infra.db import Database, create_all
from tests.contract.trustroot.node import RegisterNode
from tests.unit.trustroot.fakes import NOON
from tests.unit.trustroot.members import FIRST, GROUNDS, SECOND, an_application, seen
from trustroot.registry.domain import Action, Measure, Member

DAY = timedelta(days=1)
OWED = (
    EvidenceOwed(member=Owing.PLATFORM, kinds=(Owed.CERTIFICATE,)),
    EvidenceOwed(member=Owing.PLATFORM, kinds=(Owed.SELF_DECLARATION,)),
)


def active(node: RegisterNode) -> Member:
    room = node.room
    member = room.applying.apply(an_application(), FIRST)
    room.applying.submit(member.id, FIRST)
    room.applying.check(member.id, FIRST)
    proposal = room.deciding.propose(member.id, Action.APPROVE, GROUNDS, FIRST)
    room.deciding.approve(seen(proposal, SECOND))
    return room.registry.activate(member.id)


@pytest.mark.parametrize(("owed", "measures"), [((), []), (OWED, [Measure.WARNED])])
def test_the_policy_of_the_settings_is_carried_out(
    database: Database, owed: tuple[EvidenceOwed, ...], measures: list[Measure]
) -> None:
    create_all(database)
    clock = SetClock(NOON)
    evidence = EvidenceLadder(owed=owed, owed_within=20 * DAY)
    node = RegisterNode(database, clock=clock, trust=Trust(evidence=evidence))
    member = active(node)
    (task,) = (task for task in node.room.tasks if task.name == "registry.evidence")
    clock.advance(34 * DAY)
    task.run()
    task.run()
    assert list(node.room.registry.show(member.id).measures) == measures
    entries = node.room.registry.history(member.id)
    assert [e.action for e in entries].count(Action.MEASURE) == len(measures)
