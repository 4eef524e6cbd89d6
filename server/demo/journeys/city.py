"""(h) A city under a province: the same program, policies merged through three levels."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from federation.domain import Anchor, VerifiedChain
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import VerifiedStatement
from server.demo.cast import CITIZEN_OF_CITY
from server.demo.journeys.browser import Lost
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

BROWSER: Final = "citizen of the city"
ITEM: Final = "social-insurance"
_ON_THE_WAY: Final = 4


def stands_under_the_province(world: World) -> str:
    """The province lists the city; the root does not, and says nothing about it."""
    city, above = world.place("sz"), world.place("gd")
    listed = _listed(world, "gd")
    require(city.trust in listed, f"{above.name_zh} does not list it: {listed}")
    require(city.trust not in _listed(world, "national"), "the root lists it as its own")
    return f"{above.trust} lists {city.trust}, the root does not"


def goes_to_the_city(world: World) -> str:
    """From the national portal to the city's sign-in page."""
    browser, portal = world.browser(BROWSER), world.map.portal("public").base_url
    page = browser.click(browser.open(f"{portal}/items/{ITEM}"), "item-sign-in")
    page = browser.click(browser.click(page, "way-discover"), "provider-sz")
    at(page, world.place("sz").issuer)
    page.element("login-form")
    world.pages["city"] = page
    return f"at {page.described}"


def signs_in_there(world: World) -> str:
    """One password, in the city; then the item's form at the national portal."""
    browser = world.browser(BROWSER)
    page = sign_in_with_password(browser, world.pages["city"], CITIZEN_OF_CITY)
    page = agree(browser, page)
    at(page, world.map.portal("public").base_url)
    page.element("item-form")
    me = browser.open(f"{world.map.portal('public').base_url}/me")
    return f"the form is open, level {me.attribute('who-level', 'data-level')}"


def chain_has_three_levels(world: World) -> str:
    """City, province and root, verified again here from the root's keys on file."""
    chain = chain_of(world, "sz", drop=1 if world.planted == "h" else None)
    expect(len(chain.path), _ON_THE_WAY, "the number of entities on the way")
    expect(chain.path[2], world.place("gd").trust, "the one in the middle")
    return " → ".join(chain.path)


def policies_are_merged(world: World) -> str:
    """No superior's policy is loosened by the next: every value is allowed by each."""
    chain = chain_of(world, "sz")
    superiors = [s for s in chain.statements if not s.is_configuration]
    expect(len(superiors), _ON_THE_WAY - 1, "the number of superiors' statements")
    resolved = _values(chain.metadata["openid_provider"], "acr_values_supported")
    limits = [_values(policy, "subset_of") for policy in map(_levels, superiors) if policy]
    require(len(limits) > 1, f"{len(limits)} superiors limit levels")
    for limit in limits:
        require(resolved <= limit, f"{sorted(resolved)} is beyond {sorted(limit)}")
    sizes = sorted(map(len, limits))
    require(sizes[0] < sizes[-1], "no superior asks for less than another")
    expect(int(chain.ceiling.identity), 3, "the city's ceiling")
    return f"superiors allow {sizes[-1]} and {sizes[0]} levels, {len(resolved)} are left"


def chain_of(world: World, slug: str, *, drop: int | None = None) -> VerifiedChain:
    """Return the hub's chain to an installation, verified from the anchor's keys."""
    return chain_to(world, world.place(slug).issuer, drop=drop)


def chain_to(world: World, entity: str, *, drop: int | None = None) -> VerifiedChain:
    """Return the hub's chain to an entity, verified from the anchor's keys on file."""
    answer = world.officials["national"].first.get(
        "/trust/chains/chain", {"entity": entity}
    )
    tokens = [str(row["token"]) for row in answer.rows("statements")]
    if drop is not None:
        del tokens[drop]
    root = world.place("national")
    held = KeySet.parse(json.loads(root.anchor_file.read_text("utf-8")))
    anchor = EntityId(root.trust)
    return ChainVerifier({anchor: Anchor(anchor, held)}).verify(tokens, datetime.now(UTC))


def _listed(world: World, slug: str) -> list[str]:
    place = world.place(slug)
    told = world.officials[slug].first.public("/trust/list")
    listed: object = json.loads(told)
    if not isinstance(listed, list):
        raise Lost(f"the list of {place.name_zh} is none")
    return [str(entry) for entry in listed]


def _levels(statement: VerifiedStatement) -> Mapping[str, object]:
    """Return what a superior's policy says about levels; nothing if it says nothing."""
    policy = statement.metadata_policy.get("openid_provider")
    held = policy.get("acr_values_supported") if isinstance(policy, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def _values(held: Mapping[str, object], name: str) -> frozenset[str]:
    values = held.get(name)
    return frozenset(map(str, values)) if isinstance(values, list | tuple) else frozenset()


JOURNEY: Final = Journey(
    "h",
    "深圳在广东之下，三级策略合并 · a city under a province, policies of three levels",
    (
        Step("the city stands under the province", stands_under_the_province),
        Step("goes from the national portal to the city", goes_to_the_city),
        Step("signs in there and comes back to the form", signs_in_there),
        Step("chain of three levels verified", chain_has_three_levels),
        Step("policies are merged through three levels", policies_are_merged),
    ),
)
