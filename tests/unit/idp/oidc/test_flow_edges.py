"""Where a flow's yes ends and its no begins: to the second, and to the last of a count."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.registering import Ticket
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import (
    ClientMetadataRefused,
    TokenRefused,
    TooManyUserCodes,
    UserCodeUnknown,
)
from idp.oidc.events import RegistrationTicketIssued, UserCodesGuessed
from idp.oidc.flows.admission import Tickets
from idp.oidc.flows.client_keys import KeysOfClients
from idp.oidc.flows.denying import DeniedTokens
from idp.oidc.flows.once import Once
from idp.oidc.flows.opaque import OpaqueAccess
from idp.oidc.store import SqlAccess, SqlTickets
from kernel.clock import epoch_seconds
from kernel.ids import Pseudonym
from kernel.proof.jose import CLIENT_ASSERTION, verify
from kernel.secret import Digest, Secret
from tests.unit.idp.oidc.house import ISSUER, House, exchange
from tests.unit.idp.oidc.test_client_keys import NEW, OLD, World, a_client, signed_by
from tests.unit.idp.oidc.test_grant_rules import _codes
from tests.unit.idp.oidc.whole import Citizen, code_of, portal
from tests.unit.idp.people.fakes import NOW

SECOND = timedelta(seconds=1)
OPERATOR = Pseudonym("operator-1")


def tickets(house: House) -> Tickets:
    """Return what operators hand tickets out by."""
    around, work = house.around, house.db.unit_of_work()
    return Tickets(SqlTickets(house.db), around.trail, work, around.clock, around.entropy)


@pytest.mark.spec("RFC 7591 §1.2")
@pytest.mark.parametrize(
    ("uses", "lifetime"),
    [
        (1, timedelta(minutes=1)),
        (10_000, timedelta(days=365)),
    ],
)
def test_a_ticket_may_have_this_many_uses_and_this_long_a_life(
    house: House, uses: int, lifetime: timedelta
) -> None:
    ticket, text = tickets(house).issue(uses, lifetime, actor=OPERATOR)
    now = house.around.clock()
    assert len(text.reveal()) == 43
    assert ticket == Ticket(
        digest=text.digest(),
        issued_by=OPERATOR,
        issued_at=now,
        expires_at=now + lifetime,
        uses_left=uses,
    )
    assert SqlTickets(house.db).holds(text.digest(), now + lifetime - SECOND)
    assert not SqlTickets(house.db).holds(text.digest(), now + lifetime)


@pytest.mark.spec("RFC 7591 §1.2")
@pytest.mark.parametrize(
    ("uses", "lifetime"),
    [
        (0, timedelta(days=1)),
        (10_001, timedelta(days=1)),
        (1, timedelta(seconds=59)),
        (1, timedelta(days=365) + SECOND),
    ],
)
def test_no_ticket_has_more(house: House, uses: int, lifetime: timedelta) -> None:
    with pytest.raises(ClientMetadataRefused):
        tickets(house).issue(uses, lifetime, actor=OPERATOR)
    assert house.around.trail.of(RegistrationTicketIssued) == []


@pytest.mark.spec("OIDC Core §10.1.1")
def test_keys_are_read_again_after_a_quarter_of_an_hour_and_not_before() -> None:
    world = World()
    world.served.page = OLD.keys.to_jwks()
    world.port.of(a_client())
    world.clock.advance(KeysOfClients.AGE - SECOND)
    world.port.of(a_client())
    assert world.served.asked == 1
    world.clock.advance(SECOND)
    world.port.of(a_client())
    assert world.served.asked == 2


@pytest.mark.spec("OIDC Core §10.1.1")
def test_an_unknown_key_is_looked_for_once_a_minute() -> None:
    world = World()
    world.served.page = OLD.keys.to_jwks()
    world.port.for_token(a_client(), signed_by("new"))
    asked = world.served.asked
    world.clock.advance(KeysOfClients.BACK_OFF - SECOND)
    world.port.for_token(a_client(), signed_by("new"))
    assert world.served.asked == asked
    world.clock.advance(SECOND)
    world.port.for_token(a_client(), signed_by("new"))
    assert world.served.asked == asked + 1


@pytest.mark.spec("OIDC Core §10.1.1")
def test_what_was_read_last_stays_where_the_record_at_hand_is_older() -> None:
    world = World()
    world.served.page = NEW.keys.to_jwks()
    assert world.port.of(a_client()) == NEW.keys
    world.served.page = None
    world.clock.advance(KeysOfClients.AGE)
    assert world.port.of(a_client()) == NEW.keys
    assert world.served.asked == 2


@dataclass
class Noted:
    """A store that notes until when what was used is remembered."""

    until: list[datetime] = field(default_factory=list)
    names: list[Digest] = field(default_factory=list)

    def use(self, name: Digest, until: datetime) -> bool:
        self.names.append(name)
        self.until.append(until)
        return True

    def forget_before(self, instant: datetime) -> int:
        raise AssertionError(instant)


def signed(**claims: object) -> Signed:
    """Return what the application signed."""
    token = OLD.token(OLD.header("JWT"), claims)
    return Signed(
        claims=verify(token, OLD.keys, CLIENT_ASSERTION),
        client=a_client(),
        beside={},
        issuer=Issuer(ISSUER),
        now=NOW,
    )


@pytest.mark.spec("RFC 7519 §4.1.7")
def test_what_is_used_once_is_remembered_a_little_longer_than_it_counts() -> None:
    store = Noted()
    once = Once(store)
    assert once.is_first("a name", NOW)
    assert once.is_first_use("a kind", signed(jti="j-1", exp=epoch_seconds(NOW) + 60))
    assert once.is_first_use("a kind", signed(jti="j-1"))
    assert store.until == [
        NOW + timedelta(minutes=2),
        NOW + timedelta(minutes=3),
        NOW + timedelta(hours=1, minutes=2),
    ]
    assert store.names == [
        Secret("a name").digest(),
        *[Secret("a kind\napp-1\nj-1").digest()] * 2,
    ]


@pytest.mark.spec("RFC 7519 §4.1.7")
def test_what_has_no_name_is_never_a_second() -> None:
    store = Noted()
    assert Once(store).is_first_use("a kind", signed(exp=epoch_seconds(NOW)))
    assert store.names == []


@pytest.mark.spec("RFC 7009 §2.2")
def test_a_token_taken_back_is_remembered_a_little_longer_than_it_counts(
    house: House,
) -> None:
    store = SqlAccess(house.db)
    claims = {"jti": "t-1", "exp": epoch_seconds(NOW) + 300}
    assert DeniedTokens(store).deny(claims)
    assert not DeniedTokens(store).deny(claims)
    ends = NOW + timedelta(minutes=7)
    store.forget_before(ends)
    with pytest.raises(TokenRefused):
        DeniedTokens(store).must_not_name(claims)
    store.forget_before(ends + SECOND)
    DeniedTokens(store).must_not_name(claims)
    DeniedTokens(store).must_not_name({"jti": "t-2"})


@pytest.mark.spec("RFC 6750 §5.2")
@pytest.mark.parametrize(("length", "detail"), [(1024, "unknown"), (1025, "long")])
def test_what_is_too_long_for_a_name_of_ours_is_not_looked_up(
    house: House, length: int, detail: str
) -> None:
    with pytest.raises(TokenRefused) as caught:
        OpaqueAccess(SqlAccess(house.db)).shown("x" * length)
    assert caught.value.detail == detail


@pytest.mark.spec("RFC 8628 §5.1")
def test_ten_wrong_user_codes_are_heard_and_one_event_tells_of_more(house: House) -> None:
    codes = _codes(house)

    def typed() -> type[Exception]:
        with pytest.raises((UserCodeUnknown, TooManyUserCodes)) as caught:
            codes.waiting("BBBBBBBB", "192.0.2.1")
        return caught.type

    assert [typed() for _ in range(13)] == [
        *[UserCodeUnknown] * 10,
        *[TooManyUserCodes] * 3,
    ]
    assert len(house.around.trail.of(UserCodesGuessed)) == 1
    house.around.clock.advance(timedelta(minutes=10, seconds=1))
    assert typed() is UserCodeUnknown


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_refresh_token_ends_at_its_second(house: House) -> None:
    portal(house)
    citizen = Citizen(house)
    plain = dict.fromkeys(("dpop_jkt", "resource"))
    got = json.loads(exchange(house, code_of(citizen, **plain)).body)

    def refreshed(token: str) -> dict[str, Any]:
        reply = house.token(grant_type="refresh_token", refresh_token=token)
        read: dict[str, Any] = json.loads(reply.body)
        return read

    house.around.clock.advance(timedelta(hours=8) - SECOND)
    fresh = refreshed(got["refresh_token"])
    house.around.clock.advance(timedelta(hours=8))
    assert refreshed(fresh["refresh_token"])["error"] == "invalid_grant"
