"""What a device demands of its person is demanded, as at the authorization endpoint."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from idp.oidc.events import DeviceAllowed, DeviceTurnedDown
from idp.session.domain import Interaction
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.ids import InteractionId
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import House, claims_of
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask, poll
from tests.unit.idp.oidc.test_sign_out import a_client


@pytest.fixture
def kiosk(house: House) -> House:
    house.register(a_kiosk())
    return house


def somebody(house: House) -> Phone:
    """Return the phone of somebody who signed in three seconds ago."""
    phone = Phone(house)
    phone.sign_in()
    house.around.clock.advance(timedelta(seconds=3))
    return phone


def signs_in_again(phone: Phone) -> None:
    """Let the same person sign in anew at the same phone."""
    phone.house.around.clock.advance(timedelta(seconds=1))
    phone.browser.sign_in(phone.person)
    phone.client = a_client(phone.house, phone.browser)


def taken_up(phone: Phone, codes: dict[str, Any]) -> tuple[str, Interaction]:
    """Confirm a device; return where the phone goes on, and for which interaction."""
    where: str = phone.decide(codes["user_code"]).headers["Location"]
    named = InteractionId(UUID(where.split("interaction=")[1]))
    return where, phone.house.session.interactions.find(named)


def ended(phone: Phone, found: Interaction) -> str:
    """End an interaction by the phone's session, agree, and return the last page."""
    interactions = phone.house.session.interactions
    if interactions.find(found.id).outcome is None:
        (session,) = phone.house.session.sessions.sessions_of(phone.person.id)
        interactions.finish(found.id, session)
    done = phone.get(found.resume)
    if "/consent" in done.headers.get("Location", ""):
        phone.agree(found.id)
        done = phone.get(found.resume)
    page: str = done.text
    return page


def nothing_was_granted(house: House, page: str, codes: dict[str, Any]) -> None:
    assert 'id="device-denied"' in page
    assert house.around.trail.of(DeviceAllowed) == []
    assert len(house.around.trail.of(DeviceTurnedDown)) == 1
    assert poll(house, codes)["error"] == "access_denied"


FRESH = {
    "no age at all": {"max_age": "0"},
    "a lesser age": {"max_age": "2"},
    "another sign-in": {"prompt": "login"},
    "a choice of accounts": {"prompt": "select_account"},
}
fresh = pytest.mark.parametrize("asked", FRESH.values(), ids=FRESH.keys())


@pytest.mark.spec("OIDC Core §3.1.2.1")
@fresh
def test_whose_sign_in_is_too_old_for_a_device_signs_in_again(
    kiosk: House, asked: dict[str, str]
) -> None:
    codes, phone = ask(kiosk, **asked), somebody(kiosk)
    where, found = taken_up(phone, codes)
    assert (where, found.outcome) == (f"/login?interaction={found.id}", None)
    age = asked.get("max_age")
    assert found.max_age == (None if age is None else timedelta(seconds=int(age)))
    assert ("login" in found.prompt) is ("prompt" in asked)
    signs_in_again(phone)
    now = epoch_seconds(kiosk.around.clock())
    assert 'id="device-allowed"' in ended(phone, found)
    assert claims_of(poll(kiosk, codes)["id_token"])["auth_time"] == now


@pytest.mark.spec("OIDC Core §3.1.2.1")
@fresh
def test_a_sign_in_of_before_gets_a_device_nothing_that_asked_for_a_new_one(
    kiosk: House, asked: dict[str, str]
) -> None:
    codes, phone = ask(kiosk, **asked), somebody(kiosk)
    _, found = taken_up(phone, codes)
    nothing_was_granted(kiosk, ended(phone, found), codes)


@pytest.mark.spec("OIDC Registration §2 default_max_age")
def test_the_age_that_a_client_is_registered_with_counts_for_its_devices(
    kiosk: House,
) -> None:
    shaped(kiosk, KIOSK, default_max_age=timedelta(seconds=2))
    kiosk.around.clock.advance(timedelta(seconds=2))
    codes, phone = ask(kiosk), somebody(kiosk)
    where, found = taken_up(phone, codes)
    assert (where, found.outcome) == (f"/login?interaction={found.id}", None)
    nothing_was_granted(kiosk, ended(phone, found), codes)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_sign_in_is_as_old_as_it_was_when_the_device_was_taken_up(kiosk: House) -> None:
    codes, phone = ask(kiosk, max_age="3"), somebody(kiosk)
    where, found = taken_up(phone, codes)
    assert (where, found.max_age) == (found.resume, timedelta(seconds=3))
    kiosk.around.clock.advance(timedelta(minutes=1))
    assert 'id="device-allowed"' in ended(phone, found)


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_level_that_a_device_only_wished_for_may_stay_unreached(kiosk: House) -> None:
    codes = ask(kiosk, acr_values=Level.REAL_PERSON.acr, max_age="600")
    phone = somebody(kiosk)
    where, found = taken_up(phone, codes)
    assert (where, found.outcome) == (f"/login?interaction={found.id}", None)
    assert 'id="device-allowed"' in ended(phone, found)
    said = claims_of(poll(kiosk, codes)["id_token"])
    assert said["acr"] == Level.REAL_NAME.acr


def naming(house: House, how: str) -> tuple[Phone, dict[str, str]]:
    """Return somebody's phone, and a request of a device that names them."""
    phone = somebody(house)
    codes = ask(house)
    ended(phone, taken_up(phone, codes)[1])
    token = poll(house, codes)["id_token"]
    if how == "hint":
        return phone, {"id_token_hint": token}
    wish = {"id_token": {"sub": {"value": claims_of(token)["sub"]}}}
    return phone, {"claims": json.dumps(wish)}


@pytest.mark.spec("OIDC Core §3.1.2.2")
@pytest.mark.parametrize("how", ["value of sub", "hint"])
def test_a_device_that_names_somebody_is_allowed_by_nobody_else(
    kiosk: House, how: str
) -> None:
    phone, asked = naming(kiosk, how)
    kiosk.around.trail.events.clear()
    codes, other = ask(kiosk, **asked), somebody(kiosk)
    nothing_was_granted(kiosk, ended(other, taken_up(other, codes)[1]), codes)
    codes = ask(kiosk, **asked)
    assert 'id="device-allowed"' in ended(phone, taken_up(phone, codes)[1])
    assert "id_token" in poll(kiosk, codes)
