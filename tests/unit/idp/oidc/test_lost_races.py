"""Whoever comes second at the same moment: refused, told of, and nothing of it stays."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.consent.errors import NoticeDiffers
from idp.oidc.domain.issuer import Issuer
from idp.oidc.errors import (
    CodeReplayed,
    InteractionNotYours,
    PushedRequestUsed,
    RefreshTokenReused,
    TransferTicketReplayed,
    TransferUnknown,
)
from idp.oidc.events import CodeReplayed as ReplaySeen
from idp.oidc.events import RefreshTokenReused as ReuseSeen
from idp.oidc.events import TransferArrived, TransferMatched, TransferReplayed
from idp.oidc.flows.answer_once import AnswerOnce
from idp.oidc.flows.handover import Arriving
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.redeeming import RedeemOnce
from idp.oidc.flows.refresh_family import RefreshFamily
from idp.oidc.store import (
    SqlGrants,
    SqlPending,
    SqlPushed,
    SqlRefreshTokens,
    SqlTransfers,
)
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import a_next, a_ticket, let_hand_over
from tests.unit.idp.oidc.house import (
    ISSUER,
    Browser,
    House,
    exchange,
)
from tests.unit.idp.oidc.telling import grant_by, grant_named
from tests.unit.idp.oidc.test_flows_alone import handover, matching
from tests.unit.idp.oidc.test_kept_whole import interaction, pushed
from tests.unit.idp.oidc.test_number_match import Meeting
from tests.unit.idp.oidc.whole import Citizen, code_of, portal


def later(house: House) -> None:
    """Let some time go by."""
    house.around.clock.advance(timedelta(seconds=5))


@pytest.mark.spec("RFC 6749 §10.5")
def test_of_two_that_redeem_a_code_the_second_ends_the_grant(house: House) -> None:
    portal(house)
    code = code_of(Citizen(house))
    grant, digest = grant_by(house, code), Secret(code).digest()
    once = RedeemOnce(SqlGrants(house.db), house.people.people, house.around.trail)
    later(house)
    now = house.around.clock()
    once.came_first(grant, now)
    once.once(digest, grant, now)
    assert grant_named(house, grant.id) == replace(grant, redeemed_at=now)
    later(house)
    with pytest.raises(CodeReplayed):
        once.once(digest, grant, house.around.clock())
    assert grant_named(house, grant.id) == replace(
        grant, redeemed_at=now, ended_at=house.around.clock()
    )
    assert len(house.around.trail.of(ReplaySeen)) == 1


def family(house: House) -> RefreshFamily:
    """Return what hands refresh tokens out and takes them."""
    around = house.around
    issuing = TokenIssuer(Issuer(ISSUER), house.signer, around.clock, around.entropy)
    tokens, grants = SqlRefreshTokens(house.db), SqlGrants(house.db)
    return RefreshFamily(tokens, grants, issuing, house.people.people, around.trail)


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_of_two_that_refresh_the_second_ends_the_family(house: House) -> None:
    portal(house)
    grant = grant_by(house, code_of(Citizen(house)))
    once, now = family(house), house.around.clock()
    token = once.next(grant, now).digest()
    once.use_once(token, grant, now)
    assert grant_named(house, grant.id) == grant
    later(house)
    with pytest.raises(RefreshTokenReused):
        once.use_once(token, grant, house.around.clock())
    ended = replace(grant, ended_at=house.around.clock())
    assert grant_named(house, grant.id) == ended
    assert len(house.around.trail.of(ReuseSeen)) == 1


@pytest.mark.spec("RFC 9126 §7.3")
def test_of_two_answers_to_a_request_there_is_one(house: House) -> None:
    once = AnswerOnce(SqlPending(house.db), SqlPushed(house.db))
    now = house.around.clock()
    first = interaction(house, Browser(house).authorize()).id
    once.take(first, None, now)
    with pytest.raises(InteractionNotYours):
        once.take(first, None, now)
    uri = Secret(str(pushed(house)["request_uri"])).digest()
    second = interaction(house, Browser(house).authorize()).id
    once.take(second, uri, now)
    found = SqlPushed(house.db).find(uri)
    assert found is not None
    assert found.used_at == now
    third = interaction(house, Browser(house).authorize()).id
    with pytest.raises(PushedRequestUsed):
        once.take(third, uri, now)


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_of_two_that_come_with_a_ticket_the_second_ends_it(house: House) -> None:
    house.register(a_next())
    let_hand_over(house)
    citizen = Citizen(house)
    plain = dict.fromkeys(("claims", "dpop_jkt", "resource"))
    got = json.loads(exchange(house, code_of(citizen, **plain)).body)
    ticket = a_ticket(house, got["access_token"])
    store = SqlTransfers(house.db)
    found = store.by_ticket(Secret(ticket).digest())
    assert found is not None
    arriving = Arriving(found, citizen.session)
    begun = interaction(house, citizen.browser.authorize(prompt="login"))
    handover(house).use_up(arriving, begun, at_home=True)
    later(house)
    with pytest.raises(TransferTicketReplayed):
        handover(house).use_up(arriving, begun, at_home=True)
    ended = store.find(found.id)
    assert ended is not None
    assert ended.ended_at == house.around.clock()
    assert len(house.around.trail.of(TransferArrived)) == 1
    assert len(house.around.trail.of(TransferReplayed)) == 1


def test_a_number_that_was_picked_beside_no_notice_agrees_to_nothing(
    house: House,
) -> None:
    house.register(a_next())
    let_hand_over(house)
    meeting = Meeting(house)
    (session,) = house.session.sessions.sessions_of(meeting.person.id)
    (asked,) = matching(house).asked_of(session)
    named, number = asked.transfer.id, asked.transfer.number
    with pytest.raises(NoticeDiffers):
        matching(house).pick(session, named, number, None)
    assert house.around.trail.of(TransferMatched) == []
    assert asked.notice is not None
    shown = asked.notice.digest()
    assert matching(house).pick(session, named, number, shown) is True
    with pytest.raises(TransferUnknown):
        matching(house).pick(session, named, number, shown)
    assert len(house.around.trail.of(TransferMatched)) == 1
