"""What somebody let devices have: listed while it holds something, and ended at once."""

from datetime import timedelta
from typing import Any

import pytest

from idp.oidc.errors import DeviceGrantUnknown
from idp.oidc.events import DeviceAllowed, DeviceEnded
from idp.oidc.flows.own_devices import OwnDevices
from kernel.assurance import Level
from kernel.ids import GrantId
from tests.unit.idp.oidc.house import Browser, House
from tests.unit.idp.oidc.telling import grant_by, grant_named, known_as
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask, poll, send


@pytest.fixture
def kiosk(house: House) -> House:
    house.register(a_kiosk())
    return house


def allowed(house: House) -> tuple[Phone, dict[str, Any]]:
    """Let somebody allow a device; return their browser and the codes of the device."""
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    return phone, codes


def granted(house: House) -> GrantId:
    (event,) = house.around.trail.of(DeviceAllowed)
    return event.grant


def owned(house: House) -> OwnDevices:
    return house.room.devices


def userinfo(house: House, tokens: dict[str, Any]) -> int:
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    return house.call("GET", "/oidc/userinfo", headers=bearer).status


def refreshed(house: House, tokens: dict[str, Any]) -> int:
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return send(house, "/oauth2/token", **form).status


def test_a_person_sees_what_they_let_a_device_have(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    since = kiosk.around.clock()
    (before,) = owned(kiosk).of(phone.person.id)
    poll(kiosk, codes)
    (held,) = owned(kiosk).of(phone.person.id)
    assert held == before
    assert (held.grant, held.since, held.level) == (
        granted(kiosk),
        since,
        Level.REAL_NAME,
    )
    assert held.client_name.zh == "四川政务服务"
    assert owned(kiosk).of(kiosk.a_person().id) == ()


def test_what_a_browser_was_granted_is_no_device(house: House) -> None:
    browser, person = Browser(house), house.a_person()
    code = browser.code(person)
    assert owned(house).of(person.id) == ()
    with pytest.raises(DeviceGrantUnknown):
        owned(house).end(person.id, grant_by(house, code).id)
    assert grant_by(house, code).ended_at is None


def test_what_is_ended_counts_no_more_at_once(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    tokens = poll(kiosk, codes)
    assert userinfo(kiosk, tokens) == 200
    owned(kiosk).end(phone.person.id, granted(kiosk))
    assert userinfo(kiosk, tokens) == 401
    assert refreshed(kiosk, tokens) == 400
    assert owned(kiosk).of(phone.person.id) == ()
    (event,) = kiosk.around.trail.of(DeviceEnded)
    assert (event.grant, event.relying_party) == (granted(kiosk), KIOSK)
    assert event.subject == known_as(kiosk, phone.person)
    assert kiosk.session.sessions.sessions_of(phone.person.id), "their browser goes on"
    owned(kiosk).end(phone.person.id, granted(kiosk))
    assert len(kiosk.around.trail.of(DeviceEnded)) == 1


def test_what_is_ended_before_the_device_came_for_it_gives_nothing(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    owned(kiosk).end(phone.person.id, granted(kiosk))
    assert poll(kiosk, codes)["error"] == "invalid_grant"


def test_nobody_ends_what_another_let_a_device_have(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    tokens = poll(kiosk, codes)
    with pytest.raises(DeviceGrantUnknown):
        owned(kiosk).end(kiosk.a_person().id, granted(kiosk))
    with pytest.raises(DeviceGrantUnknown):
        owned(kiosk).end(phone.person.id, GrantId(phone.person.id))
    assert userinfo(kiosk, tokens) == 200
    assert grant_named(kiosk, granted(kiosk)).ended_at is None
    assert not kiosk.around.trail.of(DeviceEnded)


def test_what_ended_with_its_session_is_not_listed(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    poll(kiosk, codes)
    kiosk.session.sessions.end_all(phone.person.id, "person")
    assert owned(kiosk).of(phone.person.id) == ()


def test_a_device_that_never_came_holds_nothing_after_its_time(kiosk: House) -> None:
    phone, _ = allowed(kiosk)
    kiosk.around.clock.advance(timedelta(minutes=12))
    assert owned(kiosk).of(phone.person.id) == ()


def test_what_has_run_out_is_not_listed_and_what_is_renewed_is(kiosk: House) -> None:
    phone, codes = allowed(kiosk)
    tokens = poll(kiosk, codes)
    kiosk.around.clock.advance(timedelta(hours=7))
    assert owned(kiosk).of(phone.person.id) != ()
    assert refreshed(kiosk, tokens) == 200
    kiosk.around.clock.advance(timedelta(hours=7))
    assert owned(kiosk).of(phone.person.id) != ()
    kiosk.around.clock.advance(timedelta(hours=2))
    assert owned(kiosk).of(phone.person.id) == ()
