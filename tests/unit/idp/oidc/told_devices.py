"""What is recorded of devices without a browser, member by member."""

from typing import Final
from uuid import UUID

from idp.oidc.events import (
    CodeRedeemed,
    CodeReplayed,
    DeviceAllowed,
    DeviceAsked,
    DeviceEnded,
    DeviceRefused,
    DeviceTurnedDown,
    TokenRequestRefused,
    UserCodesGuessed,
)
from kernel.assurance import Level
from kernel.events import Fault, Levels, Outcome
from kernel.ids import InteractionId
from tests.unit.idp.oidc.house import House
from tests.unit.idp.oidc.telling import delivered, grant_by, known_as, walks
from tests.unit.idp.oidc.test_device import KIOSK, Phone, a_kiosk, ask, poll, send


class WithKiosk(House):
    """A house where a device without a browser is known."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.register(a_kiosk())

    def interaction(self) -> InteractionId:
        """Return the interaction of the one device that was taken up."""
        with self.db.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT interaction FROM oidc_device")
            return InteractionId(UUID(str(found.scalar_one())))


def a_device_asks(house: WithKiosk) -> DeviceAsked:
    """RFC 8628 §3.1: which client asks."""
    ask(house)
    return DeviceAsked(relying_party=KIOSK)


def a_device_asks_for_too_much(house: WithKiosk) -> DeviceRefused:
    """RFC 8628 §3.2: whose device was refused, and why."""
    sent = {"scope": "openid", "resource": "https://cases.example/api"}
    assert send(house, "/oauth2/device_authorization", **sent).status == 400
    return DeviceRefused(
        relying_party=KIOSK,
        outcome=Outcome.REFUSED,
        reason="resource_refused",
        fault=Fault("idp.oidc.checks.rfc8707.resources_are_registered"),
    )


def a_device_of_nobody_asks(house: WithKiosk) -> DeviceRefused:
    """RFC 8628 §3.2: whom nothing names is named nowhere."""
    reply = send(house, "/oauth2/device_authorization", client_id="nobody")
    assert reply.status == 401
    return DeviceRefused(
        outcome=Outcome.REFUSED,
        reason="client_not_authenticated",
        fault=Fault("idp.oidc.flows.authenticate.Authenticate.__call__"),
    )


def a_device_is_allowed(house: WithKiosk) -> DeviceAllowed:
    """RFC 8628 §3.3: what was granted to whom, by whom, where, and at which level."""
    codes = ask(house, scope="profile openid", acr_values=Level.REAL_NAME.acr)
    phone = Phone(house)
    phone.sign_in(Level.REAL_PERSON)
    phone.allow(codes["user_code"])
    (session,) = house.session.sessions.sessions_of(phone.person.id)
    return DeviceAllowed(
        grant=grant_by(house, codes["device_code"]).id,
        session=session.id,
        relying_party=KIOSK,
        subject=known_as(house, phone.person),
        interaction=house.interaction(),
        levels=Levels(asked=Level.REAL_NAME, delivered=Level.REAL_PERSON),
        scope="openid profile",
        claims=("name",),
    )


def a_device_is_turned_down(house: WithKiosk) -> DeviceTurnedDown:
    """RFC 8628 §5.4: which client's device somebody does not know."""
    codes = ask(house)
    Phone(house).decide(codes["user_code"], "deny")
    return DeviceTurnedDown(
        relying_party=KIOSK,
        interaction=house.interaction(),
        outcome=Outcome.REFUSED,
        reason="access_denied",
    )


def somebody_cannot_sign_in_for_a_device(house: WithKiosk) -> DeviceTurnedDown:
    """RFC 8628 §3.3: a sign-in that failed turns the device down just so."""
    codes, phone = ask(house), Phone(house)
    where = phone.decide(codes["user_code"]).headers["Location"]
    named = house.interaction()
    house.session.interactions.deny(named, "login_required")
    assert where.endswith(str(named))
    phone.get(f"/device/done?interaction={named}")
    return DeviceTurnedDown(
        relying_party=KIOSK,
        interaction=named,
        outcome=Outcome.REFUSED,
        reason="access_denied",
    )


def a_device_gets_its_tokens(house: WithKiosk) -> CodeRedeemed:
    """RFC 8628 §3.4: nobody sent a nonce, so nothing correlates."""
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    assert "access_token" in poll(house, codes)
    grant = grant_by(house, codes["device_code"])
    return CodeRedeemed(
        grant=grant.id,
        relying_party=KIOSK,
        subject=known_as(house, phone.person),
        levels=delivered(grant),
    )


def a_device_code_comes_twice(house: WithKiosk) -> CodeReplayed:
    """RFC 6749 §4.1.2: a device code is used once, as any."""
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    poll(house, codes)
    assert poll(house, codes)["error"] == "invalid_grant"
    return CodeReplayed(
        grant=grant_by(house, codes["device_code"]).id,
        relying_party=KIOSK,
        subject=known_as(house, phone.person),
        outcome=Outcome.REFUSED,
        reason="code_replayed",
    )


def somebody_ends_what_a_device_has(house: WithKiosk) -> DeviceEnded:
    """RFC 8628 §5.4: whose device it was, which grant, and who ended it."""
    codes, phone = ask(house), Phone(house)
    phone.sign_in()
    phone.allow(codes["user_code"])
    grant = grant_by(house, codes["device_code"]).id
    house.room.devices.end(phone.person.id, grant)
    return DeviceEnded(
        grant=grant, relying_party=KIOSK, subject=known_as(house, phone.person)
    )


def a_device_that_was_turned_down_polls(house: WithKiosk) -> TokenRequestRefused:
    """RFC 8628 §3.5: access_denied, and whose device asked."""
    codes = ask(house)
    Phone(house).decide(codes["user_code"], "deny")
    assert poll(house, codes)["error"] == "access_denied"
    return TokenRequestRefused(
        relying_party=KIOSK,
        outcome=Outcome.REFUSED,
        reason="device_denied",
        fault=Fault("idp.oidc.flows.device_polling.DevicePolling._answered"),
    )


def user_codes_are_guessed(house: WithKiosk) -> UserCodesGuessed:
    """RFC 8628 §5.1: that somebody guesses; no address is kept."""
    phone = Phone(house)
    for _ in range(11):
        phone.type("BCDF-GHJK")
    return UserCodesGuessed(outcome=Outcome.REFUSED, reason="too_many_user_codes")


WALKS: Final = walks(
    WithKiosk,
    (
        a_device_asks,
        a_device_asks_for_too_much,
        a_device_of_nobody_asks,
        a_device_is_allowed,
        a_device_is_turned_down,
        somebody_cannot_sign_in_for_a_device,
        a_device_gets_its_tokens,
        somebody_ends_what_a_device_has,
        a_device_code_comes_twice,
        a_device_that_was_turned_down_polls,
        user_codes_are_guessed,
    ),
)
