"""What stores of members and proposals promise."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.approval import Proposal, ProposalDecided, ProposalStore, propose
from kernel.assurance import Authenticator, Ceiling, Level, Path
from kernel.ids import EntityId, MemberId, PersonId, ProposalId
from kernel.infra.db import Database
from tests.unit.trustroot.fakes import NOON, MemoryWork
from tests.unit.trustroot.members import GROUNDS, some_terms
from tests.unit.trustroot.registers import MemoryMembers, MemoryProposals
from trustroot.registry.domain import (
    Action,
    HistoryEntry,
    Measure,
    Member,
    MemberKind,
    MemberState,
    Representation,
    Suspension,
)
from trustroot.registry.errors import (
    EntityTaken,
    MemberChanged,
    MemberUnknown,
    ProposalUnknown,
    SlugTaken,
)
from trustroot.registry.ports import MemberStore
from trustroot.registry.store import SqlMembers, SqlProposals


@pytest.fixture
def members(tables: Database | None) -> MemberStore:
    return MemoryMembers(MemoryWork()) if tables is None else SqlMembers(tables)


@pytest.fixture
def proposals(tables: Database | None) -> ProposalStore:
    return MemoryProposals(MemoryWork()) if tables is None else SqlProposals(tables)


def a_member(number: int = 1, state: MemberState = MemberState.DRAFT) -> Member:
    return Member(
        id=MemberId(UUID(int=number)),
        entity_id=EntityId(f"https://m{number}.example/trust"),
        kind=MemberKind.PLATFORM if number % 2 else MemberKind.CA,
        name_zh="四川省（演示）",
        name_en="Sichuan (demo)",
        code="51",
        uscc=None,
        contacts=("a@m.example", "b@m.example"),
        terms=some_terms(),
        state=state,
        reason="",
        version=1,
    )


def a_suspension(age: timedelta, *, confirmed: bool = False) -> Suspension:
    return Suspension(
        by=PersonId(UUID(int=9)),
        at=NOON - age,
        proposal=ProposalId(UUID(int=8)),
        confirmed=confirmed,
    )


def a_proposal(number: int = 1, subject: str = "member:x") -> Proposal:
    return propose(
        ProposalId(UUID(int=number)),
        subject=subject,
        action="approve",
        change={"b": 1, "a": ["二", {"z": None}]},
        base=3,
        proposer=PersonId(UUID(int=4)),
        now=NOON + timedelta(seconds=number),
    )


def test_a_member_comes_back_as_it_was_put(members: MemberStore) -> None:
    measures = frozenset({Measure.WARNED, Measure.RESTRICTED})
    ceiling = Ceiling(
        identity=Level.REAL_NAME, authenticator=Authenticator.A1, path=Path.F2
    )
    terms = some_terms(measures=measures, ceiling=ceiling)
    member = replace(a_member(), terms=terms, suspension=a_suspension(timedelta(0)))
    members.add(member)
    assert members.find(member.id) == member
    assert members.by_entity(member.entity_id) == member


def test_an_entity_belongs_to_one_member(members: MemberStore) -> None:
    members.add(a_member())
    with pytest.raises(EntityTaken):
        members.add(replace(a_member(2), entity_id=a_member().entity_id))
    with pytest.raises(MemberUnknown):
        members.find(a_member(2).id)


GONE = (MemberState.WITHDRAWN, MemberState.CANCELLED)
LIVING = tuple(state for state in MemberState if state not in GONE)


def another(member: Member, number: int, state: MemberState = MemberState.DRAFT) -> Member:
    """Another membership of the same entity."""
    return replace(member, id=MemberId(UUID(int=number)), state=state)


@pytest.mark.parametrize("state", GONE)
def test_whose_membership_ended_is_kept_beside_the_new_one(
    members: MemberStore, state: MemberState
) -> None:
    gone = a_member(1, state)
    latest, living = another(gone, 5, state), another(gone, 3)
    for member in (gone, latest):
        members.add(member)
    assert members.by_entity(gone.entity_id) == latest
    members.add(living)
    assert members.by_entity(gone.entity_id) == living
    assert members.memberships(gone.entity_id) == (living, latest, gone)
    assert members.memberships(a_member(2).entity_id) == ()
    assert [members.find(m.id) for m in (gone, latest, living)] == [gone, latest, living]


@pytest.mark.parametrize("state", LIVING)
def test_beside_a_living_membership_there_is_no_second(
    members: MemberStore, state: MemberState
) -> None:
    members.add(a_member(1, MemberState.WITHDRAWN))
    members.add(another(a_member(1), 2, state))
    with pytest.raises(EntityTaken):
        members.add(another(a_member(1), 3))
    assert len(members.memberships(a_member(1).entity_id)) == 2


def test_of_many_that_come_back_at_the_same_time_one_is_taken(
    members: MemberStore,
) -> None:
    members.add(a_member(1, MemberState.WITHDRAWN))

    def come_back(number: int) -> bool:
        try:
            members.add(another(a_member(1), number))
        except EntityTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(come_back, range(10, 18))).count(True) == 1
    assert len(members.memberships(a_member(1).entity_id)) == 2


def with_path(member: Member, slug: str = "example-pay") -> Member:
    spoken = Representation(
        protocol="oidc", issuer=member.entity_id, client_id="hub", slug=slug
    )
    return replace(member, terms=some_terms(jwks={}, represented=spoken))


def test_the_path_of_one_who_has_gone_waits_for_that_entity_alone(
    members: MemberStore,
) -> None:
    gone = with_path(a_member(1, MemberState.WITHDRAWN))
    members.add(gone)
    with pytest.raises(SlugTaken):
        members.add(with_path(a_member(2)))
    assert members.by_slug("example-pay") == gone
    back = with_path(another(a_member(1), 3))
    members.add(back)
    assert members.by_slug("example-pay") == back
    with pytest.raises(SlugTaken):
        members.add(with_path(a_member(4)))


@pytest.mark.spec("OpenID Federation 1.0 §1.2")
def test_entity_identifiers_are_compared_by_code_point(members: MemberStore) -> None:
    members.add(a_member())
    for other in ("https://M1.example/trust", "https://m1.example/trust/"):
        with pytest.raises(MemberUnknown):
            members.by_entity(EntityId(other))


def test_of_two_changes_of_one_version_the_second_is_refused(members: MemberStore) -> None:
    members.add(a_member())
    first = replace(a_member(), version=2, state=MemberState.SUBMITTED)
    members.change(first)
    with pytest.raises(MemberChanged):
        members.change(replace(a_member(), version=2, state=MemberState.CANCELLED))
    assert members.find(first.id) == first


def test_pages_follow_one_another_and_keep_to_the_filter(members: MemberStore) -> None:
    for number in range(1, 6):
        members.add(a_member(number))
    first = members.page(kind=None, state=None, after=None, limit=2)
    rest = members.page(kind=None, state=None, after=first[-1].id, limit=9)
    assert [m.id.int for m in (*first, *rest)] == [1, 2, 3, 4, 5]
    cas = members.page(kind=MemberKind.CA, state=MemberState.DRAFT, after=None, limit=9)
    assert [m.id.int for m in cas] == [2, 4]
    assert members.page(kind=None, state=MemberState.ACTIVE, after=None, limit=9) == ()


def test_members_are_found_by_state(members: MemberStore) -> None:
    members.add(a_member(1, MemberState.ACTIVE))
    members.add(a_member(2, MemberState.APPROVED))
    members.add(a_member(3, MemberState.SUSPENDED))
    found = members.in_states((MemberState.APPROVED, MemberState.ACTIVE))
    assert [m.id.int for m in found] == [1, 2]


def test_unconfirmed_suspensions_are_found_until_the_alarm_is_noted(
    members: MemberStore,
) -> None:
    day = timedelta(days=1)
    for number, held in enumerate(
        [
            a_suspension(day * 2),
            a_suspension(day * 2, confirmed=True),
            a_suspension(day / 2),
        ],
        start=1,
    ):
        row = a_member(number, MemberState.SUSPENDED)
        members.add(replace(row, suspension=held))
    assert [m.id.int for m in members.unconfirmed(NOON - day)] == [1]
    members.note_alarm(a_member(1).id)
    assert members.unconfirmed(NOON - day) == ()
    assert members.find(a_member(1).id).version == 1


def test_history_is_kept_in_its_order(members: MemberStore) -> None:
    entries = [
        HistoryEntry(
            member=a_member().id,
            version=version,
            action=Action.SUBMIT,
            source=MemberState.DRAFT,
            target=MemberState.SUBMITTED,
            at=NOON,
            actor=PersonId(UUID(int=1)),
            second=None,
            grounds=GROUNDS,
            change={"checks": [{"name": "x", "passed": True}]},
        )
        for version in (2, 3)
    ]
    for entry in reversed(entries):
        members.remember(entry)
    assert members.history(a_member().id) == tuple(entries)
    assert members.history(a_member(2).id) == ()


def test_a_proposal_comes_back_as_it_was_put(proposals: ProposalStore) -> None:
    proposal = a_proposal()
    proposals.add(proposal)
    assert proposals.find(proposal.id) == proposal
    with pytest.raises(ProposalUnknown):
        proposals.find(ProposalId(UUID(int=99)))


def test_open_proposals_come_oldest_first_and_leave_when_decided(
    proposals: ProposalStore,
) -> None:
    for number in (3, 1, 2):
        proposals.add(a_proposal(number))
    proposals.add(a_proposal(4, subject="member:y"))
    assert [p.id.int for p in proposals.open_for("member:x")] == [1, 2, 3]
    proposals.decide(ProposalId(UUID(int=2)), PersonId(UUID(int=5)), NOON)
    assert [p.id.int for p in proposals.open_for("member:x")] == [1, 3]
    decided = proposals.find(ProposalId(UUID(int=2)))
    assert (decided.approver, decided.decided_at) == (PersonId(UUID(int=5)), NOON)


def test_of_concurrent_approvals_one_is_taken(proposals: ProposalStore) -> None:
    proposals.add(a_proposal())

    def approve(number: int) -> bool:
        try:
            proposals.decide(a_proposal().id, PersonId(UUID(int=number)), NOON)
        except ProposalDecided:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(approve, range(10, 18)))
    assert taken.count(True) == 1
