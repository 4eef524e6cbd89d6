"""What a journey may use, and what it remembers from step to step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from server.contexts.told import NotFoundOut, Told
from server.demo.cast import Player
from server.demo.enrolment import Officials
from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.keepsakes import Keepsakes
from server.demo.places import Map, Place
from server.demo.stages import Stage

T = TypeVar("T")

PLANTS: Final[Mapping[str, str]] = {
    "a": "the chain is checked against another anchor's keys",
    "b": "the browser loses the hub's session cookie",
    "c": "the register says that name and number do not belong together",
    "d": "the certificate is of a CA that is not on the list",
    "e": "the suspension is not sent",
    "f": "the application that should be out of reach answers",
    "g": "an event is altered before it is verified",
    "h": "the city's statement by its province is left out of the chain",
    "i": "the suspension is not sent",
    "j": "the examination is sent to an address where there is no provider",
    "k": "no fault is switched on",
    "l": "marks are verified with another anchor's keys",
    "m": "who signs in meanwhile does not know the password",
    "n": "the app forgets what it began the request with",
    "o": "the person at the telephone turns the kiosk down",
    "p": "the ticket is shown by an application that it is not for",
    "q": "the exchange asks for an application that no policy names",
    "r": "the application that should be out of reach answers",
}
"""Faults of the counter-runs, by journey: each must end the walk at the line it is for."""


@dataclass(slots=True)
class World:
    """The demo as journeys see it.

    Attributes:
        planted: the letter of the fault that is planted; "" for none.
        browsers: one per person of the journeys, kept from journey to journey.
        since: when the walk began, RFC 3339.
        walked: letters of the journeys that held.
        noted, held: what steps found and later steps need.
    """

    map: Map
    kept: Keepsakes
    stage: Stage
    officials: Mapping[str, Officials]
    planted: str = ""
    since: str = ""
    walked: list[str] = field(default_factory=list)
    browsers: dict[str, Browser] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    held: dict[str, object] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """Return the browser of a person of the journeys, fresh if it is new."""
        if name not in self.browsers:
            self.browsers[name] = self.fresh_browser()
        return self.browsers[name]

    def fresh_browser(self) -> Browser:
        """Return the browser of somebody who was never here."""
        return Browser(ca_file=self.map.ca_file)

    def recalled(self, name: str, kind: type[T]) -> T:
        """Return what an earlier step held under a name.

        Raises:
            TypeError: it is of another kind: our mistake.
        """
        found = self.held[name]
        if not isinstance(found, kind):
            raise TypeError(type(found).__name__)
        return found

    def place(self, slug: str) -> Place:
        """Return an installation by its short name."""
        (found,) = (p for p in self.map.installations if p.slug == slug)
        return found


Verified = str
"""What a step saw, in words; never a constant of the step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what is done, and the function that does it and tells what it saw."""

    title: str
    walk: Callable[[World], Verified]


@dataclass(frozen=True, slots=True)
class Journey:
    """One letter of the plan; ``needs`` are walked before it if they were not yet."""

    letter: str
    title: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()


def expect(seen: object, wanted: object, what: str) -> None:
    """Require that something seen is what it should be.

    Raises:
        Lost: it is not; says both.
    """
    if seen != wanted:
        raise Lost(f"{what} is {seen!r}, not {wanted!r}")


def require(true: object, what: str) -> None:
    """Require that something is so.

    Raises:
        Lost: it is not.
    """
    if not true:
        raise Lost(what)


def at(page: Page, base: str) -> None:
    """Require that the browser is at a certain origin.

    Raises:
        Lost: it is elsewhere.
    """
    require(page.url.startswith(base), f"not at {base} but at {page.described}")


def sign_in_with_password(browser: Browser, page: Page, player: Player) -> Page:
    """Fill in the sign-in form as a person does."""
    values = {"username": player.username, "password": player.password}
    return browser.submit(page, "login-form", values, "sign-in")


def agree(browser: Browser, page: Page) -> Page:
    """Read and accept every notice and question of consent on the way.

    Raises:
        Lost: there is no end to them.
    """
    for _ in range(6):
        if page.has("consent-allow"):
            page = browser.press(page, "consent-allow")
        elif page.has("notice-continue"):
            page = browser.press(page, "notice-continue")
        else:
            return page
    raise Lost(f"asked again and again at {page.described}")


def sign_in_at_public(world: World, browser: Browser, player: Player) -> Page:
    """Open an item of the national portal and sign in for it."""
    public = world.map.portal("public").base_url
    page = browser.click(browser.open(f"{public}/items/social-insurance"), "item-sign-in")
    page = agree(browser, sign_in_with_password(browser, page, player))
    at(page, public)
    return page


FAILURES: Final = (Lost, Told, NotFoundOut)
