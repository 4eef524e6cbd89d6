"""A level that is just reached does, and one just below does not, on every way in."""

from dataclasses import replace

import pytest

from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.events import CodeIssued, DeviceAllowed, DeviceTurnedDown
from idp.oidc.store import SqlDevices
from kernel.assurance import Level
from kernel.secret import Secret
from tests.unit.idp.oidc.handing_over import (
    a_next,
    a_ticket,
    agreed,
    arrive,
    came_back,
    let_hand_over,
    visiting,
)
from tests.unit.idp.oidc.house import House
from tests.unit.idp.oidc.test_device import Phone, a_kiosk, ask


def answered_by(house: House, level: Level) -> DeviceRequest:
    """Let a device that needs a real person be answered by somebody of this level."""
    codes, phone = ask(house), Phone(house)
    phone.sign_in(level)
    phone.decide(codes["user_code"])
    code = Secret(codes["device_code"]).digest()
    waiting = SqlDevices(house.db).by_code(code)
    assert waiting is not None
    assert waiting.interaction is not None
    (session,) = house.session.sessions.sessions_of(phone.person.id)
    found = house.session.interactions.find(waiting.interaction)
    if found.outcome is None:
        house.session.interactions.finish(found.id, session)
    done = f"/device/done?interaction={found.id}"
    if "/consent" in phone.get(done).headers.get("Location", ""):
        phone.agree(found.id)
        phone.get(done)
    settled = SqlDevices(house.db).by_code(code)
    assert settled is not None
    return settled


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_device_is_allowed_by_who_just_reaches_its_level(house: House) -> None:
    house.register(replace(a_kiosk(), level=Level.REAL_PERSON))
    assert answered_by(house, Level.REAL_PERSON).settled_at == house.around.clock()
    assert len(house.around.trail.of(DeviceAllowed)) == 1
    assert house.around.trail.of(DeviceTurnedDown) == []


@pytest.mark.spec("OIDC Core §5.5.1.1")
def test_a_device_is_turned_down_by_who_stays_below_its_level(house: House) -> None:
    house.register(replace(a_kiosk(), level=Level.REAL_PERSON))
    assert answered_by(house, Level.REAL_NAME).settled_at == house.around.clock()
    assert house.around.trail.of(DeviceAllowed) == []
    assert len(house.around.trail.of(DeviceTurnedDown)) == 1


@pytest.mark.spec("OIDC Core §5.5.1.1")
@pytest.mark.parametrize(
    ("level", "is_let_in"), [(Level.REAL_NAME, True), (Level.REAL_PERSON, False)]
)
def test_a_ticket_carries_its_level_and_none_above(
    house: House, level: Level, *, is_let_in: bool
) -> None:
    house.register(replace(a_next(), level=level))
    let_hand_over(house)
    browser, person, token = visiting(house)
    (session,) = house.session.sessions.sessions_of(person.id)
    reply = agreed(browser, arrive(browser, a_ticket(house, token)), session)
    assert ("code" in came_back(reply)) is is_let_in
    assert len(house.around.trail.of(CodeIssued)) == (2 if is_let_in else 1)
