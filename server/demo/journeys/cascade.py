"""(i) The province is suspended: its city goes with it, and comes back with it."""

import time
from datetime import UTC, datetime
from typing import Final

from server.demo.cast import CITIZEN_OF_CITY
from server.demo.journeys.city import ITEM
from server.demo.journeys.offered import await_offered, await_refused, chooser
from server.demo.journeys.operators import (
    ACTIVE_WITHIN_S,
    REFUSED_WITHIN_S,
    suspends,
    two_lift,
)
from server.demo.journeys.world import (
    Journey,
    Step,
    World,
    agree,
    at,
    require,
    sign_in_with_password,
)
from server.demo.stages import until

_HEARD_WITHIN_S: Final = 30.0
_CITY: Final = "provider-sz"


def province_is_suspended(world: World) -> str:
    """One person suspends the province; nobody touches the city's own record."""
    world.noted["suspended_at"] = datetime.now(UTC).isoformat()
    world.planted, planted = "e" if world.planted == "i" else world.planted, world.planted
    try:
        return suspends(world)
    finally:
        world.planted = planted


def city_goes_with_it(world: World) -> str:
    """Sign-in through the city is refused, though the province still lists it."""
    refusal = await_refused(world, ITEM, _CITY)
    took = refusal.offered - float(world.noted["suspended"])
    require(took <= REFUSED_WITHIN_S, f"let through {took:.1f} s after")
    own = world.officials["gd"].first.get("/members", {"limit": "200"}).rows("members")
    (city,) = (row for row in own if row["entity_id"] == world.place("sz").trust)
    require(city["state"] == "active", f"the city's own record is {city['state']}")
    return f"{refusal.how}, from {took:.1f} s after on; its own record is {city['state']}"


def others_hear_of_it(world: World) -> str:
    """Province 51 is another installation: it follows what the root states."""
    until(
        lambda: _heard(world) is not None,
        world.stage,
        "province 51 hears of it",
        _HEARD_WITHIN_S,
    )
    took = time.monotonic() - float(world.noted["suspended"])
    require(took <= _HEARD_WITHIN_S, f"heard only after {took:.1f} s")
    return f"51 took over {_heard(world)} of {world.place('gd').trust}, {took:.1f} s after"


def _heard(world: World) -> object:
    """Return what 51 took over from the root since the suspension."""
    filters = {"type": "federation.standing_followed"}
    rows = world.officials["sc"].auditor.get("/audit/events", filters).rows("events")
    told = (row["event"] for row in rows)
    since = datetime.fromisoformat(world.noted["suspended_at"])
    return next(
        (
            event["action"]
            for event in told
            if isinstance(event, dict)
            and datetime.fromisoformat(str(event["time"])) >= since
        ),
        None,
    )


def both_come_back(world: World) -> str:
    """Two persons lift the suspension of the province; a citizen of the city signs in."""
    lifted = two_lift(world)
    await_offered(world, ITEM, _CITY, ACTIVE_WITHIN_S)
    browser = world.fresh_browser()
    page = browser.click(chooser(world, browser, ITEM), _CITY)
    page = agree(browser, sign_in_with_password(browser, page, CITIZEN_OF_CITY))
    at(page, world.map.portal("public").base_url)
    return f"{lifted}; the citizen is at {page.described}"


JOURNEY: Final = Journey(
    "i",
    "省级暂停，所辖城市一并停用 · the province suspended, its city goes with it",
    (
        Step("the province is suspended", province_is_suspended),
        Step("the city is refused with it", city_goes_with_it),
        Step("another installation hears of it within 30 s", others_hear_of_it),
        Step("both come back by two persons", both_come_back),
    ),
    needs=("h",),
)
