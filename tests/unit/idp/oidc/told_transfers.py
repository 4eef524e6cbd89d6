"""What is recorded of visitors who are handed over, member by member."""

import json
from dataclasses import replace
from typing import Final

from idp.oidc.domain.transfers import Transfer
from idp.oidc.events import (
    TransferArrived,
    TransferIssued,
    TransferLeft,
    TransferMatched,
    TransferRedeemed,
    TransferReplayed,
)
from idp.oidc.store import SqlTransfers
from kernel.assurance import Level
from kernel.events import Levels, Outcome
from kernel.ids import InteractionId
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    NEXT,
    a_next,
    a_ticket,
    agreed,
    arrive,
    came_back,
    let_hand_over,
    redeemed,
    visiting,
)
from tests.unit.idp.oidc.house import PORTAL, House, interaction_of
from tests.unit.idp.oidc.telling import grant_by, known_as, walks
from tests.unit.idp.oidc.test_introspection import grant_of
from tests.unit.idp.oidc.test_number_match import Meeting


class WithPair(House):
    """A house where one portal may hand its visitors over to another."""

    def opened(self) -> "WithPair":
        """Register the second portal, once the first is there."""
        self.register(a_next())
        let_hand_over(self)
        return self

    def transfer(self, ticket: str) -> Transfer:
        """Return what a ticket stands for."""
        found = SqlTransfers(self.db).by_ticket(Secret(ticket).digest())
        assert found is not None
        return found


def a_ticket_is_issued(house: WithPair) -> TransferIssued:
    """RFC 8693 §2.2: who hands whom over to whom, at which level, after how many hops."""
    _, person, token = visiting(house.opened())
    ticket = a_ticket(house, token)
    (session,) = house.session.sessions.sessions_of(person.id)
    return TransferIssued(
        relying_party=PORTAL,
        subject=known_as(house, person),
        levels=Levels(delivered=Level.REAL_NAME),
        transfer=str(house.transfer(ticket).id),
        grant=grant_of(house, token).id,
        session=session.id,
        target=NEXT,
        hops=1,
    )


def a_visitor_arrives_at_home(house: WithPair) -> TransferArrived:
    """RFC 8693 §2.1: in the browser that is signed in no number is needed."""
    browser, person, token = visiting(house.opened())
    ticket = a_ticket(house, token)
    (session,) = house.session.sessions.sessions_of(person.id)
    reply = arrive(browser, ticket)
    return TransferArrived(
        relying_party=NEXT,
        subject=known_as(house, person),
        interaction=InteractionId(interaction_of(reply)),
        transfer=str(house.transfer(ticket).id),
        session=session.id,
        kind="not_needed",
    )


def a_visitor_arrives_elsewhere(house: WithPair) -> TransferArrived:
    """RFC 8693 §2.1: in another browser a number is waited for."""
    meeting = Meeting(house.opened())
    (session,) = house.session.sessions.sessions_of(meeting.person.id)
    interaction = InteractionId(interaction_of(meeting.reply))
    (waiting,) = SqlTransfers(house.db).waiting_of(session.id)
    return TransferArrived(
        relying_party=NEXT,
        subject=known_as(house, meeting.person),
        interaction=interaction,
        transfer=str(waiting.id),
        session=session.id,
        kind="waiting",
    )


def matched(house: WithPair, meeting: Meeting) -> TransferMatched:
    """Return what is recorded of the number that waits in a meeting."""
    (session,) = house.session.sessions.sessions_of(meeting.person.id)
    (waiting,) = SqlTransfers(house.db).waiting_of(session.id)
    return TransferMatched(
        relying_party=NEXT,
        subject=known_as(house, meeting.person),
        interaction=InteractionId(interaction_of(meeting.reply)),
        transfer=str(waiting.id),
        session=session.id,
    )


def the_number_is_picked(house: WithPair) -> TransferMatched:
    """RFC 8628 §5.4: that the person matched the browser, and which."""
    meeting = Meeting(house.opened())
    expected = matched(house, meeting)
    meeting.pick(meeting.number)
    return expected


def another_number_is_picked(house: WithPair) -> TransferMatched:
    """RFC 8628 §5.4: that the person said no."""
    meeting = Meeting(house.opened())
    expected = replace(
        matched(house, meeting), outcome=Outcome.REFUSED, reason="access_denied"
    )
    meeting.pick("99" if meeting.number != "99" else "98")
    return expected


def the_door_is_left(house: WithPair) -> TransferLeft:
    """RFC 8628 §5.4: that nobody came in, and which ticket is over."""
    meeting = Meeting(house.opened())
    expected = matched(house, meeting)
    meeting.leave()
    return TransferLeft(
        relying_party=NEXT,
        subject=expected.subject,
        interaction=expected.interaction,
        transfer=expected.transfer,
        session=expected.session,
        outcome=Outcome.REFUSED,
        reason="access_denied",
    )


def a_visitor_is_let_in(house: WithPair) -> TransferRedeemed:
    """RFC 8693 §2.1: which grant came of which, by which ticket, in which session."""
    browser, person, token = visiting(house.opened())
    ticket = a_ticket(house, token)
    (session,) = house.session.sessions.sessions_of(person.id)
    code = came_back(agreed(browser, arrive(browser, ticket), session))["code"]
    assert "access_token" in json.loads(redeemed(house, code).body)
    return TransferRedeemed(
        relying_party=NEXT,
        subject=known_as(house, person),
        levels=Levels(delivered=Level.REAL_NAME),
        transfer=str(house.transfer(ticket).id),
        grant=grant_by(house, code).id,
        parent=grant_of(house, token).id,
        session=session.id,
        hops=1,
    )


def a_ticket_comes_twice(house: WithPair) -> TransferReplayed:
    """RFC 6749 §4.1.2: whose ticket it was, to whom, and that all of it has ended."""
    browser, person, token = visiting(house.opened())
    ticket = a_ticket(house, token)
    arrive(browser, ticket)
    arrive(browser, ticket)
    return TransferReplayed(
        relying_party=NEXT,
        subject=known_as(house, person),
        transfer=str(house.transfer(ticket).id),
        outcome=Outcome.REFUSED,
        reason="transfer_ticket_replayed",
    )


WALKS: Final = walks(
    WithPair,
    (
        a_ticket_is_issued,
        a_visitor_arrives_at_home,
        a_visitor_arrives_elsewhere,
        the_number_is_picked,
        another_number_is_picked,
        the_door_is_left,
        a_visitor_is_let_in,
        a_ticket_comes_twice,
    ),
)
