"""Somebody in front of a browser, in a few words."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

from tests.e2e.house import Citizen

PATIENCE_MS: Final = 15_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser window and what people do in it.

    Attributes:
        script: whether the window runs scripts.
    """

    page: Page
    script: bool = True

    def opens(self, address: str) -> None:
        """Go to an address."""
        self.page.goto(address)

    def signs_in(self, citizen: Citizen, password: str = "") -> None:
        """Fill the sign-in form and send it."""
        self.page.fill("#login-form [name=username]", citizen.username)
        self.page.fill("#login-form [name=password]", password or citizen.password)
        self.presses("#sign-in")

    def enters_code(self, code: str) -> None:
        """Send a one-time code."""
        self.page.fill("#code-form [name=code]", code)
        self.presses("#code-form button[type=submit]")

    def presses(self, selector: str) -> None:
        """Press a button or follow a link, and see what comes."""
        self.page.click(selector)
        self.page.wait_for_load_state("domcontentloaded")

    def arrives(self, selector: str) -> None:
        """Wait until something is there.

        Raises:
            playwright.sync_api.TimeoutError: it is not.
        """
        self.page.wait_for_selector(selector, timeout=PATIENCE_MS, state="attached")

    def said(self, selector: str = "main") -> str:
        """Return the words in a part of the page."""
        return self.page.inner_text(selector)

    def told(self, name: str, selector: str = "#signed-in") -> str:
        """Return a value that the relying party was told."""
        return self.page.get_attribute(selector, f"data-{name}") or ""
