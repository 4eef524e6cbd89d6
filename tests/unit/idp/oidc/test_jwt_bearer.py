"""The JWT bearer grant: whom a provider vouches for, and when it is not believed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idp.broker.domain import TrustedProvider
from idp.clients.domain import GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.oidc.events import AssertionRedeemed
from idp.oidc.ports import TrustedIssuers
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.ids import ClientId
from kernel.proof.jose import JwsProfile, VerifiedClaims
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.federation.world import PLATFORM
from tests.unit.idp.broker.house import House as Broker
from tests.unit.idp.oidc.house import ISSUER, House, a_portal, claims_of
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_ending import follow
from tests.unit.idp.oidc.test_introspection import told
from tests.unit.idp.oidc.test_revocation import userinfo
from tests.unit.kernel.proof.signers import signer

BATCH = ClientId("batch-1")
GRANT = GrantType.JWT_BEARER.value
SUBJECT = "gd-1001"
_count = iter(range(1_000_000))


def a_batch_client(**bent: object) -> ClientBody:
    facet = OidcBody(grant_types=(GrantType.JWT_BEARER,), scopes=("openid", "profile"))
    said = a_portal(client_id=BATCH, claims=(), oidc=facet)
    return replace(said, **bent)  # type: ignore[arg-type]  # tests bend one member


@pytest.fixture
def province(house: House, tmp_path: Path) -> Iterator[Broker]:
    """Stand a broker beside the issuer that trusts one province."""
    broker = Broker(f"sqlite:///{tmp_path}/broker.db")
    house.vouches.beside = broker.room.vouches
    house.register(a_batch_client())
    issuer = broker.entity
    house.people.people.link(issuer, SUBJECT, name="张三")
    yield broker
    broker.close()


def assertion(house: House, broker: Broker, **bent: object) -> str:
    """Return an assertion; ``typ`` and ``kid`` are of its header, ``key`` signs it."""
    now = epoch_seconds(house.around.clock())
    said: dict[str, object] = {
        "iss": broker.upstream.issuer,
        "sub": SUBJECT,
        "aud": ISSUER,
        "client_id": BATCH,
        "iat": now,
        "exp": now + 120,
        "jti": f"g-{next(_count)}",
        "acr": Level.REAL_NAME.acr,
        **bent,
    }
    key: Any = said.pop("key", broker.upstream.key)
    head = {**key.header(str(said.pop("typ", "authorization-grant+jwt")))}
    kept = {name: value for name, value in said.items() if value is not None}
    signed: str = key.token(head, kept)
    return signed


def ask(house: House, signed: str, **bent: str) -> Reply:
    return house.token(BATCH, grant_type=GRANT, assertion=signed, **bent)


def refused(house: House, reply: Reply, error: str = "invalid_grant") -> None:
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (400, error), said
    assert "access_token" not in said
    assert house.around.trail.of(AssertionRedeemed) == []
    assert rows_of(house, "oidc_grant") == 0


@pytest.mark.spec("RFC 7523 §2.1")
def test_a_provider_vouches_for_its_person(house: House, province: Broker) -> None:
    reply = ask(house, assertion(house, province))
    said = json.loads(reply.body)
    assert reply.status == 200, said
    assert "refresh_token" not in said
    assert "id_token" not in said
    claims = claims_of(said["access_token"])
    assert (claims["client_id"], claims["acr"]) == (BATCH, Level.REAL_NAME.acr)
    assert said["expires_in"] == 120
    (event,) = house.around.trail.of(AssertionRedeemed)
    assert event.provider == province.upstream.issuer
    assert event.levels is not None
    assert event.levels.delivered == Level.REAL_NAME
    assert told(house, said["access_token"], BATCH)["active"] is True


@dataclass
class Watched:
    """Notes whether a unit of work was open when a provider's keys were asked for."""

    house: House
    vouches: TrustedIssuers
    seen: list[bool] = field(default_factory=list)

    def vouched(
        self, assertion: str, profile: JwsProfile
    ) -> tuple[TrustedProvider, VerifiedClaims]:
        self.seen.append(self.house.db.in_unit_of_work)
        return self.vouches.vouched(assertion, profile)


