"""(m) Keys roll over while people sign in, and nobody notices."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from server.contexts.told import ActRefused
from server.demo.cast import NATIONAL_CITIZEN, Player
from server.demo.journeys.browser import Lost
from server.demo.journeys.city import chain_of
from server.demo.journeys.world import (
    FAILURES,
    Journey,
    Step,
    World,
    agree,
    expect,
    require,
    sign_in_with_password,
)
from server.demo.stages import until

PURPOSES: Final = ("tokens", "client", "entity")
_VISITORS: Final = 2
_WITHIN_S: Final = 40.0
_AT_LEAST: Final = 4


@dataclass
class Traffic:
    """People who sign in again and again at two portals until they are told to stop."""

    world: World
    stop: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def visit(self) -> None:
        """Sign in with a fresh browser, until stopped."""
        while not self.stop.is_set():
            try:
                _sign_in(self.world, _visitor(self.world))
            except (*FAILURES, OSError) as failure:
                with self.lock:
                    self.failed.append(str(failure)[:200])
            else:
                with self.lock:
                    self.done += 1

    def during(self, act: Callable[[], str]) -> str:
        """Do something while people sign in; let some come after it too."""
        threads = [threading.Thread(target=self.visit) for _ in range(_VISITORS)]
        for thread in threads:
            thread.start()
        try:
            told = act()
            reached = self.done + _AT_LEAST
            until(
                lambda: self.done >= reached or bool(self.failed),
                self.world.stage,
                "sign-ins after the rollover",
                _WITHIN_S,
            )
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        return told


def keys_roll_over(world: World) -> str:
    """Tokens, requests and statements get other keys; every sign-in goes through."""
    traffic = Traffic(world)
    told = traffic.during(lambda: ", ".join(_rotated(world, p) for p in PURPOSES))
    require(not traffic.failed, f"{len(traffic.failed)} failed: {traffic.failed[:1]}")
    return f"{told}; {traffic.done} signed in meanwhile, {len(traffic.failed)} failed"


def chain_still_holds(world: World) -> str:
    """The province's chain holds from the same anchor after the rollover."""
    chain = chain_of(world, "gd")
    return f"{' → '.join(chain.path)} until {chain.expires_at:%H:%M:%S}"


def anchor_waits(world: World) -> str:
    """The anchor's next key is announced; it signs when everybody can have seen it."""
    operator = world.officials["national"].first
    rows = [row for row in operator.get("/keys").rows("keys") if row["purpose"] == "anchor"]
    (following,) = (row for row in rows if row["state"] == "next")
    opens = datetime.fromisoformat(str(following["may_sign_from"]))
    if datetime.now(UTC) >= opens:
        return f"announced {following['announced_at']}, may sign since {opens:%H:%M:%S}"
    try:
        operator.post("/keys/rotate", {"purpose": "anchor"})
    except ActRefused as refusal:
        expect(refusal.code, "next_key_too_fresh", "the refusal")
        return f"announced; refused until {opens:%H:%M:%S} ({refusal.code})"
    raise Lost("the anchor switched before everybody can have seen its next key")


def _rotated(world: World, purpose: str) -> str:
    """Ask for a rotation, and wait until the list shows another active key."""
    before = _active(world, purpose)
    asked = {"purpose": purpose, "emergency": True, "reason": "superseded"}
    world.officials["national"].first.post("/keys/rotate", {**asked, "note": "demo"})
    until(
        lambda: _active(world, purpose) != before,
        world.stage,
        f"{purpose} rotated",
        _WITHIN_S,
    )
    return f"{purpose} {before[:6]}→{_active(world, purpose)[:6]}"


def _active(world: World, purpose: str) -> str:
    rows = world.officials["national"].first.get("/keys").rows("keys")
    (kid,) = (
        str(row["kid"])
        for row in rows
        if row["purpose"] == purpose and row["state"] == "active"
    )
    return kid


def _visitor(world: World) -> Player:
    """Return who signs in; the counter-run's visitor does not know the password."""
    if world.planted != "m":
        return NATIONAL_CITIZEN
    return Player(
        username="nobody-known",
        password="wrong-password",  # noqa: S106  nobody's
        name="无",
        number="",
        province="",
        level=1,
    )


def _sign_in(world: World, player: Player) -> None:
    browser, portal = world.fresh_browser(), world.map.federated.base_url
    started = time.monotonic()
    page = browser.open(f"{portal}/sign-in?next=/")
    page = agree(browser, sign_in_with_password(browser, page, player))
    if not page.url.startswith(portal):
        took = time.monotonic() - started
        raise Lost(f"not signed in but at {page.described} after {took:.1f} s")
    page.attribute("who-subject", "data-subject")


JOURNEY: Final = Journey(
    "m",
    "登录不停，密钥轮换 · keys roll over while people sign in",
    (
        Step("keys roll over under traffic", keys_roll_over),
        Step("the chain still holds", chain_still_holds),
        Step("the anchor waits for everybody", anchor_waits),
    ),
)
