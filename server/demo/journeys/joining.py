"""(j) Three kinds of members join: one speaks federation, one does not, one by itself."""

from typing import Final

from kernel.proof.statement import read, verify_configuration
from server.demo import payment
from server.demo.cast import NATIONAL_CITIZEN
from server.demo.journeys.browser import Browser, Page
from server.demo.journeys.city import chain_to
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
from server.demo.payment import Payment

BROWSER: Final = "customer of the payment company"
ITEM: Final = "social-insurance"
_WAY: Final = ("submitted", "checked", "approved", "active")


def two_persons_let_province_in(world: World) -> str:
    """Every state of the way is on record, and two persons stand behind the approval."""
    return _on_record(world, world.place("gd").trust)


def plain_provider_is_examined(world: World) -> str:
    """Every line of the examination holds, and nothing was changed on its side."""
    issuer = _payment(world).issuer
    path = "/nowhere" if world.planted == "j" else ""
    asked = {"discovery": f"{issuer}{path}/.well-known/openid-configuration"}
    told = world.officials["national"].first.post("/trust/examinations", asked)
    checks = told.rows("checks")
    failed = [str(check["name"]) for check in checks if check["passed"] is not True]
    require(told.member("passed") is True, f"fails: {', '.join(failed)}")
    return f"{len(checks)} lines hold"


def its_configuration_is_hosted(world: World) -> str:
    """The root hosts what it does not speak; the chain holds from the anchor's keys."""
    issuer = _payment(world).issuer
    chain = chain_to(world, issuer)
    expect(chain.subject, issuer, "the subject")
    expect(int(chain.ceiling.identity), payment.CEILING, "the ceiling")
    told = world.officials["national"].first.public(
        f"/trust/represented/{payment.SLUG}/.well-known/openid-federation"
    )
    hosted = verify_configuration(read(told.decode("ascii")))
    expect(hosted.subject, issuer, "whom the hosted one is about")
    ours = chain.statements[1].keys.by_kid
    require(set(hosted.keys.by_kid) <= set(ours), "hosted under keys nobody vouches for")
    record = _on_record(world, issuer)
    return f"{' → '.join(chain.path)}; {record}"


def customer_signs_in(world: World) -> str:
    """Somebody signs in at the company, and is known at the portal at level 2 at most."""
    browser, portal = world.browser(BROWSER), world.map.portal("public").base_url
    page = browser.click(browser.open(f"{portal}/items/{ITEM}"), "item-sign-in")
    page = browser.click(browser.click(page, "way-discover"), f"provider-{payment.SLUG}")
    at(page, _payment(world).issuer)
    page = agree(browser, sign_in_there(browser, page, payment.USERNAME))
    at(page, portal)
    page.element("item-form")
    level = int(browser.open(f"{portal}/me").attribute("who-level", "data-level"))
    require(level <= payment.CEILING, f"level {level} is above the ceiling")
    return f"the form of {page.described} is open, level {level}"


def application_joined_by_itself(world: World) -> str:
    """No client record, no secret: what it is follows from its chain."""
    address = world.map.federated.base_url
    record = _on_record(world, address)
    operator = world.officials["national"].first
    clients = operator.get("/clients", {"limit": "200"}).rows("clients")
    require(
        all(row.get("client_id") != address for row in clients), "it has a client record"
    )
    return f"{record}; none of {len(clients)} client records is its"


def citizen_signs_in_there(world: World) -> str:
    """By a signed request: the hub reads its keys, and where to go, from the chain."""
    browser, address = world.fresh_browser(), world.map.federated.base_url
    page = browser.open(f"{address}/sign-in?next=/")
    at(page, world.place("national").issuer)
    page = agree(browser, sign_in_with_password(browser, page, NATIONAL_CITIZEN))
    at(page, address)
    subject = page.attribute("who-subject", "data-subject")
    return f"signed in at {page.described} as {subject[:12]}…"


def sign_in_there(browser: Browser, page: Page, username: str) -> Page:
    """Fill the payment company's form in."""
    values = {"username": username, "password": payment.PASSWORD.format(username)}
    return browser.submit(page, "login-form", values, "sign-in")


def _payment(world: World) -> Payment:
    return Payment(world.map, world.stage)


def _on_record(world: World, entity: str) -> str:
    operator = world.officials["national"].first
    rows = operator.get("/members", {"limit": "200"}).rows("members")
    (member,) = (row for row in rows if row["entity_id"] == entity)
    history = operator.get(f"/members/{member['id']}/history").rows("entries")
    reached = [str(entry["target"]) for entry in history]
    for state in _WAY:
        require(state in reached, f"{state} is not in {reached}")
    (approved, *_) = (entry for entry in history if entry["action"] == "approve")
    persons = {str(approved["actor"]), str(approved["second"])}
    require(len(persons) == 2 and "None" not in persons, "one person approved")  # noqa: PLR2004  two
    return f"{' → '.join(_WAY)}, approved by two persons"


JOURNEY: Final = Journey(
    "j",
    "三类成员接入 · three kinds of members join",
    (
        Step("a province was let in by two persons", two_persons_let_province_in),
        Step("a plain provider is examined line by line", plain_provider_is_examined),
        Step("its configuration is hosted, and in a chain", its_configuration_is_hosted),
        Step("a customer of it signs in", customer_signs_in),
        Step("an application joined by itself", application_joined_by_itself),
        Step("a citizen signs in there", citizen_signs_in_there),
    ),
)
