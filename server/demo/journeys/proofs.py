"""(g) Every step is found in the log and proven offline."""

import contextlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from server.contexts.told import NotFoundOut
from server.demo.card import log_key
from server.demo.journeys.abroad import BROWSER
from server.demo.journeys.browser import Lost
from server.demo.journeys.logs import find_event, proven
from server.demo.journeys.world import Journey, Step, World, require

# What each journey leaves behind: (installation, type of event).
TRACES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "a": (
        ("sc", "oidc.authorization_started"),
        ("sc", "broker.sent_upstream"),
        ("national", "broker.sent_upstream"),
        ("gd", "login.password_accepted"),
        ("gd", "oidc.code_issued"),
        ("gd", "oidc.code_redeemed"),
        ("national", "broker.upstream_accepted"),
        ("national", "session.session_started"),
        ("sc", "broker.upstream_accepted"),
        ("sc", "oidc.code_redeemed"),
    ),
    "b": (
        ("national", "oidc.authorization_started"),
        ("national", "oidc.code_redeemed"),
    ),
    "c": (
        ("national", "oidc.claims_released"),
        ("national", "login.person_registered"),
        ("national", "realname.two_elements_checked"),
        ("national", "login.real_name_confirmed"),
        ("national", "people.identity_raised"),
        ("national", "login.code_accepted"),
        ("national", "session.session_strengthened"),
    ),
    "d": (("national", "login.certificate_accepted"),),
    "e": (
        ("national", "registry.member_moved"),
        ("national", "session.session_ended"),
        ("sc", "broker.upstream_signed_out"),
    ),
    "f": (
        ("national", "oidc.sign_out_asked"),
        ("national", "session.sign_out_delivered"),
        ("national", "session.sign_out_failed"),
    ),
}


def every_step_is_proven(world: World) -> str:
    """Each act of the journeys walked is found by its type and proven by the log's key."""
    shown = []
    for letter in world.walked:
        for slug, kind in TRACES.get(letter, ()):
            event = find_event(world, slug, type=kind, since=world.since)
            proven(world, slug, event)
            shown.append(f"{slug}:{kind}")
    return f"{len(shown)} events: {', '.join(shown)}"


def reference_is_found(world: World) -> str:
    """The id under which a page of the walk was answered finds what was recorded of it."""
    for reference in reversed(world.browser(BROWSER).references):
        for slug in world.officials:
            rows = _referenced(world, slug, reference)
            if rows:
                proven(world, slug, rows[0])
                return f"reference {reference}: {rows[0]['type']} at {slug}, proven"
    raise Lost("no reference of the walk finds an event")


def _referenced(world: World, slug: str, reference: str) -> list[dict[str, object]]:
    asked = {"reference": reference}
    rows = world.officials[slug].auditor.get("/audit/events", asked).rows("events")
    return [row["event"] for row in rows if isinstance(row["event"], dict)]


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
        Step("every step of the journeys is proven", every_step_is_proven),
        Step("a reference id finds its event", reference_is_found),
        Step("the whole log is exported and verified offline", whole_log_is_proven),
    ),
    needs=("a",),
)
