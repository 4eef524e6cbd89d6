"""Which rule refused is read off what was raised, and says nothing of anybody."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kernel.errors import DomainError, Refused
from kernel.events import Event, Fault, envelope
from kernel.faults import described, fault_of, function_named
from kernel.ids import EventId
from kernel.standing import NotInGoodStanding, Party, PartyKind, RowStanding
from kernel.web import Form, ParameterMissing, ParameterRepeated

HERE = __name__


def form_names_a_code(form: Form) -> None:
    """RFC 6749 §4.1.3: code is REQUIRED."""
    form.required("code")


def flow(form: Form) -> None:
    """RFC 6749 §3.2: not the rule that refuses."""
    form_names_a_code(form)


def raised(error: type[DomainError], form: Form) -> DomainError:
    with pytest.raises(error) as caught:
        flow(form)
    return caught.value


def test_what_a_form_lacks_is_the_rule_that_asked_for_it() -> None:
    fault = fault_of(raised(ParameterMissing, Form({})))
    assert fault == Fault(f"{HERE}.form_names_a_code")


@pytest.mark.spec("RFC 6749 §3.1")
def test_a_function_of_the_kernel_that_names_its_clause_is_a_rule_itself() -> None:
    with pytest.raises(ParameterRepeated) as caught:
        Form({"code": ("a", "b")}).single_valued()
    fault = fault_of(caught.value)
    assert fault == Fault("kernel.web.forms.Form.single_valued")
    assert "RFC 6749 §3.1" in described(fault.rule)


def test_what_was_raised_anew_is_the_fault_of_who_raised_it_first() -> None:
    first = raised(ParameterMissing, Form({}))
    with pytest.raises(ParameterMissing) as caught:
        raise first
    assert fault_of(caught.value) == Fault(f"{HERE}.form_names_a_code")


def test_what_was_never_raised_has_no_rule() -> None:
    assert fault_of(Refused("made only")) is None


@pytest.mark.parametrize(
    ("party", "about"),
    [
        (Party(PartyKind.RELYING_PARTY, "app-1"), "relying_party app-1"),
        (Party(PartyKind.MEMBER, "https://gd.example"), "member https://gd.example"),
        (Party(PartyKind.PERSON, "0198-secret"), "person"),
        (Party(PartyKind.ORGANISATION, "0198-secret"), "organisation"),
        (RowStanding("session", "0198-secret", ended=True), "session"),
    ],
)
def test_who_may_not_act_is_named_unless_it_is_a_person(
    party: Party | RowStanding, about: str
) -> None:
    with pytest.raises(Refused) as caught:
        _refused_for(party)
    fault = fault_of(caught.value)
    assert fault == Fault(f"{HERE}._refused_for", about)


def _refused_for(party: Party | RowStanding) -> None:
    raise Refused from NotInGoodStanding(party)


def test_a_rule_that_is_gone_says_nothing() -> None:
    assert function_named(f"{HERE}.no_longer_here") is None
    assert described("no.such.module.rule") == ""


def test_an_event_says_its_fault_and_no_more_than_that() -> None:
    told = _written(Event(fault=Fault("a.b", "code")))
    assert told["fault"] == {"rule": "a.b", "about": "code"}
    assert _written(Event(fault=Fault("a.b")))["fault"] == {"rule": "a.b"}
    assert "fault" not in _written(Event())


def _written(event: Event) -> dict[str, object]:
    at, identifier = datetime(2026, 11, 27, tzinfo=UTC), EventId(UUID(int=1))
    return dict(envelope(event, identifier=identifier, at=at, reference=None))
