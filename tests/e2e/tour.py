"""One walk past every page of sign-in, consent, account and sign-out."""

from collections.abc import Iterator

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor


def every_page(
    house: House, curious: RelyingParty, entitled: RelyingParty, visitor: Visitor
) -> Iterator[str]:
    """Go from page to page, faults included; yield the name of each while it is open."""
    yield from _doors(house, curious, visitor)
    yield from _inside(house, curious, entitled, visitor)
    yield from _own(house, visitor)


def _doors(house: House, party: RelyingParty, visitor: Visitor) -> Iterator[str]:
    visitor.opens(party.start())
    yield "sign-in"
    visitor.signs_in(house.somebody(), "wrong")
    visitor.arrives(".error-summary")
    yield "wrong password"
    for way in ("#tab-legal", "#way-register", "#way-certificate"):
        visitor.opens(party.start())
        visitor.presses(way)
        yield way
    for topic in ("password", "no-phone", "province-password"):
        visitor.opens(party.start())
        visitor.presses(f"#help-{topic}")
        yield topic
    visitor.presses("#go-discover")
    yield "chooser"
    visitor.opens(party.start(redirect_uri="http://localhost:9/"))
    yield "error"


def _inside(
    house: House, curious: RelyingParty, entitled: RelyingParty, visitor: Visitor
) -> Iterator[str]:
    visitor.opens(curious.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#consent-form")
    yield "consent"
    visitor.presses("#consent-allow")
    visitor.arrives("#signed-in")
    visitor.opens(entitled.start())
    visitor.arrives("#notice-continue")
    yield "notice"
    visitor.presses("#notice-continue")
    visitor.arrives("#signed-in")
    for level in (2, 3, 4):
        visitor.opens(entitled.start(acr_values=f"urn:trusthub:loa:{level}"))
        visitor.arrives("#step-up")
        yield f"step up to {level}"
    visitor.opens(entitled.start(acr_values="urn:trusthub:loa:2"))
    visitor.presses("#step-real-name")
    yield "real name"


def _device(house: House, visitor: Visitor) -> Iterator[str]:
    """A kiosk's code: where it is entered, a wrong one, what is asked, and a no."""
    visitor.opens(f"{house.issuer}/device")
    yield "device"
    visitor.page.fill("#device-form [name=user_code]", "BCDF-GHJK")
    visitor.presses("#device-continue")
    visitor.arrives(".error-summary")
    yield "wrong device code"
    visitor.page.fill("#device-form [name=user_code]", house.device_code())
    visitor.presses("#device-continue")
    visitor.arrives("#device-confirm")
    yield "device asks"
    visitor.presses("#device-deny")
    visitor.arrives("#device-denied")
    yield "device denied"


def _own(house: House, visitor: Visitor) -> Iterator[str]:
    yield from _device(house, visitor)
    pages = ("account", "account/totp", "account/password", "account/transfer", "logout")
    for page in pages:
        visitor.opens(f"{house.issuer}/{page}")
        yield page
    visitor.presses("#logout-confirm")
    visitor.arrives("#logout-done")
    yield "signed out"
