"""What history, proposals and the list of test people promise, in memory and over SQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from idp.clients.domain import Change, ClientState
from idp.clients.errors import ProposalUnknown
from idp.clients.models import clients_change, clients_proposal, clients_trial_person
from idp.clients.ports import ClientHistory, ClientProposals, TrialPeople
from idp.clients.store import SqlHistory, SqlProposals, SqlTrialPeople
from kernel.approval import Proposal, ProposalDecided, propose
from kernel.ids import ClientId, PersonId, ProposalId
from kernel.infra.db import Database
from kernel.work import UnitOfWork
from tests.unit.idp.clients.fakes import (
    NOW,
    Memory,
    MemoryHistory,
    MemoryProposals,
    MemoryTrialPeople,
)

PORTAL, OTHER = ClientId("portal-51"), ClientId("portal-44")
FIRST, SECOND = PersonId(UUID(int=1)), PersonId(UUID(int=2))
TABLES = (clients_change, clients_proposal, clients_trial_person)


@dataclass(frozen=True)
class Stores:
    """The three ports of one kind of store."""

    history: ClientHistory
    proposals: ClientProposals
    people: TrialPeople
    work: UnitOfWork


@pytest.fixture(
    params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "memory":
        kept = Memory()
        yield Stores(
            MemoryHistory(kept), MemoryProposals(kept), MemoryTrialPeople(kept), nullcontext
        )
        return
    url = f"sqlite:///{tmp_path}/clients.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    db = Database(url)
    for table in TABLES:
        table.drop(db.engine, checkfirst=True)
        table.create(db.engine)
    yield Stores(SqlHistory(db), SqlProposals(db), SqlTrialPeople(db), db.unit_of_work())
    db.close()


def a_change(version: int, client: ClientId = PORTAL) -> Change:
    return Change(
        client=client,
        version=version,
        action="update",
        state=ClientState.LIVE,
        before={"name_en": "Portal", "claims": [{"name": "name"}]},
        after={"name_en": "Gate", "claims": []},
        reason="renamed",
        actor=FIRST,
        proposal=ProposalId(UUID(int=9)),
        at=NOW,
    )


def a_proposal(number: int = 1, subject: str = "client:portal-51") -> Proposal:
    return propose(
        ProposalId(UUID(int=number)),
        subject=subject,
        action="approve",
        change={"record": {"name_zh": "门户"}, "reason": "tried"},
        base=2,
        proposer=FIRST,
        now=NOW + timedelta(seconds=number),
    )


def test_a_history_is_told_as_it_was_in_the_order_of_versions(stores: Stores) -> None:
    for version in (2, 1, 3):
        stores.history.add(a_change(version))
    stores.history.add(a_change(1, OTHER))
    assert stores.history.of(PORTAL) == tuple(a_change(version) for version in (1, 2, 3))
    assert stores.history.of(ClientId("nobody")) == ()


def test_an_entry_without_actor_or_proposal_is_kept_so(stores: Stores) -> None:
    bare = replace(a_change(1), actor=None, proposal=None, before={}, after={}, reason="")
    stores.history.add(bare)
    assert stores.history.of(PORTAL) == (bare,)


def test_a_proposal_is_found_as_it_was_proposed(stores: Stores) -> None:
    stores.proposals.add(a_proposal())
    assert stores.proposals.find(a_proposal().id) == a_proposal()
    with pytest.raises(ProposalUnknown):
        stores.proposals.find(ProposalId(UUID(int=77)))


def test_what_waits_is_told_oldest_first_and_for_its_subject(stores: Stores) -> None:
    for number in (2, 1):
        stores.proposals.add(a_proposal(number))
    stores.proposals.add(a_proposal(3, "client:portal-44"))
    waiting = stores.proposals.open_for("client:portal-51")
    assert [proposal.id.int for proposal in waiting] == [1, 2]


def test_the_queue_holds_what_waits_about_whomever_a_page_at_a_time(
    stores: Stores,
) -> None:
    for number in (3, 1, 4, 2):
        stores.proposals.add(a_proposal(number, f"client:portal-{number}"))
    stores.proposals.decide(a_proposal(3).id, SECOND, NOW)
    first = stores.proposals.waiting(since=NOW, after=None, limit=2)
    assert [proposal.id.int for proposal in first] == [1, 2]
    rest = stores.proposals.waiting(since=NOW, after=first[-1].id, limit=2)
    assert [proposal.id.int for proposal in rest] == [4]
    late = NOW + timedelta(seconds=2)
    since = stores.proposals.waiting(since=late, after=None, limit=9)
    assert [proposal.id.int for proposal in since] == [2, 4]


def test_a_proposal_is_decided_once(stores: Stores) -> None:
    stores.proposals.add(a_proposal())
    stores.proposals.decide(a_proposal().id, SECOND, NOW)
    with pytest.raises(ProposalDecided):
        stores.proposals.decide(a_proposal().id, SECOND, NOW)
    assert stores.proposals.open_for("client:portal-51") == ()
    decided = stores.proposals.find(a_proposal().id)
    assert (decided.approver, decided.decided_at) == (SECOND, NOW)


def test_of_many_at_once_one_decides(stores: Stores) -> None:
    stores.proposals.add(a_proposal())

    def decide(_number: int) -> int:
        try:
            stores.proposals.decide(a_proposal().id, SECOND, NOW)
        except ProposalDecided:
            return 0
        return 1

    if isinstance(stores.proposals, MemoryProposals):
        assert [decide(1), decide(2)] == [1, 0]
        return
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(12))) == 1


def test_test_people_are_on_the_list_once_and_off_it_for_good(stores: Stores) -> None:
    for _ in range(2):
        stores.people.add(FIRST, NOW)
    stores.people.add(SECOND, NOW)
    assert stores.people.all() == (FIRST, SECOND)
    for _ in range(2):
        stores.people.remove(FIRST)
    assert (stores.people.has(FIRST), stores.people.has(SECOND)) == (False, True)


def test_who_is_on_the_list_already_ends_no_unit_of_work(stores: Stores) -> None:
    stores.people.add(FIRST, NOW)
    with stores.work():
        stores.people.add(FIRST, NOW)
        stores.people.add(SECOND, NOW)
    assert stores.people.all() == (FIRST, SECOND)
