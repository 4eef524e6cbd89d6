"""From application to withdrawal: who may do what, alone or with a second person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.approval import (
    ChangeDiffers,
    ProposalDecided,
    ProposalExpired,
    SamePerson,
    SubjectMoved,
)
from kernel.ids import EntityId
from kernel.lifecycle import TransitionNotAllowed
from kernel.secret import Digest
from kernel.standing import PartyKind, State
from tests.unit.trustroot.members import (
    FIRST,
    GROUNDS,
    PUBLIC_KEY,
    SECOND,
    THIRD,
    RegisterHouse,
    an_application,
    lower_terms,
    seen,
    some_terms,
)
from trustroot.registry.domain import (
    CONFIRM_WITHIN,
    LIFECYCLE,
    Action,
    Grounds,
    Member,
    MemberKind,
    MemberState,
)
from trustroot.registry.errors import (
    ApplicationMalformed,
    ChecksFailed,
    EntityTaken,
    NoProbe,
    NothingChanges,
    NothingToConfirm,
    ReasonMissing,
)

ACTIVE, SUSPENDED = MemberState.ACTIVE, MemberState.SUSPENDED


@pytest.fixture
def house() -> RegisterHouse:
    return RegisterHouse()


class Untouched:
    """Asserts at the end that nothing but the refusal's own event was left behind."""

    def __init__(self, house: RegisterHouse) -> None:
        self.house, self.before = house, self.picture(house)
        self.recorded = len(house.trail.events)

    @staticmethod
    def picture(house: RegisterHouse) -> tuple[object, ...]:
        return (
            dict(house.members.rows),
            list(house.members.entries),
            dict(house.proposals.rows),
            list(house.standing.changes),
        )

    def holds(self, *recorded: str) -> None:
        assert self.picture(self.house) == self.before
        assert self.house.trail.types()[self.recorded :] == list(recorded)


def test_the_lifecycle_is_the_published_one() -> None:
    said = {(r.source, r.action, r.target, int(r.persons)) for r in LIFECYCLE.rows}
    assert said == {
        ("draft", "edit", "draft", 1),
        ("draft", "submit", "submitted", 1),
        ("submitted", "check", "checked", 1),
        ("checked", "approve", "approved", 2),
        ("approved", "activate", "active", 1),
        ("active", "suspend", "suspended", 1),
        ("active", "withdraw", "withdrawn", 2),
        ("active", "change", "active", 2),
        ("active", "measure", "active", 1),
        ("suspended", "confirm", "suspended", 2),
        ("suspended", "reinstate", "approved", 2),
        ("suspended", "withdraw", "withdrawn", 2),
        ("suspended", "change", "suspended", 2),
        *((state, "cancel", "cancelled", 1) for state in BEFORE_ACTIVE),
    }
    assert LIFECYCLE.actions(MemberState.WITHDRAWN) == ()
    assert LIFECYCLE.actions(MemberState.CANCELLED) == ()


BEFORE_ACTIVE = ("draft", "submitted", "checked", "approved")


def test_a_member_goes_the_whole_way_with_history_and_events(house: RegisterHouse) -> None:
    member = house.active()
    entries = house.registry.history(member.id)
    assert [entry.action for entry in entries] == ["submit", "check", "approve", "activate"]
    assert [entry.version for entry in entries] == [2, 3, 4, 5]
    approving = entries[2]
    assert (approving.actor, approving.second) == (FIRST.person, SECOND.person)
    assert approving.grounds == GROUNDS
    assert house.trail.types() == [
        "registry.member_applied",
        "registry.member_moved",
        "registry.member_moved",
        "registry.change_proposed",
        "registry.member_moved",
        "registry.member_moved",
    ]
    assert house.registry.active_members() == (member,)


