"""(e) An operator suspends province 44; a second confirms; two lift it."""

import functools
import time
from collections.abc import Callable
from typing import Final

from server.contexts.told import ActRefused
from server.demo.cast import CITIZEN_OF_44
from server.demo.journeys.abroad import BROWSER
from server.demo.journeys.browser import Browser, Lost
from server.demo.journeys.offered import LOOKS, await_offered, await_refused, chooser
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
from server.demo.stages import until

REFUSED_WITHIN_S: Final = 5.0
ENDED_WITHIN_S: Final = 30.0
ACTIVE_WITHIN_S: Final = 30.0
_GROUNDS: Final = {
    "reason": "演示：发现异常登录，先行暂停",
    "basis": "演示接入规则第七条",
    "proportionality": "影响面不明，较轻的措施不足以防止扩大",
}
_ITEM: Final = "social-insurance"
_PROVINCE: Final = "province-44"


def suspends(world: World) -> str:
    """One person is enough, and it is in force at once."""
    identifier = _member(world)
    if _state(world) == "suspended":
        two_lift(world)
    world.noted["suspended"] = str(time.monotonic())
    if world.planted != "e":
        world.officials["national"].first.post(f"/members/{identifier}/suspend", _GROUNDS)
    state = world.officials["national"].second.get(f"/members/{identifier}").text("state")
    expect(state, "suspended", "the member")
    return f"{world.place('gd').name_zh} is {state}"


def is_refused(world: World) -> str:
    """Statement gone, sign-in refused: asked several times, so each process answers."""
    _within(REFUSED_WITHIN_S, world, lambda: all(_gone(world) for _ in range(LOOKS)))
    seen = await_refused(world, _ITEM, _PROVINCE)
    took = seen.offered - float(world.noted["suspended"])
    require(took <= REFUSED_WITHIN_S, f"let through {took:.1f} s after")
    return f"no statement, and {seen.how}, from {took:.1f} s after on"


def sessions_end(world: World) -> str:
    """Who came from 44 is signed out at both portals, without touching the browser."""
    browser = world.browser(BROWSER)
    portals = {
        "portal51": f"{world.map.portal('portal51').base_url}/me",
        "ministry": f"{world.map.portal('ministry').base_url}/",
    }
    for name, address in portals.items():
        left = functools.partial(_is_signed_out, browser, address)
        _within(ENDED_WITHIN_S, world, left, f"signed out at {name}")
    took = time.monotonic() - float(world.noted["suspended"])
    return f"signed out at {' and '.join(portals)}, {took:.1f} s after"


def _is_signed_out(browser: Browser, address: str) -> bool:
    return not browser.open(address).has("who-subject")


def second_confirms(world: World) -> str:
    """The second person confirms exactly what the first decided; the first may not."""
    officials, identifier = world.officials["national"], _member(world)
    proposal = _suspension(world)
    digest = officials.second.get(f"/proposals/{proposal['proposal']}").text("digest")
    code = _refusal(
        lambda: officials.first.post(f"/members/{identifier}/confirm", {"digest": digest})
    )
    officials.second.post(f"/members/{identifier}/confirm", {"digest": digest})
    confirmed = _suspension(world)["confirmed"]
    require(confirmed, "the suspension is not confirmed")
    return f"the first is refused ({code}), the second confirms"


def two_lift(world: World) -> str:
    """Lifting takes two persons, and statements are signed anew."""
    officials, identifier = world.officials["national"], _member(world)
    proposed = officials.second.post(f"/members/{identifier}/reinstate", _GROUNDS)
    path, digest = f"/proposals/{proposed.text('id')}/approve", proposed.text("digest")
    code = _refusal(lambda: officials.second.post(path, {"digest": digest}))
    officials.first.post(path, {"digest": digest})
    until(
        lambda: _state(world) == "active", world.stage, "44 active again", ACTIVE_WITHIN_S
    )
    _within(ACTIVE_WITHIN_S, world, lambda: not _gone(world))
    state = _state(world)
    return f"one alone is refused ({code}); by two it is {state}, statement signed anew"


def works_again(world: World) -> str:
    """A citizen of 44 signs in through the hub again; each process offers it by then."""
    await_offered(world, _ITEM, _PROVINCE, ACTIVE_WITHIN_S)
    browser = world.fresh_browser()
    page = browser.click(chooser(world, browser, _ITEM), _PROVINCE)
    at(page, world.place("gd").issuer)
    page = agree(browser, sign_in_with_password(browser, page, CITIZEN_OF_44))
    at(page, world.map.portal("public").base_url)
    me = browser.open(f"{world.map.portal('public').base_url}/me")
    return f"signed in, level {me.attribute('who-level', 'data-level')}"


def _member(world: World) -> str:
    trust = world.place("gd").trust
    rows = (
        world.officials["national"].first.get("/members", {"limit": "200"}).rows("members")
    )
    (found,) = (
        row for row in rows if row["entity_id"] == trust and row["state"] != "cancelled"
    )
    return str(found["id"])


def _state(world: World) -> str:
    return world.officials["national"].first.get(f"/members/{_member(world)}").text("state")


def _suspension(world: World) -> dict[str, object]:
    held = (
        world.officials["national"]
        .first.get(f"/members/{_member(world)}")
        .member("suspension")
    )
    if not isinstance(held, dict):
        raise Lost("there is no suspension on record")
    return held


def _refusal(act: Callable[[], object]) -> str:
    """Return the code with which an act is refused.

    Raises:
        Lost: it is not.
    """
    try:
        act()
    except ActRefused as refusal:
        return refusal.code
    raise Lost("one person was enough")


def _gone(world: World) -> bool:
    fetch = f"{world.place('national').trust}/fetch?sub={world.place('gd').trust}"
    return not world.stage.answers(fetch, afresh=True)


def _within(
    seconds: float, world: World, true: Callable[[], bool], what: str = "refused"
) -> None:
    """Wait until something is so, counted from the suspension on."""
    until(true, world.stage, what, _left(world, seconds))


def _left(world: World, seconds: float) -> float:
    """Return what is left of so many seconds since the suspension; one at least."""
    return max(float(world.noted["suspended"]) + seconds - time.monotonic(), 1.0)


JOURNEY: Final = Journey(
    "e",
    "暂停 44，确认，两人恢复 · 44 is suspended, confirmed, and lifted by two",
    (
        Step("an operator suspends 44", suspends),
        Step("44 is refused within 5 s", is_refused),
        Step("its sessions end at all portals", sessions_end),
        Step("a second person confirms", second_confirms),
        Step("two persons lift it", two_lift),
        Step("sign-in through 44 works again", works_again),
    ),
    needs=("a", "b"),
)
