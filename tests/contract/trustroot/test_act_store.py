"""What every store of acts about keys promises: `trustroot.keys.ports.ActStore`."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.approval import ProposalDecided
from kernel.ids import PersonId
from kernel.infra.db import Database
from tests.unit.trustroot.fakes import NOON, MemoryActs
from trustroot.keys.domain import Act, ActKind, Reason, Why
from trustroot.keys.ports import ActStore
from trustroot.keys.store import SqlActs

FIRST, SECOND = PersonId(UUID(int=1)), PersonId(UUID(int=2))
LATER = NOON + timedelta(days=1)


@pytest.fixture
def acts(tables: Database | None) -> ActStore:
    return MemoryActs() if tables is None else SqlActs(tables)


def an_act(kid: str = "one", kind: ActKind = ActKind.DISTRUST) -> Act:
    why = Why(Reason.COMPROMISED, "钥匙被盗")
    return Act(kid=kid, kind=kind, why=why, by=FIRST, at=NOON)


def test_an_act_comes_back_as_it_was_kept(acts: ActStore) -> None:
    acts.add(an_act())
    found = acts.find("one", ActKind.DISTRUST)
    assert found == an_act()
    assert found.digest == an_act().digest
    assert acts.find("one", ActKind.EMERGENCY_ROTATION) is None
    assert acts.find("two", ActKind.DISTRUST) is None


def test_a_second_person_is_noted_once(acts: ActStore) -> None:
    acts.add(an_act())
    acts.confirm(an_act(), SECOND, LATER)
    with pytest.raises(ProposalDecided):
        acts.confirm(an_act(), PersonId(UUID(int=3)), LATER)
    found = acts.find("one", ActKind.DISTRUST)
    assert found is not None
    assert (found.second, found.confirmed_at) == (SECOND, LATER)


def test_only_old_unconfirmed_distrusts_without_an_alarm_wait(acts: ActStore) -> None:
    for kid in ("waits", "confirmed", "alarmed"):
        acts.add(an_act(kid))
    acts.add(an_act("rotated", ActKind.EMERGENCY_ROTATION))
    acts.confirm(an_act("confirmed"), SECOND, LATER)
    acts.note_alarm(an_act("alarmed"))
    assert acts.unconfirmed(NOON) == ()
    assert [act.kid for act in acts.unconfirmed(LATER)] == ["waits"]