@pytest.mark.parametrize(
    "bent",
    [
        {"entity_id": EntityId("http://id.gd.example/trust")},
        {"entity_id": EntityId("https://id.gd.example/trust?x=1")},
        {"entity_id": EntityId("https://id.gd.example/trust#x")},
        {"entity_id": EntityId("https://u@id.gd.example/")},
        {"entity_id": EntityId("https:///trust")},
        {"entity_id": EntityId("https://id.gd.example:x/")},
        {"entity_id": EntityId("https://[bad/")},
        {"entity_id": EntityId("https://id.gd.example under https://nation.example")},
        {"entity_id": EntityId("https://id.gd.example/a b")},
        {"entity_id": EntityId("https://身份.example/trust")},
        {"name_zh": " "},
        {"name_en": "a\nb"},
        {"code": "4"},
        {"uscc": "91440000000000000I"},
        {"contacts": ("",)},
        {"contacts": ("a@b.example",) * 65},
        {"terms": some_terms(jwks={"keys": []})},
        {"terms": some_terms(jwks={"keys": [{"kty": "oct", "k": "AA"}]})},
        {"terms": some_terms(jwks={"keys": [PUBLIC_KEY, PUBLIC_KEY]})},
        {"terms": some_terms(entity_types=frozenset({"OpenID Provider"}))},
        {"terms": some_terms(attributes=frozenset({"a b"}))},
    ],
)
@pytest.mark.spec("OpenID Federation 1.0 §1.2")
def test_a_malformed_application_opens_no_draft(
    house: RegisterHouse, bent: dict[str, object]
) -> None:
    before = Untouched(house)
    with pytest.raises(ApplicationMalformed):
        house.applying.apply(an_application(**bent), FIRST)
    before.holds()


def test_http_entities_are_taken_on_this_machine_in_development_only(
    house: RegisterHouse,
) -> None:
    local = an_application(entity_id=EntityId("http://localhost:8410/trust"))
    with pytest.raises(ApplicationMalformed):
        house.applying.apply(local, FIRST)
    lenient = replace(house.applying.admission, http_on_loopback=True)
    developing = replace(house.applying, admission=lenient)
    assert developing.apply(local, FIRST).state is MemberState.DRAFT
    far = an_application(entity_id=EntityId("http://id.gd.example/trust"))
    with pytest.raises(ApplicationMalformed):
        developing.apply(far, FIRST)


def test_an_entity_applies_once(house: RegisterHouse) -> None:
    house.applying.apply(an_application(), FIRST)
    before = Untouched(house)
    with pytest.raises(EntityTaken):
        house.applying.apply(an_application(), SECOND)
    before.holds()


def test_a_failed_check_keeps_the_applicant_where_it_is(house: RegisterHouse) -> None:
    member = house.applying.apply(an_application(), FIRST)
    house.applying.submit(member.id, FIRST)
    house.probe.passed = False
    before = Untouched(house)
    with pytest.raises(ChecksFailed, match="configuration_signed"):
        house.applying.check(member.id, FIRST)
    before.holds("registry.check_failed")


def test_nobody_is_probed_before_it_is_submitted(house: RegisterHouse) -> None:
    member = house.applying.apply(an_application(), FIRST)
    with pytest.raises(TransitionNotAllowed):
        house.applying.check(member.id, FIRST)
    assert house.probe.asked == []


def test_a_kind_without_a_probe_is_not_checked(house: RegisterHouse) -> None:
    member = house.applying.apply(an_application(kind=MemberKind.WITNESS), FIRST)
    house.applying.submit(member.id, FIRST)
    before = Untouched(house)
    with pytest.raises(NoProbe):
        house.applying.check(member.id, FIRST)
    before.holds()


