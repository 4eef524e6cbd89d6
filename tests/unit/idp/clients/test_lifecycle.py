"""From draft to retired: who may do what, in which state, and what is left of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.clients.adapters.trial import OpenTrial, TrialPeopleOnly
from idp.clients.domain import (
    LIFECYCLE,
    Actor,
    Approval,
    Basis,
    Client,
    ClientAction,
    ClientState,
)
from idp.clients.errors import (
    ClientMoved,
    NothingToApprove,
    NotReadyToSubmit,
    OnTrial,
    TwoPersonsNeeded,
)
from idp.clients.messages import ClaimBody, ClientBody, TextBody
from kernel.approval import (
    ChangeDiffers,
    ProposalExpired,
    SamePerson,
    change_digest,
)
from kernel.clock import SetClock
from kernel.ids import ClientId, PersonId, Pseudonym
from kernel.lifecycle import TransitionNotAllowed
from kernel.secret import Digest
from kernel.standing import State
from tests.unit.idp.clients.fakes import (
    NOW,
    Memory,
    MemoryTrialPeople,
    a_registration,
    a_trial,
    a_use_case,
    deciding,
    with_oidc,
)

PORTAL = ClientId("portal-51")
FIRST = Actor(PersonId(UUID(int=1)), Pseudonym("operator-1"))
SECOND = Actor(PersonId(UUID(int=2)), Pseudonym("operator-2"))
READY = a_registration(contacts=("ops@portal.example",))


def registered(memory: Memory, said: ClientBody = READY) -> Client:
    return a_use_case(memory).register(said, actor=FIRST).client


def approval(memory: Memory, actor: Actor = SECOND) -> Approval:
    digest = deciding(memory).waiting(PORTAL).digest
    return Approval(client=PORTAL, digest=digest, reason="seen", actor=actor)


def live(memory: Memory) -> Client:
    """Take a fresh application the whole way."""
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    deciding(memory).approve(approval(memory))
    return a_use_case(memory).move(
        PORTAL, ClientAction.ACTIVATE, "opening day", actor=FIRST
    )


def test_the_whole_way_takes_two_persons_and_leaves_a_history() -> None:
    memory = Memory()
    assert live(memory).state is ClientState.LIVE
    done = [(c.action, c.state.value) for c in a_use_case(memory).history(PORTAL)]
    assert done == [
        ("register", "sandbox"),
        ("submit", "submitted"),
        ("approve", "approved"),
        ("activate", "live"),
    ]
    approved = a_use_case(memory).history(PORTAL)[2]
    assert approved.actor == SECOND.person
    proposal = memory.proposals[approved.proposal]  # type: ignore[index]  # it took two
    assert (proposal.proposer, proposal.approver) == (FIRST.person, SECOND.person)


def test_every_change_has_before_and_after_and_its_version() -> None:
    memory = Memory()
    registered(memory)
    said = replace(READY, name_en="Portal")
    a_use_case(memory).update(PORTAL, 1, said, actor=FIRST)
    last = a_use_case(memory).history(PORTAL)[-1]
    assert (last.version, last.action) == (2, "update")
    assert last.before == {"name_en": READY.name_en}
    assert last.after == {"name_en": "Portal"}


def test_who_asked_cannot_approve_with_whatever_token() -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    same = Actor(FIRST.person, Pseudonym("another-epoch"))
    with pytest.raises(SamePerson):
        deciding(memory).approve(approval(memory, same))
    assert memory.clients[PORTAL].state is ClientState.SUBMITTED
    assert memory.events[-1].TYPE == "clients.change_refused"
    assert memory.events[-1].reason == "same_person"


def test_a_yes_to_something_else_changes_nothing() -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    other = replace(approval(memory), digest=Digest(b"x" * 32))
    with pytest.raises(ChangeDiffers):
        deciding(memory).approve(other)
    assert memory.clients[PORTAL].state is ClientState.SUBMITTED


def test_a_proposal_bent_in_the_store_is_not_done() -> None:
    memory = Memory()
    live(memory)
    said = replace(READY, name_en="Portal")
    _, waiting = deciding(memory).change(PORTAL, 4, said, FIRST)
    assert waiting is not None
    after = dict(waiting.change["after"])  # type: ignore[arg-type]  # an object
    bent = {**waiting.change, "after": {**after, "name_en": "Mallory"}}
    memory.proposals[waiting.id] = replace(waiting, change=bent)
    seen = Approval(client=PORTAL, digest=waiting.digest, reason="seen", actor=SECOND)
    with pytest.raises(ChangeDiffers):
        deciding(memory).approve(seen)
    assert memory.clients[PORTAL].name_en == READY.name_en
    assert bent != waiting.change
    assert change_digest(waiting.subject, "change", bent, 4) != waiting.digest


def test_other_words_void_what_was_submitted_and_what_was_approved() -> None:
    for steps in (1, 2):
        memory = Memory()
        registered(memory)
        deciding(memory).submit(PORTAL, "tried", FIRST)
        if steps == 2:
            deciding(memory).approve(approval(memory))
        version = memory.clients[PORTAL].version
        said = replace(READY, name_en="Portal")
        after = a_use_case(memory).update(PORTAL, version, said, actor=None)
        assert after.state is ClientState.SANDBOX
        with pytest.raises(NothingToApprove):
            deciding(memory).waiting(PORTAL)
        moved = memory.events[-1]
        assert moved.TYPE == "clients.state_changed"
        assert moved.after == "sandbox"  # type: ignore[attr-defined]  # the one event of that kind


def test_a_new_secret_is_no_other_word() -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    a_use_case(memory).rotate_secret(PORTAL, actor=FIRST)
    assert deciding(memory).approve(approval(memory)).state is ClientState.APPROVED


def test_an_old_submission_is_void_once_there_is_a_newer_one() -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    old = approval(memory)
    a_use_case(memory).move(PORTAL, ClientAction.RETURN, "unclear", actor=None)
    deciding(memory).submit(PORTAL, "tried again", SECOND)
    with pytest.raises(SamePerson):
        deciding(memory).approve(old)
    assert memory.clients[PORTAL].state is ClientState.SUBMITTED


def test_an_approval_comes_within_fourteen_days() -> None:
    memory, clock = Memory(), SetClock(NOW)
    registered(memory)
    deciding(memory, clock).submit(PORTAL, "tried", FIRST)
    clock.advance(timedelta(days=14, seconds=1))
    with pytest.raises(ProposalExpired):
        deciding(memory, clock).approve(approval(memory))


UNREADY = {
    "contacts": replace(READY, contacts=()),
    "purpose": replace(READY, purpose=TextBody(zh="办理事项")),
    "retention": replace(READY, retention=TextBody(zh="三年")),
    "claims: name": replace(READY, claims=(ClaimBody(name="name", basis=Basis.STATUTORY),)),
}


@pytest.mark.parametrize("lacks", UNREADY)
def test_what_lacks_something_is_not_submitted(lacks: str) -> None:
    memory = Memory()
    registered(memory, UNREADY[lacks])
    with pytest.raises(NotReadyToSubmit) as refusal:
        deciding(memory).submit(PORTAL, "tried", FIRST)
    assert refusal.value.detail == lacks
    assert memory.clients[PORTAL].state is ClientState.SANDBOX
    assert memory.proposals == {}


def test_a_statute_that_is_named_is_a_basis() -> None:
    memory = Memory()
    claim = ClaimBody(name="name", basis=Basis.STATUTORY, ground="居民身份证法 §14")
    registered(memory, replace(READY, claims=(claim,)))
    deciding(memory).submit(PORTAL, "tried", FIRST)
    assert memory.clients[PORTAL].claims[0].ground == "居民身份证法 §14"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_decision_has_a_reason(reason: str) -> None:
    memory = Memory()
    registered(memory)
    with pytest.raises(NotReadyToSubmit):
        deciding(memory).submit(PORTAL, reason, FIRST)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_yes_has_a_reason(reason: str) -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    with pytest.raises(NotReadyToSubmit):
        deciding(memory).approve(replace(approval(memory), reason=reason))
    assert memory.clients[PORTAL].state is ClientState.SUBMITTED
    assert deciding(memory).waiting(PORTAL).approver is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_who_was_stopped_does_not_come_back_without_a_reason(reason: str) -> None:
    memory = Memory()
    registered(memory)
    use_case = a_use_case(memory)
    use_case.move(PORTAL, ClientAction.DISABLE, "complaint", actor=FIRST)
    with pytest.raises(NotReadyToSubmit):
        deciding(memory).enable(PORTAL, reason, FIRST)
    assert memory.clients[PORTAL].state is ClientState.SUSPENDED


@pytest.mark.parametrize(
    "action", [ClientAction.SUBMIT, ClientAction.REINSTATE, ClientAction.CHANGE]
)
def test_what_takes_two_is_not_done_alone(action: ClientAction) -> None:
    memory = Memory()
    registered(memory)
    source = next(row.source for row in LIFECYCLE.rows if row.action is action)
    memory.clients[PORTAL] = replace(memory.clients[PORTAL], state=source)
    with pytest.raises(TwoPersonsNeeded):
        a_use_case(memory).move(PORTAL, action, "alone", actor=FIRST)
    assert memory.clients[PORTAL].state is source


def test_a_draft_may_do_nothing_until_it_is_opened() -> None:
    memory = Memory()
    use_case = a_use_case(memory)
    draft = use_case.register(READY, actor=None, draft=True).client
    assert draft.state is ClientState.DRAFT
    assert memory.changes == [(draft.party, State.SUSPENDED, "draft")]
    use_case.move(PORTAL, ClientAction.OPEN, "complete", actor=None)
    assert memory.changes[-1][1] is State.GOOD
    assert memory.clients[PORTAL].state is ClientState.SANDBOX


def test_what_was_live_goes_on_when_a_second_person_agrees() -> None:
    memory = Memory()
    live(memory)
    a_use_case(memory).move(PORTAL, ClientAction.DISABLE, "complaint", actor=None)
    still, waiting = deciding(memory).enable(PORTAL, "settled", FIRST)
    assert still.state is ClientState.SUSPENDED
    assert waiting is not None
    assert [state for _, state, _ in memory.changes] == [State.SUSPENDED]
    assert deciding(memory).approve(approval(memory)).state is ClientState.LIVE
    assert [state for _, state, _ in memory.changes] == [State.SUSPENDED, State.GOOD]


def test_what_was_on_trial_is_back_on_trial_at_once() -> None:
    memory = Memory()
    registered(memory)
    a_use_case(memory).move(PORTAL, ClientAction.DISABLE, "complaint", actor=None)
    back, waiting = deciding(memory).enable(PORTAL, "settled", FIRST)
    assert (back.state, waiting) == (ClientState.SANDBOX, None)
    assert memory.changes[-1][1] is State.GOOD


def test_what_was_never_live_cannot_be_made_so_by_a_suspension() -> None:
    memory = Memory()
    registered(memory)
    deciding(memory).submit(PORTAL, "tried", FIRST)
    a_use_case(memory).move(PORTAL, ClientAction.DISABLE, "complaint", actor=None)
    with pytest.raises(NothingToApprove):
        deciding(memory).waiting(PORTAL)
    back, _ = deciding(memory).enable(PORTAL, "settled", FIRST)
    assert back.state is ClientState.SANDBOX
    with pytest.raises(NothingToApprove):
        deciding(memory).waiting(PORTAL)


def test_what_is_live_is_changed_by_two() -> None:
    memory = Memory()
    live(memory)
    said = with_oidc(redirect_uris=("https://portal.example/other",))
    said = replace(said, contacts=READY.contacts)
    with pytest.raises(TwoPersonsNeeded):
        a_use_case(memory).update(PORTAL, 4, said, actor=FIRST)
    still, waiting = deciding(memory).change(PORTAL, 4, said, FIRST)
    assert still == memory.clients[PORTAL]
    assert waiting is not None
    assert still.oidc.redirect_uris[0].text == "https://portal.example/cb"
    after = deciding(memory).approve(approval(memory))
    assert after.oidc.redirect_uris[0].text == "https://portal.example/other"
    assert (after.state, after.version) == (ClientState.LIVE, 5)
    assert a_use_case(memory).history(PORTAL)[-1].proposal == waiting.id


def test_whom_to_call_is_changed_by_one_even_when_live() -> None:
    memory = Memory()
    live(memory)
    said = replace(READY, contacts=("other@portal.example",))
    after, waiting = deciding(memory).change(PORTAL, 4, said, FIRST)
    assert (after.contacts, waiting) == (("other@portal.example",), None)


def test_a_change_of_an_old_version_of_what_is_live_is_not_even_proposed() -> None:
    memory = Memory()
    live(memory)
    with pytest.raises(ClientMoved):
        deciding(memory).change(PORTAL, 3, replace(READY, name_en="x"), FIRST)
    assert len(memory.proposals) == 1


@pytest.mark.parametrize("action", list(ClientAction))
def test_nothing_leads_out_of_retirement(action: ClientAction) -> None:
    with pytest.raises(TransitionNotAllowed):
        LIFECYCLE.step(ClientState.RETIRED, action)


def test_every_state_can_be_stopped_and_ended() -> None:
    for state in set(ClientState) - {ClientState.RETIRED}:
        reachable = LIFECYCLE.reachable(state)
        assert ClientState.RETIRED in reachable
        if state is not ClientState.DRAFT:
            assert ClientState.SUSPENDED in reachable


def test_an_application_on_trial_serves_test_people_only() -> None:
    memory = Memory()
    client, people = registered(memory), MemoryTrialPeople(memory)
    trial = TrialPeopleOnly(people)
    with pytest.raises(OnTrial):
        trial.admits(client, FIRST.person)
    a_trial(memory).enter(FIRST.person, actor=SECOND.pseudonym)
    trial.admits(client, FIRST.person)
    a_trial(memory).remove(FIRST.person, actor=SECOND.pseudonym)
    for state in (ClientState.SANDBOX, ClientState.SUBMITTED, ClientState.APPROVED):
        with pytest.raises(OnTrial):
            trial.admits(replace(client, state=state), FIRST.person)
    trial.admits(replace(client, state=ClientState.LIVE), FIRST.person)
    OpenTrial().admits(client, FIRST.person)
