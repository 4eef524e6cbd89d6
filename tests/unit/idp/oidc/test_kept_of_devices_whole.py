"""What is remembered of devices and of tickets: all of it, member by member."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.clients.domain import Profile, rules_of
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import Pending
from idp.oidc.domain.transfers import Match, Transfer
from idp.oidc.store import (
    SqlDevices,
    SqlPending,
    SqlTransfers,
)
from idp.session.domain import Hints, Interaction, InteractionKind
from kernel.assurance import Level
from kernel.ids import InteractionId, Reference
from kernel.secret import Secret
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.handing_over import (
    NEXT,
    NEXT_BACK,
    a_next,
    a_ticket,
    arrive,
    let_hand_over,
)
from tests.unit.idp.oidc.house import (
    PORTAL,
    Browser,
    House,
    a_request,
    interaction_of,
)
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask
from tests.unit.idp.oidc.test_kept_whole import refreshing
from tests.unit.idp.oidc.whole import Citizen

REFERENCE = Reference("ABCDEFGH2345")
BROWSER = Secret("b" * 43)
ASKED = {
    "acr_values": Level.REAL_PERSON.acr,
    "max_age": "600",
    "prompt": "login",
    "province": "51",
    "login_hint": "zhang",
    "ui_locales": "en",
}


@pytest.mark.spec("RFC 8628 §3.2")
def test_a_device_waits_with_what_it_asked(house: House) -> None:
    house.register(a_kiosk())
    codes = ask(house, scope="openid")
    now = house.around.clock()
    code = Secret(codes["device_code"]).digest()
    waiting = DeviceRequest(
        code=code,
        user_code=codes["user_code"].replace("-", ""),
        client=KIOSK,
        parameters={"client_id": KIOSK, "scope": "openid"},
        started_at=now,
        expires_at=now + timedelta(minutes=10),
        interval=timedelta(seconds=5),
    )
    assert SqlDevices(house.db).by_code(code) == waiting


@pytest.mark.spec("RFC 8628 §3.3")
@pytest.mark.parametrize(
    ("profile", "prompt"),
    [
        (Profile.OIDC, frozenset()),
        (Profile.NATIVE, frozenset({"consent"})),
        (Profile.KIOSK, frozenset({"consent"})),
    ],
)
def test_who_answers_a_device_is_told_all_that_it_asked(
    house: House, profile: Profile, prompt: frozenset[str]
) -> None:
    house.register(a_kiosk())
    client = shaped(house, KIOSK, profile=profile)
    assert rules_of(client).consent_each_time is bool(prompt)
    house.around.clock.advance(timedelta(seconds=2))
    codes = ask(house, acr_values=Level.REAL_PERSON.acr)
    Phone(house).decide(codes["user_code"])
    device = SqlDevices(house.db).by_code(Secret(codes["device_code"]).digest())
    assert device is not None
    assert device.interaction is not None
    now = house.around.clock()
    found = house.session.interactions.find(device.interaction)
    assert found == Interaction(
        id=device.interaction,
        kind=InteractionKind.DEVICE,
        relying_party=KIOSK,
        asked=Level.REAL_PERSON,
        essential=False,
        resume=f"/device/done?interaction={device.interaction}",
        expires_at=now + house.session.interactions.around.lifetimes.interaction,
        prompt=prompt,
        hints=Hints(service="办理事项"),
        claims=client.claims,
        reference=found.reference,
        browser=BROWSER.digest(),
        started_at=now,
    )
    assert found.reference is not None


@pytest.mark.spec("RFC 8693 §2.2")
def test_a_ticket_is_kept_with_whom_it_hands_over_and_to_whom(house: House) -> None:
    house.register(a_next())
    let_hand_over(house)
    citizen = Citizen(house)
    grant, refresh = refreshing(citizen)
    got = house.token(grant_type="refresh_token", refresh_token=refresh).body
    ticket = a_ticket(house, json.loads(got)["access_token"])
    found = SqlTransfers(house.db).by_ticket(Secret(ticket).digest())
    assert found is not None
    issued = Transfer(
        id=found.id,
        origin=PORTAL,
        audience=NEXT,
        parent=grant.id,
        session=citizen.session.id,
        person=citizen.person.id,
        level=Level.REAL_PERSON,
        hops=1,
        issued_at=citizen.now,
        expires_at=citizen.now + timedelta(seconds=60),
    )
    assert found == issued
    then = citizen.later()
    elsewhere = Browser(house, browser=Secret("x" * 43))
    reply = arrive(elsewhere, ticket)
    named = InteractionId(interaction_of(reply))
    assert SqlTransfers(house.db).find(found.id) == replace(
        issued, redeemed_at=then, interaction=named, match=Match.WAITING
    )
    assert SqlPending(house.db).find(named) == Pending(
        interaction=named,
        client=NEXT,
        parameters=a_request(client_id=NEXT, redirect_uri=NEXT_BACK),
        started_at=then,
        transfer=found.id,
    )