@pytest.mark.spec("ADR 29")
def test_nobody_waits_for_a_database_while_a_provider_is_asked_for_its_keys(
    house: House, province: Broker
) -> None:
    watched = Watched(house, province.room.vouches)
    house.vouches.beside = watched
    assert ask(house, assertion(house, province)).status == 200
    assert watched.seen == [False]


def test_nothing_about_the_person_is_told(house: House, province: Broker) -> None:
    said = json.loads(ask(house, assertion(house, province)).body)
    headers = {"authorization": f"Bearer {said['access_token']}"}
    about = json.loads(house.call("GET", "/oidc/userinfo", headers=headers).body)
    assert list(about) == ["sub"]


@pytest.mark.spec("RFC 7523 §3")
def test_no_word_is_worth_more_than_its_chain(house: House, province: Broker) -> None:
    signed = assertion(house, province, acr="urn:trusthub:loa:4")
    said = json.loads(ask(house, signed).body)
    assert claims_of(said["access_token"])["acr"] < "urn:trusthub:loa:4"


BENT: dict[str, dict[str, object]] = {
    "another audience": {"aud": "https://elsewhere.example"},
    "an audience beside us": {"aud": [ISSUER, "https://elsewhere.example"]},
    "no audience": {"aud": None},
    "another client": {"client_id": "portal-51"},
    "no client": {"client_id": None},
    "somebody unknown": {"sub": "gd-9999"},
    "nobody": {"sub": None},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "no name": {"jti": None},
    "an unknown issuer": {"iss": "https://unknown.example"},
    "no issuer": {"iss": None},
    "the type of an ID token": {"typ": "JWT"},
    "the type of an access token": {"typ": "at+jwt"},
    "a stranger's key of the same name": {"key": signer("ES384", "op-1")},
    "a stranger's key": {"key": signer(kid="other")},
}


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.parametrize("bent", BENT.values(), ids=BENT.keys())
def test_a_bent_assertion_gives_nothing(
    house: House, province: Broker, bent: dict[str, object]
) -> None:
    refused(house, ask(house, assertion(house, province, **bent)))


TIMES = {
    "over": (-400, -200),
    "over a minute ago": (-100, -59),
    "over now": (-100, 0),
    "without a second left": (-100, 0.5),
    "too long": (0, 3600),
    "ahead": (300, 400),
    "more than a minute ahead": (61, 200),
    "over before it begins": (50, 40),
}


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.parametrize(("begins", "ends"), TIMES.values(), ids=TIMES.keys())
def test_an_assertion_out_of_its_time_gives_nothing(
    house: House, province: Broker, begins: int, ends: float
) -> None:
    now = epoch_seconds(house.around.clock())
    times = {"iat": now + begins, "exp": now + ends}
    for bent in (times, {**times, "nbf": now + begins}):
        refused(house, ask(house, assertion(house, province, **bent)))


@pytest.mark.spec("RFC 6749 §5.1")
@pytest.mark.parametrize(("begins", "ends"), [(-100, 1), (-200, 100), (60, 200)])
def test_what_an_assertion_gives_ends_with_it_and_is_not_over(
    house: House, province: Broker, begins: int, ends: int
) -> None:
    now = epoch_seconds(house.around.clock())
    reply = ask(house, assertion(house, province, iat=now + begins, exp=now + ends))
    said = json.loads(reply.body)
    assert (reply.status, said["expires_in"]) == (200, ends)
    assert told(house, said["access_token"], BATCH)["active"] is True


