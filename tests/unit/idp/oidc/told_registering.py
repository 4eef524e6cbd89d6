"""What is recorded of clients that enter themselves, member by member."""

from typing import Any, Final

from idp.oidc.events import (
    ClientEnteredItself,
    MemberRegistered,
    OwnRecordChanged,
    OwnRecordRefused,
    RegistrationRefused,
    RegistrationTicketEnded,
    RegistrationTicketIssued,
)
from kernel.events import Fault, Outcome
from kernel.ids import ClientId, Pseudonym
from tests.unit.federation.world import ANCHOR
from tests.unit.idp.oidc.joined import RP, Joined
from tests.unit.idp.oidc.telling import Walk, walks
from tests.unit.idp.oidc.test_dynamic_registration import (
    OpenHouse,
    TicketHouse,
    a_ticket,
    entered,
    operate,
    register,
)
from tests.unit.idp.oidc.test_explicit_registration import a_configuration, post
from tests.unit.idp.oidc.test_own_record import a_change, manage


def a_member_registers(joined: Joined) -> MemberRegistered:
    """OpenID Federation 1.0 §12.2.2: who registered, by which chain."""
    assert post(joined, a_configuration(joined)).status == 200
    return MemberRegistered(relying_party=ClientId(RP), path=(RP, ANCHOR))


def a_member_is_turned_away(joined: Joined) -> RegistrationRefused:
    """OpenID Federation 1.0 §12.2.2: why; who it was is not believed."""
    other = a_configuration(joined, aud="https://other.example")
    assert post(joined, other).status == 400
    return RegistrationRefused(
        outcome=Outcome.REFUSED,
        reason="registration_not_for_us",
        fault=Fault("idp.oidc.checks.openid_federation.addressed_to"),
    )


def a_client_enters_itself(house: OpenHouse) -> ClientEnteredItself:
    """RFC 7591 §3: who came in by the open door."""
    said = entered(register(house))
    return ClientEnteredItself(relying_party=ClientId(said["client_id"]), origin="open")


def a_client_enters_by_a_ticket(house: TicketHouse) -> ClientEnteredItself:
    """RFC 7591 §3: who came in by a ticket."""
    said = entered(register(house, a_ticket(house)))
    return ClientEnteredItself(relying_party=ClientId(said["client_id"]), origin="token")


def a_client_is_not_let_in(house: TicketHouse) -> OwnRecordRefused:
    """RFC 7591 §3.2.2: why; who it was nobody knows yet."""
    assert register(house).status == 401
    return OwnRecordRefused(
        outcome=Outcome.REFUSED,
        reason="registration_token_missing",
        fault=Fault("idp.oidc.flows.admission.Admission.look"),
    )


def a_client_replaces_its_record(house: OpenHouse) -> OwnRecordChanged:
    """RFC 7592 §2.2: who changed what is kept of it."""
    said = entered(register(house))
    assert manage(house, "PUT", said, **a_change(said)).status == 200
    return OwnRecordChanged(relying_party=ClientId(said["client_id"]), action="replace")


def a_client_ends_its_record(house: OpenHouse) -> OwnRecordChanged:
    """RFC 7592 §2.3: who retired itself."""
    said = entered(register(house))
    assert manage(house, "DELETE", said).status == 204
    return OwnRecordChanged(relying_party=ClientId(said["client_id"]), action="end")


def a_record_is_not_opened(house: OpenHouse) -> OwnRecordRefused:
    """RFC 7592 §2: whose record was to be opened, and why it stayed closed."""
    said = entered(register(house))
    assert manage(house, "GET", said, "guess").status == 401
    return OwnRecordRefused(
        relying_party=ClientId(said["client_id"]),
        outcome=Outcome.REFUSED,
        reason="registration_token_refused",
        fault=Fault("idp.oidc.flows.own_record.Opening.__call__"),
    )


def an_operator_hands_a_ticket_out(house: TicketHouse) -> RegistrationTicketIssued:
    """RFC 7591 §3: which operator let how many in."""
    a_ticket(house, uses=3)
    return RegistrationTicketIssued(actor=Pseudonym("operator-1"), count=3)


def an_operator_takes_a_ticket_back(house: TicketHouse) -> RegistrationTicketEnded:
    """RFC 7591 §3: which operator took it back."""
    named = {"registration_token": a_ticket(house)}
    assert operate(house, "/api/v1/registration-tokens/revoke", named).status == 204
    return RegistrationTicketEnded(actor=Pseudonym("operator-1"))


WALKS: Final[tuple[Walk[Any], ...]] = (
    *walks(Joined, (a_member_registers, a_member_is_turned_away)),
    *walks(
        OpenHouse,
        (
            a_client_enters_itself,
            a_client_replaces_its_record,
            a_client_ends_its_record,
            a_record_is_not_opened,
        ),
    ),
    *walks(
        TicketHouse,
        (
            a_client_enters_by_a_ticket,
            a_client_is_not_let_in,
            an_operator_hands_a_ticket_out,
            an_operator_takes_a_ticket_back,
        ),
    ),
)
