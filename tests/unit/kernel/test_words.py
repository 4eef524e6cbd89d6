"""Small words: ids, secrets, clock, events, lifecycle, approval."""

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.approval import (
    ChangeDiffers,
    Proposal,
    ProposalDecided,
    ProposalExpired,
    SamePerson,
    SubjectMoved,
    change_digest,
    may_approve,
    propose,
)
from kernel.assurance import Level
from kernel.clock import SetClock, epoch_seconds, from_epoch_seconds
from kernel.entropy import SeededEntropy, token
from kernel.errors import Refused
from kernel.events import Event, Levels, Outcome, envelope, own_fields
from kernel.ids import EventId, PersonId, ProposalId, Reference, new_reference, uuid7
from kernel.lifecycle import Lifecycle, Persons, Transition, TransitionNotAllowed
from kernel.proof.tlog import jcs
from kernel.secret import Digest, Secret

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
FIRST, SECOND = PersonId(UUID(int=1)), PersonId(UUID(int=2))


@pytest.mark.spec("RFC 9562 §5.7")
def test_ids_sort_by_the_millisecond_of_their_making() -> None:
    clock, entropy = SetClock(NOW), SeededEntropy()
    made = []
    for _ in range(50):
        made.append(uuid7(clock, entropy))
        clock.advance(timedelta(milliseconds=1))
    assert made == sorted(made)
    assert {(u.version, u.variant) for u in made} == {(7, "specified in RFC 4122")}


def test_a_reference_can_be_read_out_on_the_phone() -> None:
    drawn = new_reference(SeededEntropy())
    assert len(drawn) == 12
    assert not set(drawn) & set("01OIL")


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda s: f"{s}"])
def test_a_secret_cannot_be_printed(show: object) -> None:
    assert "hunter2" not in show(Secret("hunter2"))  # type: ignore[operator]  # what types forbid too


def test_a_secret_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))


def test_a_secret_is_known_by_its_digest_and_no_other() -> None:
    secret = Secret(token(SeededEntropy()))
    assert secret.matches(secret.digest())
    assert not Secret("other").matches(secret.digest())
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")


def test_a_digest_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        Digest(b"short")


@example(datetime(4148, 1, 1, 0, 0, 0, 999_993, tzinfo=UTC))
@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001  hypothesis wants a naive bound
def test_an_instant_survives_as_numeric_date_to_the_second(instant: datetime) -> None:
    assert from_epoch_seconds(epoch_seconds(instant)) == instant.replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOpened(Event):
    TYPE = "test_words.gate_opened"
    gate: int
    marks: tuple[str, ...] = ()


def test_an_event_is_laid_out_without_what_is_absent() -> None:
    identifier = EventId(uuid4())
    event = GateOpened(gate=1, levels=Levels(asked=Level.STRONG), outcome=Outcome.REFUSED)
    said = envelope(event, identifier=identifier, at=NOW, reference=Reference("R"))
    assert said == {
        "v": 1,
        "id": str(identifier),
        "time": "2026-11-26T08:00:00.000000Z",
        "type": "test_words.gate_opened",
        "stream": "main",
        "levels": {"asked": 4},
        "outcome": "refused",
        "reference": "R",
        "gate": 1,
        "marks": [],
    }
    assert jcs(said)
    assert own_fields(GateOpened) == ("gate", "marks")


def test_an_event_field_of_a_strange_type_is_refused() -> None:
    strange = GateOpened(gate=1.5)  # type: ignore[arg-type]  # what types forbid too
    with pytest.raises(TypeError):
        envelope(strange, identifier=EventId(uuid4()), at=NOW, reference=None)


LIGHT = Lifecycle(
    (
        Transition(source="red", action="go", target="green"),
        Transition(source="green", action="stop", target="red", persons=Persons.TWO),
    )
)


def test_a_lifecycle_knows_only_its_rows() -> None:
    assert LIGHT.step("red", "go").target == "green"
    assert LIGHT.actions("green") == ("stop",)
    assert LIGHT.reachable("red") == {"red", "green"}
    with pytest.raises(TransitionNotAllowed, match=r"^stop in red; there: go$"):
        LIGHT.step("red", "stop")
    with pytest.raises(TransitionNotAllowed, match=r"; there: nothing$"):
        LIGHT.step("black", "go")


def test_two_rows_for_one_step_are_a_mistake_in_the_table() -> None:
    row = Transition(source="a", action="b", target="c")
    with pytest.raises(ValueError, match="two rows"):
        Lifecycle((row, row))


def a_proposal() -> Proposal:
    return propose(
        ProposalId(UUID(int=9)),
        subject="member:1",
        action="suspend",
        change={"reason": "keys lost"},
        base=3,
        proposer=FIRST,
        now=NOW,
    )


def test_a_second_person_may_approve_the_exact_change() -> None:
    proposal = a_proposal()
    may_approve(proposal, SECOND, proposal.digest, 3, NOW)


@pytest.mark.parametrize(
    "refused", [SamePerson, ChangeDiffers, SubjectMoved, ProposalExpired]
)
def test_an_approval_is_void_when_something_differs(refused: type[Refused]) -> None:
    proposal = a_proposal()
    other = change_digest("member:1", "suspend", {"reason": "keys lost "}, 3)
    approver = FIRST if refused is SamePerson else SECOND
    digest = other if refused is ChangeDiffers else proposal.digest
    base = 4 if refused is SubjectMoved else 3
    at = NOW + timedelta(days=15) if refused is ProposalExpired else NOW
    with pytest.raises(refused):
        may_approve(proposal, approver, digest, base, at)


def test_a_decided_proposal_cannot_be_approved_again() -> None:
    proposal = a_proposal()
    decided = Proposal(
        **{name: getattr(proposal, name) for name in Proposal.__slots__}
        | {"approver": SECOND}
    )
    with pytest.raises(ProposalDecided):
        may_approve(decided, PersonId(UUID(int=3)), proposal.digest, 3, NOW)


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 5))
def test_the_digest_of_a_change_moves_with_every_part(a: str, b: str, base: int) -> None:
    one = change_digest("s", "a", {"x": a}, base)
    other = change_digest("s", "a", {"x": b}, base)
    assert (one == other) == (a == b)
    assert one != change_digest("s", "a", {"x": a}, base + 1)
