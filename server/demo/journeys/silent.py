"""(b) The same citizen opens the ministry's portal and types nothing."""

from typing import Final

from server.demo.journeys.abroad import BROWSER
from server.demo.journeys.browser import Lost
from server.demo.journeys.logs import find_event, proven
from server.demo.journeys.world import Journey, Step, World, at, require


def opens_ministry(world: World) -> str:
    """One click on the portal's own link; no form is sent on the way."""
    browser = world.browser(BROWSER)
    if world.planted == "b":
        browser.forget(f"-{world.place('national').slug}-session")
    posts, ministry = browser.posts, world.map.portal("ministry").base_url
    page = browser.open(f"{ministry}/")
    if page.has("item-sign-in"):
        page = browser.click(page, "item-sign-in")
    at(page, ministry)
    if not page.has("who-subject"):
        raise Lost(f"not signed in at {page.described}")
    require(browser.posts == posts, f"{browser.posts - posts} forms were sent")
    world.pages["ministry"] = page
    return f"signed in at {page.described}, {browser.posts - posts} forms sent"


def other_name(world: World) -> str:
    """The ministry knows the person under a name that 51's portal does not."""
    page = world.pages["ministry"]
    subject = page.attribute("who-subject", "data-subject")
    require(subject != world.noted["subject51"], "both portals see the same subject")
    level = page.attribute("who-level", "data-level")
    world.noted["correlationM"] = page.attribute("log-correlation", "data-correlation")
    return f"subject {subject[:12]}…, not {world.noted['subject51'][:12]}…; level {level}"


def is_logged(world: World) -> str:
    """What the ministry shows as its log number is in the hub's log, and proven."""
    event = find_event(world, "national", correlation=world.noted["correlationM"])
    return f"{event['type']}: {proven(world, 'national', event)}"


JOURNEY: Final = Journey(
    "b",
    "同一浏览器打开部委网站，不再输入 · then the ministry's portal, with no input",
    (
        Step("opens the ministry's portal", opens_ministry),
        Step("has another name there", other_name),
        Step("the hub's log proves it offline", is_logged),
    ),
    needs=("a",),
)
