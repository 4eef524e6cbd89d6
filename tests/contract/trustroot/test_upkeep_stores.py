"""What stores of evidence, findings, policies and codes promise."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.ids import MemberId, PersonId, ProposalId
from kernel.infra.db import Database
from kernel.secret import Digest
from tests.contract.trustroot.test_member_store import a_member, a_proposal
from tests.unit.trustroot.fakes import NOON, MemoryWork
from tests.unit.trustroot.members import GROUNDS, some_terms
from tests.unit.trustroot.registers import MemoryMembers, MemoryProposals
from tests.unit.trustroot.upkeep import (
    MemoryCodes,
    MemoryEvidence,
    MemoryPolicies,
    MemoryWatch,
)
from trustroot.registry.domain import (
    Action,
    ContactCode,
    Contract,
    Debtor,
    Evidence,
    EvidenceId,
    EvidenceKind,
    Findings,
    HistoryEntry,
    MemberKind,
    MemberState,
    ProbeCheck,
    ProvenContact,
    RegistrationPolicy,
    Representation,
    WatchEntry,
)
from trustroot.registry.errors import MemberUnknown, PolicyTaken, SlugTaken
from trustroot.registry.ports import (
    ContactCodes,
    EvidenceStore,
    MemberStore,
    PolicyStore,
    Proposals,
    WatchStore,
)
from trustroot.registry.store import (
    SqlContactCodes,
    SqlEvidence,
    SqlMembers,
    SqlPolicies,
    SqlProposals,
    SqlWatch,
)

DAY = timedelta(days=1)
END = date(2026, 12, 1)
MEMBER = MemberId(UUID(int=1))
DRAFT = UUID(int=50)
PLATFORM, CERTIFICATE = MemberKind.PLATFORM, EvidenceKind.CERTIFICATE


@pytest.fixture
def evidence(tables: Database | None, members: MemberStore) -> EvidenceStore:
    if isinstance(members, MemoryMembers):
        return MemoryEvidence(MemoryWork(), members)
    assert tables is not None
    return SqlEvidence(tables)


@pytest.fixture
def watch(tables: Database | None) -> WatchStore:
    return MemoryWatch(MemoryWork()) if tables is None else SqlWatch(tables)


@pytest.fixture
def policies(tables: Database | None) -> PolicyStore:
    return MemoryPolicies(MemoryWork()) if tables is None else SqlPolicies(tables)


@pytest.fixture
def codes(tables: Database | None) -> ContactCodes:
    return MemoryCodes(MemoryWork()) if tables is None else SqlContactCodes(tables)


@pytest.fixture
def members(tables: Database | None) -> MemberStore:
    return MemoryMembers(MemoryWork()) if tables is None else SqlMembers(tables)


@pytest.fixture
def proposals(tables: Database | None) -> Proposals:
    return MemoryProposals(MemoryWork()) if tables is None else SqlProposals(tables)


def some_evidence(number: int = 1, **bent: object) -> Evidence:
    valid = Evidence(
        id=EvidenceId(UUID(int=number)),
        member=MEMBER,
        kind=EvidenceKind.CERTIFICATE,
        issued_on=date(2026, 1, 1),
        expires_on=END,
        reference="证书 1",
        digest=Digest(b"e" * 32),
        by=PersonId(UUID(int=9)),
        at=NOON,
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def activated(members: MemberStore, number: int, *days: int) -> MemberId:
    """Add a member that became active on these days, for example after a suspension."""
    member = a_member(number, MemberState.ACTIVE)
    members.add(member)
    for version, day in enumerate(days, start=2):
        members.remember(
            HistoryEntry(
                member=member.id,
                version=version,
                action=Action.ACTIVATE,
                source=MemberState.APPROVED,
                target=MemberState.ACTIVE,
                at=NOON + day * DAY,
                actor=None,
                second=None,
                grounds=GROUNDS,
                change={},
            )
        )
    return member.id


class TestDebtors:
    """Who never filed what it owes."""

    def test_it_counts_from_the_first_day_of_the_membership(
        self, evidence: EvidenceStore, members: MemberStore
    ) -> None:
        first, other = activated(members, 1, 5, 9), activated(members, 3, 2)
        found = evidence.debtors(PLATFORM, CERTIFICATE, NOON + 6 * DAY)
        assert found == (
            Debtor(member=first, kind=CERTIFICATE, active_since=NOON + 5 * DAY),
            Debtor(member=other, kind=CERTIFICATE, active_since=NOON + 2 * DAY),
        )
        earlier = evidence.debtors(PLATFORM, CERTIFICATE, NOON + 5 * DAY)
        assert [debtor.member for debtor in earlier] == [other]

    def test_evidence_of_the_kind_settles_it_even_when_it_has_ended(
        self, evidence: EvidenceStore, members: MemberStore
    ) -> None:
        member = activated(members, 1, 0)
        evidence.add(some_evidence(1, member=member, kind=EvidenceKind.PENETRATION_TEST))
        assert len(evidence.debtors(PLATFORM, CERTIFICATE, NOON + DAY)) == 1
        evidence.add(some_evidence(2, member=member))
        assert evidence.debtors(PLATFORM, CERTIFICATE, NOON + DAY) == ()

    def test_only_active_members_of_the_kind_are_debtors(
        self, evidence: EvidenceStore, members: MemberStore
    ) -> None:
        gone = activated(members, 1, 0)
        activated(members, 2, 0)
        left = replace(members.find(gone), state=MemberState.WITHDRAWN, version=2)
        members.change(left)
        assert evidence.debtors(PLATFORM, CERTIFICATE, NOON + DAY) == ()
        (ca,) = evidence.debtors(MemberKind.CA, CERTIFICATE, NOON + DAY)
        assert ca.member == a_member(2).id


class TestEvidence:
    """Evidence and the rungs taken for it."""

    def test_it_comes_back_the_latest_to_end_first(self, evidence: EvidenceStore) -> None:
        held = [some_evidence(n, expires_on=END + n * DAY) for n in (2, 3, 1)]
        for one in held:
            evidence.add(one)
        evidence.add(some_evidence(4, member=MemberId(UUID(int=2))))
        assert [e.id.int for e in evidence.of(MEMBER)] == [3, 2, 1]
        assert evidence.of(MEMBER)[0] == held[1]

    def test_of_each_kind_only_the_latest_to_end_counts(
        self, evidence: EvidenceStore
    ) -> None:
        penetration = EvidenceKind.PENETRATION_TEST
        evidence.add(some_evidence(1))
        evidence.add(some_evidence(2, expires_on=END + 90 * DAY))
        evidence.add(some_evidence(3, kind=penetration, expires_on=END + DAY))
        evidence.add(some_evidence(4, member=MemberId(UUID(int=2))))

        def found(day: date) -> list[int]:
            return [e.id.int for e in evidence.standing_until(day, unless="x")]

        assert found(END) == [4]
        assert found(END + DAY) == [4, 3]
        assert found(END + 90 * DAY) == [4, 3, 2]

    def test_what_has_climbed_the_whole_ladder_is_left_out(
        self, evidence: EvidenceStore
    ) -> None:
        for number in (1, 2):
            evidence.add(some_evidence(number, member=MemberId(UUID(int=number))))
        evidence.take(some_evidence(1).id, "alarm-60", NOON)
        evidence.take(some_evidence(2).id, "warn-14", NOON)
        found = evidence.standing_until(END, unless="alarm-60")
        assert [e.id.int for e in found] == [2]

    def test_of_many_who_take_a_rung_one_is_told_so(self, evidence: EvidenceStore) -> None:
        evidence.add(some_evidence())

        def take(_number: int) -> bool:
            return evidence.take(some_evidence().id, "lapse-0", NOON)

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(take, range(8))).count(True) == 1
        assert evidence.taken(some_evidence().id) == {"lapse-0"}
        assert evidence.take(some_evidence().id, "warn-14", NOON)


def an_entry(number: int = 1, **bent: object) -> WatchEntry:
    check = ProbeCheck(name="signed", passed=number % 2 == 0, clause="§9", advice="签名")
    findings = Findings(
        at=NOON,
        checks=(check,),
        drift=("openid_provider.jwks",),
        statement_expires_at=NOON + DAY,
        keys=("k1", "k2"),
    )
    valid = WatchEntry(
        member=MEMBER, number=number, findings=findings, since=NOON, seen=NOON
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


class TestWatch:
    """Findings about members."""

    def test_entries_come_back_the_latest_first(self, watch: WatchStore) -> None:
        assert watch.latest(MEMBER) is None
        entries = [an_entry(n) for n in (1, 2, 3)]
        for entry in entries:
            watch.put(entry)
        assert watch.history(MEMBER, limit=2) == (entries[2], entries[1])
        assert watch.latest(MEMBER) == entries[2]
        assert watch.latest(MemberId(UUID(int=2))) is None

    def test_an_entry_is_put_in_place_of_its_own(self, watch: WatchStore) -> None:
        watch.put(an_entry())
        later = an_entry(seen=NOON + DAY, ending_told=NOON + DAY)
        watch.put(later)
        assert watch.history(MEMBER, limit=9) == (later,)


def a_policy(version: str, day: date) -> RegistrationPolicy:
    return RegistrationPolicy(
        version=version, text_zh="规则", text_en="rules", valid_from=day
    )


def test_policies_come_back_the_latest_first_and_stay(policies: PolicyStore) -> None:
    first, second = a_policy("2026-1", END), a_policy("2026-2", END + DAY)
    policies.add(first)
    policies.add(second)
    with pytest.raises(PolicyTaken):
        policies.add(a_policy("2026-1", END + 9 * DAY))
    assert policies.all() == (second, first)


def a_code(**bent: object) -> ContactCode:
    valid = ContactCode(
        draft=DRAFT,
        address="ops@gd.example",
        digest=Digest(b"c" * 32),
        asked_at=NOON,
        expires_at=NOON + timedelta(minutes=10),
    )
    return replace(valid, **bent)  # type: ignore[arg-type]  # the test names what it bends


def test_a_draft_has_one_code(codes: ContactCodes) -> None:
    assert codes.find(DRAFT) is None
    codes.put(a_code())
    assert codes.find(DRAFT) == a_code()
    later = a_code(tries=2, asks=3, proven_at=NOON)
    codes.put(later)
    assert codes.find(DRAFT) == later


def test_old_codes_are_forgotten(codes: ContactCodes) -> None:
    codes.put(a_code())
    other = a_code(draft=UUID(int=51), expires_at=NOON + DAY)
    codes.put(other)
    codes.forget(NOON + timedelta(hours=1))
    assert codes.find(DRAFT) is None
    assert codes.find(other.draft) == other


class TestMembersInFull:
    """What members gained: contract, policy, contacts, representation, paging."""

    def test_contract_and_policy_come_back(self, members: MemberStore) -> None:
        contract = Contract(number="合同-1", signed_on=END, valid_until=END + 365 * DAY)
        member = replace(a_member(), contract=contract, policy_version="2026-1")
        members.add(member)
        assert members.find(member.id) == member
        endless = replace(member, version=2, contract=Contract(number="C", signed_on=END))
        members.change(endless)
        assert members.find(member.id) == endless

    def test_a_proven_contact_outlives_changes_that_did_not_see_it(
        self, members: MemberStore
    ) -> None:
        members.add(a_member())
        proven = ProvenContact(address="a@m.example", proven_at=NOON)
        members.note_contact(MEMBER, proven)
        members.change(replace(a_member(), version=2))
        again = replace(proven, proven_at=NOON + DAY)
        members.note_contact(MEMBER, again)
        assert members.find(MEMBER).proven_contacts == (again,)
        assert members.find(MEMBER).version == 2

    def test_contacts_proven_before_are_kept_with_the_draft(
        self, members: MemberStore
    ) -> None:
        proven = (ProvenContact(address="a@m.example", proven_at=NOON),)
        members.add(replace(a_member(), proven_contacts=proven))
        assert members.find(MEMBER).proven_contacts == proven

    def test_a_hosted_path_belongs_to_one_member(self, members: MemberStore) -> None:
        said = Representation(
            issuer="https://pay.example",
            client_id="hub",
            slug="pay",
            sealed_secret="c2VhbGVk",
            levels={"": 1},
        )
        one = replace(a_member(1), terms=some_terms(represented=said))
        members.add(one)
        with pytest.raises(SlugTaken):
            members.add(replace(a_member(2), terms=one.terms))
        members.add(a_member(2))
        with pytest.raises(SlugTaken):
            members.change(replace(a_member(2), version=2, terms=one.terms))
        members.change(replace(one, version=2))
        assert members.by_slug("pay").represented == said
        with pytest.raises(MemberUnknown):
            members.by_slug("bank")

    def test_pages_of_states_follow_one_another(self, members: MemberStore) -> None:
        active, approved = MemberState.ACTIVE, MemberState.APPROVED
        for number in range(1, 7):
            state = MemberState.DRAFT if number == 3 else (active, approved)[number % 2]
            members.add(a_member(number, state))
        wanted = (active, approved)
        first = members.some_in_states(wanted, after=None, limit=2)
        rest = members.some_in_states(wanted, after=first[-1].id, limit=9)
        assert [m.id.int for m in (*first, *rest)] == [1, 2, 4, 5, 6]

    def test_versions_are_told_for_those_that_are_known(self, members: MemberStore) -> None:
        members.add(a_member(1))
        members.add(replace(a_member(2), version=7))
        asked = [a_member(n).id for n in (1, 2, 3)]
        found = members.versions(asked)
        assert found == {asked[0]: 1, asked[1]: 7}
        assert members.versions([]) == {}


def test_the_queue_holds_what_is_undecided_and_young(proposals: Proposals) -> None:
    for number in range(1, 6):
        proposals.add(a_proposal(number, subject=f"member:{number}"))
    proposals.decide(ProposalId(UUID(int=3)), PersonId(UUID(int=5)), NOON)
    young = NOON + timedelta(seconds=2)
    first = proposals.waiting(since=young, after=None, limit=2)
    assert [p.id.int for p in first] == [2, 4]
    rest = proposals.waiting(since=young, after=first[-1].id, limit=2)
    assert [p.id.int for p in rest] == [5]