@pytest.mark.parametrize(
    ("made", "action"),
    [
        (RegisterHouse.checked, Action.APPROVE),
        (RegisterHouse.suspended, Action.REINSTATE),
        (RegisterHouse.active, Action.WITHDRAW),
    ],
)
class TestFourEyes:
    """What takes two persons is done by none of them alone."""

    Made = Callable[[RegisterHouse], Member]

    def test_a_proposal_changes_nothing(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        member = made(house)
        standing = list(house.standing.changes)
        house.deciding.propose(member.id, action, GROUNDS, FIRST)
        assert house.registry.show(member.id) == member
        assert house.standing.changes == standing

    def test_the_same_person_is_refused(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        proposal = house.deciding.propose(made(house).id, action, GROUNDS, FIRST)
        before = Untouched(house)
        with pytest.raises(SamePerson):
            house.deciding.approve(seen(proposal, FIRST))
        before.holds("registry.change_refused")

    def test_another_digest_is_refused(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        proposal = house.deciding.propose(made(house).id, action, GROUNDS, FIRST)
        before = Untouched(house)
        other = replace(seen(proposal, SECOND), digest=Digest(bytes(32)))
        with pytest.raises(ChangeDiffers):
            house.deciding.approve(other)
        before.holds("registry.change_refused")

    def test_a_proposal_tampered_with_in_the_store_is_refused(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        proposal = house.deciding.propose(made(house).id, action, GROUNDS, FIRST)
        bent = replace(proposal, change={**proposal.change, "more": True})
        house.proposals.rows[proposal.id] = bent
        before = Untouched(house)
        with pytest.raises(ChangeDiffers):
            house.deciding.approve(seen(proposal, SECOND))
        before.holds("registry.change_refused")

    def test_a_proposal_lives_fourteen_days(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        proposal = house.deciding.propose(made(house).id, action, GROUNDS, FIRST)
        house.clock.advance(timedelta(days=14, seconds=1))
        before = Untouched(house)
        with pytest.raises(ProposalExpired):
            house.deciding.approve(seen(proposal, SECOND))
        before.holds("registry.change_refused")

    def test_it_is_done_once(
        self, house: RegisterHouse, made: Made, action: Action
    ) -> None:
        proposal = house.deciding.propose(made(house).id, action, GROUNDS, FIRST)
        house.deciding.approve(seen(proposal, SECOND))
        before = Untouched(house)
        with pytest.raises(ProposalDecided):
            house.deciding.approve(seen(proposal, THIRD))
        before.holds("registry.change_refused")


def test_an_approval_is_void_once_the_member_has_moved(house: RegisterHouse) -> None:
    member = house.active()
    proposal = house.deciding.propose(member.id, Action.WITHDRAW, GROUNDS, FIRST)
    house.suspending.suspend(member.id, GROUNDS, THIRD)
    before = Untouched(house)
    with pytest.raises(SubjectMoved):
        house.deciding.approve(seen(proposal, SECOND))
    before.holds("registry.change_refused")


@pytest.mark.parametrize("action", [Action.SUSPEND, Action.SUBMIT, Action.ACTIVATE])
def test_what_one_person_does_cannot_be_proposed(
    house: RegisterHouse, action: Action
) -> None:
    member = house.active()
    before = Untouched(house)
    with pytest.raises(TransitionNotAllowed):
        house.deciding.propose(member.id, action, GROUNDS, FIRST)
    before.holds()


@pytest.mark.parametrize("lacking", ["reason", "basis", "proportionality"])
def test_no_suspension_without_its_grounds(house: RegisterHouse, lacking: str) -> None:
    member = house.active()
    before = Untouched(house)
    with pytest.raises(ReasonMissing, match=f"^suspend needs {lacking}: 1 to 2000"):
        house.suspending.suspend(member.id, replace(GROUNDS, **{lacking: " "}), FIRST)
    before.holds()


def test_one_person_suspends_at_once_standing_included(house: RegisterHouse) -> None:
    member = house.active()
    assert house.standing.of(member) is State.GOOD
    after = house.suspending.suspend(member.id, GROUNDS, FIRST)
    assert (after.state, house.standing.of(after)) == (SUSPENDED, State.SUSPENDED)
    assert house.registry.active_members() == ()
    assert house.registry.history(member.id)[-1].grounds == GROUNDS


def test_a_suspension_whose_standing_cannot_be_written_did_not_happen(
    house: RegisterHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = house.active()
    before = Untouched(house)

    def broken(*_: object, **__: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(house.standing, "change", broken)
    with pytest.raises(OSError, match="disk full"):
        house.suspending.suspend(member.id, GROUNDS, FIRST)
    before.holds()


class TestConfirming:
    """A second person looks at a suspension within 24 hours, or the alarm rises."""

    @pytest.fixture
    def member(self, house: RegisterHouse) -> Member:
        return house.suspended()

    def digest(self, house: RegisterHouse, member: Member) -> Digest:
        (waiting,) = house.waiting.about(member.id)
        return waiting.digest

    def test_another_person_confirms(self, house: RegisterHouse, member: Member) -> None:
        digest = self.digest(house, member)
        after = house.suspending.confirm(member.id, digest, SECOND)
        assert after.suspension is not None
        assert (after.state, after.suspension.confirmed) == (SUSPENDED, True)
        house.clock.advance(CONFIRM_WITHIN * 2)
        house.suspending.raise_alarms()
        assert "registry.suspension_unconfirmed" not in house.trail.types()

    def test_who_suspended_cannot_confirm(
        self, house: RegisterHouse, member: Member
    ) -> None:
        digest, before = self.digest(house, member), Untouched(house)
        with pytest.raises(SamePerson):
            house.suspending.confirm(member.id, digest, FIRST)
        before.holds("registry.change_refused")

    def test_other_grounds_are_not_confirmed(
        self, house: RegisterHouse, member: Member
    ) -> None:
        before = Untouched(house)
        with pytest.raises(ChangeDiffers):
            house.suspending.confirm(member.id, Digest(bytes(32)), SECOND)
        before.holds("registry.change_refused")

    def test_it_is_confirmed_once(self, house: RegisterHouse, member: Member) -> None:
        digest = self.digest(house, member)
        house.suspending.confirm(member.id, digest, SECOND)
        with pytest.raises(NothingToConfirm):
            house.suspending.confirm(member.id, digest, THIRD)

    def test_a_change_of_terms_does_not_void_it(
        self, house: RegisterHouse, member: Member
    ) -> None:
        digest = self.digest(house, member)
        change = house.deciding.propose_terms(member.id, lower_terms(), GROUNDS, FIRST)
        house.deciding.approve(seen(change, SECOND))
        after = house.suspending.confirm(member.id, digest, SECOND)
        assert after.suspension is not None
        assert after.suspension.confirmed

    def test_unconfirmed_it_stays_and_the_alarm_rises_once(
        self, house: RegisterHouse, member: Member
    ) -> None:
        house.clock.advance(CONFIRM_WITHIN)
        house.suspending.raise_alarms()
        assert "registry.suspension_unconfirmed" not in house.trail.types()
        house.clock.advance(timedelta(seconds=1))
        house.suspending.raise_alarms()
        house.suspending.raise_alarms()
        assert house.trail.types().count("registry.suspension_unconfirmed") == 1
        assert house.registry.show(member.id).state is SUSPENDED
        assert house.standing.of(member) is State.SUSPENDED

    def test_an_old_suspension_cannot_be_confirmed_for_a_new_one(
        self, house: RegisterHouse, member: Member
    ) -> None:
        old = self.digest(house, member)
        house.decide(member, "reinstate")
        house.registry.activate(member.id)
        house.suspending.suspend(member.id, replace(GROUNDS, reason="another"), FIRST)
        before = Untouched(house)
        with pytest.raises(ChangeDiffers):
            house.suspending.confirm(member.id, old, SECOND)
        before.holds("registry.change_refused")


def test_a_suspension_that_was_lifted_waits_for_nobody(house: RegisterHouse) -> None:
    member = house.suspended()
    assert [one.action for one in house.waiting.about(member.id)] == [Action.CONFIRM]
    house.decide(member, "reinstate")
    assert house.waiting.about(member.id) == ()


def test_lifting_leads_to_approved_and_only_publishing_makes_active_again(
    house: RegisterHouse,
) -> None:
    lifted = house.decide(house.suspended(), "reinstate")
    assert (lifted.state, lifted.suspension) == (MemberState.APPROVED, None)
    assert house.standing.of(lifted) is State.SUSPENDED
    again = house.registry.activate(lifted.id)
    assert (again.state, house.standing.of(again)) == (ACTIVE, State.GOOD)


def test_withdrawing_is_for_good(house: RegisterHouse) -> None:
    gone = house.decide(house.active(), "withdraw")
    assert (gone.state, house.standing.of(gone)) == (MemberState.WITHDRAWN, State.WITHDRAWN)
    with pytest.raises(TransitionNotAllowed):
        house.decide(gone, "reinstate")


def test_a_ca_has_its_own_kind_of_standing(house: RegisterHouse) -> None:
    member = house.suspended(kind=MemberKind.CA, terms=some_terms(jwks={}))
    assert member.party.kind is PartyKind.CA
    assert house.standing.of(member) is State.SUSPENDED


def test_terms_change_by_two_persons_and_move_no_state(house: RegisterHouse) -> None:
    member = house.active()
    standing = list(house.standing.changes)
    proposal = house.deciding.propose_terms(member.id, lower_terms(), GROUNDS, FIRST)
    assert house.registry.show(member.id).terms == member.terms
    after = house.deciding.approve(seen(proposal, SECOND))
    assert (after.terms, after.state) == (lower_terms(), ACTIVE)
    assert house.standing.changes == standing


def test_malformed_or_equal_terms_are_not_proposed(house: RegisterHouse) -> None:
    member = house.active()
    before = Untouched(house)
    with pytest.raises(NothingChanges):
        house.deciding.propose_terms(member.id, some_terms(), GROUNDS, FIRST)
    with pytest.raises(ApplicationMalformed):
        house.deciding.propose_terms(member.id, some_terms(jwks={}), GROUNDS, FIRST)
    before.holds()


def test_cancelling_is_for_those_who_never_were_active(house: RegisterHouse) -> None:
    grounds = Grounds(reason="withdrawn by the applicant", basis="its letter")
    assert house.applying.cancel(house.checked().id, grounds, FIRST).state == "cancelled"
    member = house.active(entity_id=EntityId("https://other.example"))
    before = Untouched(house)
    with pytest.raises(TransitionNotAllowed):
        house.applying.cancel(member.id, grounds, FIRST)
    before.holds()
