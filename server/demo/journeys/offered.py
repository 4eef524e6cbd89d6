"""What a new visitor finds in the hub's chooser of providers.

Two processes serve a hub, and each learns of a change by itself, within seconds. So what
is to be so of the hub is looked at several times, until no process answers otherwise.
"""

import time
from typing import Final, NamedTuple

from server.demo.journeys.browser import Browser, Page
from server.demo.journeys.world import World
from server.demo.stages import until

_PATIENCE_S: Final = 30.0
LOOKS: Final = 8
"""So many looks, over connections of their own, meet every serving process."""


class Refusal(NamedTuple):
    """How visitors are turned away, and when the last one came who was let through.

    ``offered``: on the clock of ``time.monotonic``; when one began to look, if none was.
    """

    how: str
    offered: float


def chooser(world: World, browser: Browser, item: str) -> Page:
    """Open an item of the public portal and go on to the hub's chooser."""
    portal = world.map.portal("public").base_url
    page = browser.click(browser.open(f"{portal}/items/{item}"), "item-sign-in")
    return browser.click(page, "way-discover")


def turned_away(world: World, item: str, provider: str) -> str | None:
    """Return how a new visitor is turned away from a provider; None if they are not."""
    browser = world.fresh_browser()
    page = chooser(world, browser, item)
    if not page.has(provider):
        return f"no {provider} in the chooser"
    if "href" not in page.element(provider).attributes:
        return f"{provider} cannot be chosen: {page.element(provider).text}"
    page = browser.click(page, provider)
    if page.error is None:
        return None
    world.noted["reference"] = page.error[1]
    return f"error {page.error[0]}, reference {page.error[1]}"


def await_offered(world: World, item: str, provider: str, seconds: float) -> None:
    """Wait until each process offers a provider again.

    Raises:
        NotFoundOut: one still did not.
    """
    until(
        lambda: all(turned_away(world, item, provider) is None for _ in range(LOOKS)),
        world.stage,
        f"{provider} offered again",
        seconds,
    )


def await_refused(world: World, item: str, provider: str) -> Refusal:
    """Wait until each process turns visitors away from a provider.

    How long that took is told by the last visitor who was let through: it does not depend
    on how long looking takes.

    Raises:
        NotFoundOut: one still did not.
    """
    seen = [Refusal("", time.monotonic())]

    def refused() -> bool:
        for _ in range(LOOKS):
            came, how = time.monotonic(), turned_away(world, item, provider)
            if how is None:
                seen[0] = Refusal("", came)
                return False
            seen[0] = seen[0]._replace(how=how)
        return True

    until(refused, world.stage, f"{provider} refused", _PATIENCE_S)
    return seen[0]
