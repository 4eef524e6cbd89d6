"""(g) Every step is found in the log and proven offline."""

import contextlib
import io
import json
from pathlib import Path
from typing import Final

from server.contexts.told import NotFoundOut
from server.demo.card import log_key
from server.demo.journeys.browser import Lost
from server.demo.journeys.logs import find_event, proven
from server.demo.journeys.world import Journey, Step, World, require

# What each journey leaves behind: (installation, type of event).
TRACES: Final = (
    ("sc", "oidc.authorization_started"),
    ("sc", "broker.sent_upstream"),
    ("national", "oidc.authorization_started"),
    ("national", "broker.sent_upstream"),
    ("gd", "login.password_accepted"),
    ("gd", "oidc.code_issued"),
    ("gd", "oidc.code_redeemed"),
    ("national", "broker.upstream_accepted"),
    ("national", "session.session_started"),
    ("national", "oidc.claims_released"),
    ("sc", "broker.upstream_accepted"),
    ("sc", "consent.given"),
    ("sc", "oidc.code_redeemed"),
)


def every_step_is_proven(world: World) -> str:
    """Each act of a journey is found by its type and proven against the log's key."""
    shown = []
    for slug, kind in TRACES:
        event = find_event(world, slug, type=kind)
        proven(world, slug, event)
        shown.append(f"{slug}:{kind}")
    return f"{len(shown)} events: {', '.join(shown)}"


def reference_is_found(world: World) -> str:
    """What a page of the walk was answered under is found by its reference."""
    rows = world.officials["national"].auditor.get("/audit/events", {"limit": "50"})
    found = next(
        row["event"]
        for row in rows.rows("events")
        if isinstance(row["event"], dict) and row["event"].get("reference")
    )
    reference = str(dict(found)["reference"])  # type: ignore[call-overload]  JSON object
    event = find_event(world, "national", reference=reference)
    return f"reference {reference}: {event['type']}"


def whole_log_is_proven(world: World) -> str:
    """`trusthub audit export`, then `audit verify` of the folder: every event, the root."""
    folder = world.map.folder / "export"
    code, text = _command(
        world,
        *("audit", "export", "--out", str(folder)),
        *("--context", str(world.place("national").context("auditor"))),
    )
    require(code == 0, f"export: exit {code}: {text}")
    if world.planted == "g":
        _alter(folder / "events.jsonl")
    earlier = _first_checkpoint(world, folder)
    vkey = log_key(world.place("national"), world.officials["national"].first)
    code, text = _command(
        world,
        *("audit", "verify", str(folder), "--vkey", vkey, "--earlier", str(earlier)),
        "--json",
    )
    verdict = json.loads(text)
    require(code == 0 and verdict["valid"], f"exit {code}: {verdict['failure']}")
    return "; ".join(f"{s['step']} {s['detail'][:40]}" for s in verdict["steps"])


def _first_checkpoint(world: World, folder: Path) -> Path:
    """Keep the first checkpoint that a walk saw: later logs must be consistent with it."""
    kept = world.map.folder / "first-checkpoint"
    if not kept.exists():
        kept.write_text((folder / "checkpoint").read_text("utf-8"), "utf-8")
    return kept


def _alter(events: Path) -> None:
    """Change one word of one event, as somebody would who wants it otherwise."""
    first, *rest = events.read_text("utf-8").splitlines()
    line = json.loads(first)
    line["event"]["type"] = "oidc.nothing_happened"
    changed = json.dumps(line, ensure_ascii=False, sort_keys=True)
    events.write_text("\n".join([changed, *rest]) + "\n", "utf-8")


def _command(world: World, *argv: str) -> tuple[int, str]:
    """Run a command line as an operator would; return exit code and output."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            code = world.stage.command(list(argv))
    except NotFoundOut as failure:
        raise Lost(str(failure)) from failure
    return code, said.getvalue()


JOURNEY: Final = Journey(
    "g",
    "每一步都在日志中，并离线证明 · every step is in the log and proven offline",
    (
        Step("every step of the first journey is proven", every_step_is_proven),
        Step("a reference id finds its event", reference_is_found),
        Step("the whole log is exported and verified offline", whole_log_is_proven),
    ),
    needs=("a",),
)
