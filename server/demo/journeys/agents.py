"""(d) A company's agent signs in by certificate."""

import threading
from typing import Final

from peers.cert_agent import build as cert_agent
from peers.demo_ca import build as demo_ca
from server.demo.cast import AGENT
from server.demo.certification import issuing
from server.demo.journeys.browser import Page
from server.demo.journeys.logs import find_event, proven
from server.demo.journeys.world import Journey, Step, World, agree, at, require
from server.demo.places import url

BROWSER: Final = "agent"
_LEVEL: Final = "4"


def goes_to_agent(world: World) -> str:
    """The item is for organisations: 法人, certificate, and on to the agent's own page."""
    browser, portal = world.browser(BROWSER), world.map.portal("public").base_url
    page = browser.open(f"{portal}/items/company-change")
    page = browser.click(browser.click(page, "item-sign-in"), "way-certificate")
    if world.planted == "d":
        _goes_to_a_stranger(world, page)
    page = browser.press(page, "sign-challenge")
    asker, holder = page.element("asker").text, page.element("holder").text
    require(asker == world.place("national").issuer, f"asked by {asker}")
    require(AGENT.name in holder, f"certificate of {holder}")
    world.pages["agent"] = page
    return f"the agent shows that {asker} asks {holder}"


def _goes_to_a_stranger(world: World, page: Page) -> None:
    """Let the person have an agent whose certificate is of a CA that nobody listed."""
    folder = world.map.folder / "ca-unlisted"
    leaf = folder / f"{AGENT.username}.pem"
    if not leaf.exists():
        demo_ca.main(["init", "--data", str(folder)])
        demo_ca.main(list(issuing(folder)))
    says = ["--port", "0", "--key", str(leaf.with_suffix(".key")), "--cert", str(leaf)]
    says += ["--origin", world.place("national").issuer]
    agent = cert_agent.server(cert_agent.parser().parse_args(says))
    threading.Thread(target=agent.serve_forever, daemon=True).start()
    page.element("certificate-form").attributes["action"] = f"{url(agent.port)}/sign"


def signs(world: World) -> str:
    """The person confirms; the hub checks the path to a listed CA and revocation."""
    browser = world.browser(BROWSER)
    page = browser.press(world.pages["agent"], "agent-confirm")
    page = agree(browser, browser.press(page, "agent-continue"))
    at(page, world.map.portal("public").base_url)
    page.element("item-form")
    world.pages["change"] = page
    return f"the form of {page.described} is open"


def acts_for_company(world: World) -> str:
    """Level 4, for the company that the mandate names."""
    page = world.browser(BROWSER).open(f"{world.map.portal('public').base_url}/me")
    level, words = page.attribute("who-level", "data-level"), page.element("who").text
    require(level == _LEVEL, f"level {level}, not {_LEVEL}")
    firm = "" if AGENT.firm is None else AGENT.firm.name
    require(firm in words, f"does not act for {firm}: {words[:120]}")
    return f"level {level}, for {firm}"


def applies(world: World) -> str:
    """Apply in the company's name."""
    values = {"change": "address", "to": "广州市天河区演示路 1 号"}
    browser = world.browser(BROWSER)
    page = browser.submit(world.pages["change"], "item-form", values, "item-apply")
    number, words = page.attribute("case", "data-number"), page.element("case").text
    code = "" if AGENT.firm is None else AGENT.firm.uscc
    require(code in words, f"case {number} does not name {code}")
    return f"case {number} for {code}"


def is_logged(world: World) -> str:
    """The hub's log proves the sign-in."""
    event = find_event(world, "national", type="login.certificate_accepted")
    return proven(world, "national", event)


JOURNEY: Final = Journey(
    "d",
    "企业经办人用证书登录 · a company's agent signs in by certificate",
    (
        Step("is asked by the hub, on the agent's own page", goes_to_agent),
        Step("confirms; the certificate's path is accepted", signs),
        Step("acts for the company at level 4", acts_for_company),
        Step("applies for the company", applies),
        Step("the hub's log proves it offline", is_logged),
    ),
)