@pytest.mark.spec("RFC 7523 §3")
def test_an_assertion_is_used_once(house: House, province: Broker) -> None:
    signed = assertion(house, province)
    assert ask(house, signed).status == 200
    again = ask(house, signed)
    assert json.loads(again.body)["error"] == "invalid_grant"
    assert len(house.around.trail.of(AssertionRedeemed)) == 1


def suspend(entity: str) -> Callable[[House, Broker], object]:
    def act(_: House, broker: Broker) -> object:
        party = Party(PartyKind.MEMBER, entity or broker.upstream.issuer)
        return broker.around.standing.change(party, State.SUSPENDED, reason="test")

    return act


DISABLED: dict[str, Callable[[House, Broker], object]] = {
    "the provider": suspend(""),
    "the platform above it": suspend(PLATFORM),
    "out of use": lambda _, broker: broker.room.providers.set_maintenance(
        broker.provider.slug, "维护中", actor=None
    ),
    "its chain over": lambda _, broker: broker.around.clock.advance(timedelta(minutes=11)),
}


@pytest.mark.spec("CVE-2026-1486")
@pytest.mark.parametrize("disable", DISABLED.values(), ids=DISABLED.keys())
def test_a_disabled_provider_vouches_for_nobody(
    house: House, province: Broker, disable: Callable[[House, Broker], object]
) -> None:
    disable(house, province)
    refused(house, ask(house, assertion(house, province)))


@pytest.mark.parametrize("who", ["person", "provider", "client"])
def test_a_token_ends_with_who_stands_behind_it(
    house: House, province: Broker, who: str
) -> None:
    token = json.loads(ask(house, assertion(house, province)).body)["access_token"]
    assert userinfo(house, token) == 200
    person = house.people.people.by_link(province.entity, SUBJECT)
    party = {
        "person": Party(PartyKind.PERSON, str(person)),
        "provider": Party(PartyKind.MEMBER, province.upstream.issuer),
        "client": Party(PartyKind.RELYING_PARTY, BATCH),
    }[who]
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    assert userinfo(house, token) == 401


@pytest.mark.spec("attacks §6; RFC 7523 §3")
def test_good_standing_given_back_revives_no_token(house: House, province: Broker) -> None:
    token = json.loads(ask(house, assertion(house, province)).body)["access_token"]
    assert userinfo(house, token) == 200
    provider = Party(PartyKind.MEMBER, province.upstream.issuer)
    for state in (State.SUSPENDED, State.GOOD):
        house.around.standing.change(provider, state, reason="test")
    follow(house)
    assert userinfo(house, token) == 401
    assert told(house, token, BATCH) == {"active": False}


def test_a_suspended_person_is_vouched_for_in_vain(house: House, province: Broker) -> None:
    person = house.people.people.by_link(province.entity, SUBJECT)
    party = Party(PartyKind.PERSON, str(person))
    house.around.standing.change(party, State.SUSPENDED, reason="test")
    refused(house, ask(house, assertion(house, province)))


def test_a_client_gets_no_less_than_its_own_level(house: House, province: Broker) -> None:
    before = house.clients.clients.find(BATCH)
    strict = a_batch_client(level=Level.REAL_PERSON)
    house.clients.clients.update(BATCH, before.version, strict, actor=None)
    house.around.clock.advance(timedelta(seconds=2))
    refused(house, ask(house, assertion(house, province)))


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_scope_that_is_not_the_clients_is_refused(house: House, province: Broker) -> None:
    reply = ask(house, assertion(house, province), scope="members:read")
    refused(house, reply, "invalid_scope")


def test_a_client_without_the_grant_gets_nothing(house: House, province: Broker) -> None:
    signed = assertion(house, province, client_id="portal-51")
    refused(house, house.token(grant_type=GRANT, assertion=signed), "unauthorized_client")


def test_without_an_assertion_there_is_nothing_to_believe(
    house: House, province: Broker
) -> None:
    assert province.upstream.issuer
    refused(house, house.token(BATCH, grant_type=GRANT), "invalid_request")
