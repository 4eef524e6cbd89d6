"""The record as an auditor reads it, and as anybody proves it offline."""

import json
from collections.abc import Mapping
from typing import Final

from audit.trail.flows.verify import Verification
from audit.trail.messages import parse_proof
from kernel.proof.tlog import NoteVerifier
from server.demo.card import log_key
from server.demo.journeys.browser import Lost
from server.demo.journeys.world import World
from server.demo.stages import until

LOGGED_WITHIN_S: Final = 10.0
Event = Mapping[str, object]


def find_event(world: World, slug: str, **filters: str) -> Event:
    """Return the newest event of an installation that fits; waits until it is logged.

    Raises:
        Told: there is none after some seconds.
    """
    found: list[Event] = []

    def there() -> bool:
        rows = world.officials[slug].auditor.get("/audit/events", filters).rows("events")
        found[:] = [row["event"] for row in rows if isinstance(row["event"], dict)]
        return bool(found)

    words = ", ".join(f"{name}={value}" for name, value in filters.items())
    until(there, world.stage, f"event {words} in the log of {slug}", LOGGED_WITHIN_S)
    return found[0]


def proven(world: World, slug: str, event: Event, *, altered: bool = False) -> str:
    """Fetch an event's proof and verify it without asking anybody; say what held.

    The key comes from the operators' list of keys, not from the proof.

    Raises:
        TlogRefused: signature, inclusion or commitment does not hold.
    """
    path = f"/audit/events/{event['id']}/proof"
    body = world.officials[slug].auditor.get(path).body
    if not isinstance(body, dict):
        raise Lost(f"no proof of {event['id']}")
    if altered:
        body = {**body, "event": {**body["event"], "type": "oidc.nothing_happened"}}
    vkey = log_key(world.place(slug), world.officials[slug].first)
    verification = Verification(NoteVerifier.parse(vkey))
    proof = parse_proof(json.dumps(body, ensure_ascii=False).encode())
    return "; ".join(f"{v.step} {v.detail}" for v in verification.event(proof))


def levels_of(event: Event) -> Mapping[str, object]:
    """Return the levels an event tells of."""
    held = event.get("levels")
    return held if isinstance(held, dict) else {}
