"""What a grant holds that was derived: from another, or from a provider's word."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.oidc.domain.grants import NO_SESSION, Grant, GrantKind
from idp.oidc.events import (
    AssertionRedeemed,
    CodeIssued,
    TokenExchanged,
)
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.entropy import SeededEntropy
from kernel.proof.jose import to_base64url
from kernel.proof.seal import Purpose, Sealer
from tests.unit.federation.world import ANCHOR, PLATFORM
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.handing_over import (
    NEXT,
    NEXT_BACK,
    a_next,
    a_ticket,
    agreed,
    arrive,
    came_back,
    let_hand_over,
)
from tests.unit.idp.oidc.house import (
    PORTAL,
    House,
    exchange,
)
from tests.unit.idp.oidc.telling import grant_by
from tests.unit.idp.oidc.test_exchange import CASES, a_server, swapped
from tests.unit.idp.oidc.test_introspection import grant_of
from tests.unit.idp.oidc.test_jwt_bearer import BATCH, SUBJECT, assertion
from tests.unit.idp.oidc.test_jwt_bearer import ask as ask_by
from tests.unit.idp.oidc.told_exchanges import beside
from tests.unit.idp.oidc.whole import (
    TAX,
    Citizen,
    code_of,
)


@pytest.mark.spec("RFC 8693 §2.2.2")
def test_an_exchange_derives_what_the_origin_holds_and_no_more(house: House) -> None:
    house.register(a_server(CASES))
    let_hand_over(house, CASES, may_transfer=False)
    client = house.clients.clients.find(PORTAL)
    citizen = Citizen(house)
    plain = dict.fromkeys(("dpop_jkt", "resource"))
    got = json.loads(exchange(house, code_of(citizen, **plain)).body)
    origin = grant_of(house, got["access_token"])
    then = citizen.later()
    derived = swapped(house, got["access_token"], PORTAL, audience=CASES)
    assert grant_of(house, derived["access_token"]) == replace(
        origin,
        id=house.around.trail.of(TokenExchanged)[-1].grant,
        client=client.id,
        subject=citizen.subject(house.clients.clients.find(CASES)),
        scopes=frozenset({"profile"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset(),
        redirect_uri="",
        challenge="",
        nonce=None,
        is_offline=True,
        issued_at=then,
        code_expires_at=then,
        redeemed_at=then,
        kind=GrantKind.EXCHANGE,
        resources=(CASES,),
        parent=origin.id,
        act={"sub": PORTAL, "client_id": PORTAL},
    )


@pytest.mark.spec("RFC 7523 §3")
def test_who_was_vouched_for_agreed_to_nothing(house: House) -> None:
    broker = beside(house)
    client = shaped(house, BATCH, resources=frozenset({TAX}))
    house.around.clock.advance(timedelta(seconds=2))
    person = house.people.people.by_link(broker.entity, SUBJECT)
    assert person is not None
    now = house.around.clock()
    signed_in = epoch_seconds(now) - 90
    signed = assertion(house, broker, auth_time=signed_in)
    got = json.loads(ask_by(house, signed, resource=TAX, scope="profile").body)
    broker.close()
    (redeemed,) = house.around.trail.of(AssertionRedeemed)
    sealer = Sealer(house.around.keys, SeededEntropy(1), Purpose.PAIRWISE)
    assert grant_of(house, got["access_token"]) == Grant(
        id=redeemed.grant,
        client=BATCH,
        person=person,
        session=NO_SESSION,
        subject=to_base64url(sealer.index(person.bytes, f"sector:{client.id}")),
        sid="",
        scopes=frozenset({"profile"}),
        id_token_claims=frozenset(),
        userinfo_claims=frozenset(),
        redirect_uri="",
        challenge="",
        nonce=None,
        level=Level.REAL_NAME,
        identity=Level.REAL_NAME,
        amr=(),
        authenticated_at=now - timedelta(seconds=90),
        providers=(broker.entity, PLATFORM, ANCHOR),
        acting_for=None,
        is_offline=False,
        issued_at=now,
        code_expires_at=now,
        redeemed_at=now,
        kind=GrantKind.ASSERTION,
        resources=(TAX,),
    )


@pytest.mark.spec("RFC 8693 §2.1")
def test_a_transfer_derives_how_its_origin_signed_in(house: House) -> None:
    house.register(a_next())
    let_hand_over(house)
    client = house.clients.clients.find(NEXT)
    citizen = Citizen(house)
    plain = dict.fromkeys(("claims", "dpop_jkt", "resource"))
    got = json.loads(exchange(house, code_of(citizen, **plain)).body)
    origin = grant_of(house, got["access_token"])
    then = citizen.later()
    reply = arrive(citizen.browser, a_ticket(house, got["access_token"]))
    code = came_back(agreed(citizen.browser, reply, citizen.session))["code"]
    assert grant_by(house, code) == replace(
        origin,
        id=house.around.trail.of(CodeIssued)[-1].grant,
        client=NEXT,
        subject=citizen.subject(client),
        sid=citizen.sid(client),
        scopes=frozenset({"openid", "profile"}),
        redirect_uri=NEXT_BACK,
        is_offline=False,
        issued_at=then,
        code_expires_at=then + timedelta(seconds=60),
        redeemed_at=None,
        kind=GrantKind.TRANSFER,
        parent=origin.id,
    )
