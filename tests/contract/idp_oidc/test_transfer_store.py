"""What the issuer promises of transfer tickets, on both engines."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.oidc.domain.transfers import Match, Transfer, TransferId
from idp.oidc.ports import TransferStore
from idp.oidc.store import SqlGrants, SqlTransfers
from kernel.assurance import Level
from kernel.ids import ClientId, GrantId, InteractionId, PersonId, SessionId
from kernel.infra.db import Database, create_all
from kernel.secret import Secret
from tests.contract.idp_oidc.test_grant_stores import CODE, NOW, a_grant, winners

TICKET = Secret("t" * 43).digest()
HERE = SessionId(UUID(int=3))
ONE = Transfer(
    id=TransferId(UUID(int=1)),
    origin=ClientId("portal-44"),
    audience=ClientId("portal-51"),
    parent=GrantId(UUID(int=5)),
    session=HERE,
    person=PersonId(UUID(int=2)),
    level=Level.REAL_NAME,
    hops=2,
    issued_at=NOW,
    expires_at=NOW + timedelta(seconds=60),
)
DOOR = InteractionId(UUID(int=7))
CHILD = GrantId(UUID(int=8))


@pytest.fixture
def transfers(database: Database) -> TransferStore:
    create_all(database)
    store = SqlTransfers(database)
    store.add(ONE, TICKET)
    return store


def test_a_transfer_is_found_by_its_ticket_and_its_name_as_it_was(
    transfers: TransferStore,
) -> None:
    assert transfers.by_ticket(TICKET) == ONE
    assert transfers.find(ONE.id) == ONE
    assert transfers.by_ticket(Secret("u" * 43).digest()) is None


def test_of_many_browsers_with_one_ticket_one_is_let_in(transfers: TransferStore) -> None:
    def redeem(number: int) -> bool:
        door = InteractionId(UUID(int=number + 1))
        return transfers.redeem(ONE.id, door, Match.WAITING, NOW)

    assert winners(redeem) == 1
    found = transfers.find(ONE.id)
    assert found is not None
    assert (found.redeemed_at, found.match) == (NOW, Match.WAITING)


def test_a_number_is_matched_once_and_only_where_one_is_waited_for(
    transfers: TransferStore,
) -> None:
    assert not transfers.matched(ONE.id)
    transfers.redeem(ONE.id, DOOR, Match.WAITING, NOW)
    assert [one.id for one in transfers.waiting_of(HERE)] == [ONE.id]
    assert winners(lambda _: transfers.matched(ONE.id)) == 1
    assert transfers.waiting_of(HERE) == ()


def test_a_transfer_leads_to_one_grant_whose_hops_are_known(
    transfers: TransferStore,
) -> None:
    assert transfers.hops_to(CHILD) == 0
    assert winners(lambda n: transfers.led_to(ONE.id, GrantId(UUID(int=n + 8)))) == 1
    found = transfers.find(ONE.id)
    assert found is not None
    assert found.child is not None
    assert transfers.hops_to(found.child) == 2


def test_what_was_ended_leads_to_nothing_and_tells_what_it_had_led_to(
    transfers: TransferStore,
) -> None:
    other = replace(ONE, id=TransferId(UUID(int=2)))
    transfers.add(other, Secret("v" * 43).digest())
    assert transfers.led_to(other.id, CHILD)
    ended = transfers.end(other.id, NOW)
    assert ended is not None
    assert ended.child == CHILD
    assert transfers.end(other.id, NOW) is None

    transfers.redeem(ONE.id, DOOR, Match.WAITING, NOW)
    assert transfers.end(ONE.id, NOW) is not None
    assert not transfers.led_to(ONE.id, GrantId(UUID(int=9)))
    assert not transfers.matched(ONE.id)
    assert transfers.waiting_of(HERE) == ()


def enter(database: Database) -> Transfer:
    """Let a browser in by its number; return the transfer, which led to a grant."""
    child = replace(a_grant(8), parent=ONE.parent)
    SqlGrants(database).add(child, CODE)
    transfers = SqlTransfers(database)
    transfers.redeem(ONE.id, DOOR, Match.WAITING, NOW)
    assert transfers.matched(ONE.id)
    assert transfers.led_to(ONE.id, CHILD)
    return replace(ONE, redeemed_at=NOW, interaction=DOOR, match=Match.MATCHED, child=CHILD)


def test_who_was_let_in_is_found_by_what_its_audience_calls_the_session(
    database: Database, transfers: TransferStore
) -> None:
    expected = enter(database)
    assert transfers.let_in(ONE.audience, "sid-1") == (expected,)
    assert transfers.let_in(ONE.audience, "sid-2") == ()
    assert transfers.let_in(ONE.origin, "sid-1") == ()
    assert transfers.end(ONE.id, NOW) is not None
    assert transfers.let_in(ONE.audience, "sid-1") == ()


def test_whose_grant_was_revoked_is_let_in_no_more(
    database: Database, transfers: TransferStore
) -> None:
    enter(database)
    assert SqlGrants(database).end(CHILD, NOW, "revoked")
    assert transfers.let_in(ONE.audience, "sid-1") == ()


def test_who_is_at_home_was_not_let_in(
    database: Database, transfers: TransferStore
) -> None:
    SqlGrants(database).add(replace(a_grant(8), parent=ONE.parent), CODE)
    transfers.redeem(ONE.id, DOOR, Match.NOT_NEEDED, NOW)
    assert transfers.led_to(ONE.id, CHILD)
    assert transfers.let_in(ONE.audience, "sid-1") == ()


def test_old_transfers_are_forgotten(transfers: TransferStore) -> None:
    assert transfers.forget_before(NOW) == 0
    assert transfers.forget_before(NOW + timedelta(minutes=2)) == 1
    assert transfers.find(ONE.id) is None
