"""(a) A citizen of 44 signs in at 51's portal through the hub."""

import json
from datetime import UTC, datetime
from typing import Final

from federation.domain import Anchor
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from server.demo.cast import CITIZEN_OF_44
from server.demo.journeys.logs import find_event, levels_of, proven
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    at,
    expect,
    require,
    sign_in_with_password,
)

BROWSER: Final = "citizen of 44"
ITEM: Final = "residence-permit"


def opens_item(world: World) -> str:
    """The item says which level it needs before anybody signs in."""
    portal = world.map.portal("portal51").base_url
    page = world.browser(BROWSER).open(f"{portal}/items/{ITEM}")
    page.element("needs-sign-in")
    world.pages["item"] = page
    return f"{page.described} asks to sign in"


def goes_home(world: World) -> str:
    """51's sign-in page, 国家账号登录, the hub's chooser, 44: three ids are clicked."""
    browser, page = world.browser(BROWSER), world.pages["item"]
    page = browser.click(page, "item-sign-in")
    at(page, world.place("sc").issuer)
    page = browser.click(browser.click(page, "way-discover"), "provider-national")
    at(page, world.place("national").issuer)
    page = browser.click(browser.click(page, "way-discover"), "province-44")
    at(page, world.place("gd").issuer)
    page.element("login-form")
    world.pages["login"] = page
    return f"at {page.described}"


def signs_in(world: World) -> str:
    """One password, at home only; then notices and consent; then the item's form."""
    browser = world.browser(BROWSER)
    page = sign_in_with_password(browser, world.pages["login"], CITIZEN_OF_44)
    page = agree(browser, page)
    at(page, world.map.portal("portal51").base_url)
    page.element("item-form")
    return f"the form of {page.described} is open"


def is_known(world: World) -> str:
    """The portal knows a level and a name of its own for the person."""
    portal = world.map.portal("portal51").base_url
    page = world.browser(BROWSER).open(f"{portal}/me")
    level = page.attribute("who-level", "data-level")
    require(int(level) >= 2, f"level {level} is below the item's 2")  # noqa: PLR2004  item
    world.noted["level51"] = level
    world.noted["subject51"] = page.attribute("who-subject", "data-subject")
    world.noted["correlation51"] = page.attribute("log-correlation", "data-correlation")
    return f"level {level}, subject {world.noted['subject51'][:12]}…"


def chain_holds(world: World) -> str:
    """The hub's chain to 44, verified again here from the anchor's keys on file."""
    subject, root = world.place("gd").issuer, world.place("national")
    answer = world.officials["national"].first.get(
        "/trust/chains/chain", {"entity": subject}
    )
    tokens = [str(row["token"]) for row in answer.rows("statements")]
    keys = world.place("sc" if world.planted == "a" else "national").anchor_file
    held = KeySet.parse(json.loads(keys.read_text("utf-8")))
    anchor = EntityId(root.trust)
    verifier = ChainVerifier({anchor: Anchor(anchor, held)})
    chain = verifier.verify(tokens, datetime.now(UTC))
    expect(chain.subject, subject, "the subject")
    expect(chain.anchor, root.trust, "the anchor")
    ceiling = chain.ceiling
    world.noted["ceiling44"] = str(int(ceiling.identity))
    return (
        f"{' → '.join(chain.path)}; ceiling identity {ceiling.identity.value}, "
        f"authenticator {ceiling.authenticator.value}, path {ceiling.path.value}"
    )


def levels_fit(world: World) -> str:
    """What 44 claimed, what the hub capped it to: claimed ≥ capped, within the ceiling."""
    subject = world.place("gd").issuer
    event = find_event(world, "national", type="broker.upstream_accepted", provider=subject)
    levels = levels_of(event)
    claimed, capped = int(str(levels["claimed"])), int(str(levels["capped"]))
    require(claimed >= capped, f"claimed {claimed}, capped {capped}")
    require(
        capped <= int(world.noted["ceiling44"]), f"capped {capped} is above the ceiling"
    )
    require(int(world.noted["level51"]) <= capped, "delivered more than capped")
    world.noted["event44"] = str(event["id"])
    return f"claimed {claimed}, capped {capped}, delivered {world.noted['level51']}"


def is_logged(world: World) -> str:
    """The hub's record of the sign-in is proven offline."""
    subject = world.place("gd").issuer
    event = find_event(world, "national", type="broker.upstream_accepted", provider=subject)
    return proven(world, "national", event)


def same_login_at_51(world: World) -> str:
    """What the portal shows as its log number is found in 51's log, and proven."""
    event = find_event(world, "sc", correlation=world.noted["correlation51"])
    return f"{event['type']}: {proven(world, 'sc', event)}"


JOURNEY: Final = Journey(
    "a",
    "广东居民经国家枢纽登录四川门户 · a citizen of 44 at 51's portal through the hub",
    (
        Step("opens an item at 51's portal", opens_item),
        Step("goes by 51, the hub and its chooser to 44", goes_home),
        Step("signs in at home and comes back to the form", signs_in),
        Step("is known at the portal", is_known),
        Step("trust chain verified from the anchor's keys", chain_holds),
        Step("levels claimed, capped, delivered", levels_fit),
        Step("the hub's log proves it offline", is_logged),
        Step("51's log proves the portal's number offline", same_login_at_51),
    ),
)
