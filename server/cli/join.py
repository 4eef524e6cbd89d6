"""``trusthub members join``: a plain OpenID provider, from its address to checked."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from server.cli.acts import Act, option, required
from server.cli.calls import CONTEXT
from server.cli.outcome import Answer, Exit, Told, WrongUse, laid_out
from server.cli.paths import path_to
from server.contexts.api import Answered, Api
from server.contexts.context import chosen

_LEVELS: Final = {"1": 1, "2": 2, "3": 3, "4": 4}
_BASIS: Final = "identity assertion under the membership contract"
_SECRET_LIMIT: Final = 4096


def _join(arguments: argparse.Namespace) -> Answer:
    """Examine, show, and where all is well apply, submit and have it checked."""
    api = Api(chosen(arguments.context))
    examined = api.post("/trust/examinations", _asked(arguments))
    lines = _found(examined)
    if examined.member("passed") is not True:
        told = [*lines, "", "It cannot join yet: put the lines right that say FAIL."]
        return Answer(examined.body, lines=told, exit=Exit.REFUSED)
    proposal = examined.member("proposal")
    lines += ["", "Proposal:", *laid_out(proposal, "  ")]
    if arguments.dry_run:
        return Answer(examined.body, lines=lines)
    application = _application(proposal, arguments)
    return _applied(api, application, lines)


def _applied(api: Api, application: Mapping[str, object], lines: list[str]) -> Answer:
    """Send the three calls that one person may make; two persons do the rest."""
    member = api.post("/members", application).text("id")
    path = path_to("/members/{id}", {"id": member})
    for step in ("submit", "check"):
        try:
            api.post(f"{path}/{step}")
        except Told as failed:
            failed.advice += f"; the draft stays as {member}: members {step} {member}"
            raise
    state = api.get(path).text("state")
    then = [
        "",
        f"Member {member} is {state}. What two persons still do:",
        f"  trusthub members approve {member} --reason … --basis …",
        "  trusthub members accept PROPOSAL --digest …     (as the second person)",
    ]
    return Answer({"member": member, "state": state}, lines=[*lines, *then])


def _asked(arguments: argparse.Namespace) -> dict[str, object]:
    named = {
        "slug": arguments.slug,
        "client_id": arguments.client_id,
        "name_zh": arguments.name_zh,
        "name_en": arguments.name_en,
    }
    return {
        "discovery": arguments.discovery,
        "level": _LEVELS[arguments.ceiling],
        "basis": arguments.basis,
        "claims": dict(_pairs(arguments.claim, "--claim OURS=THEIRS")),
        "levels": {acr: _level(n) for acr, n in _pairs(arguments.level, "--level ACR=N")},
        **{name: value for name, value in named.items() if value is not None},
    }


def _application(proposal: object, arguments: argparse.Namespace) -> dict[str, object]:
    """Return what is applied with: the proposal, and what only whoever joins it knows.

    Raises:
        WrongUse: without our name and secret there, nobody could sign in through it.
    """
    if not isinstance(proposal, dict) or not arguments.client_id:
        raise WrongUse(
            "without --client-id nobody could sign in through it",
            "have a client registered there, or look first with --dry-run",
        )
    told = {"code": arguments.code, "uscc": arguments.uscc}
    secret = _secret(arguments.client_secret_file)
    return {
        **proposal,
        "contacts": arguments.contact,
        **{name: value for name, value in told.items() if value is not None},
        **({} if secret is None else {"client_secret": secret}),
    }


def _secret(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        held = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as cause:
        raise WrongUse(f"{file}: {cause}", "name a file that holds the secret") from cause
    if not 0 < len(held) <= _SECRET_LIMIT:
        raise WrongUse(f"{file}: no secret in it", "name a file that holds the secret")
    return held


def _found(examined: Answered) -> list[str]:
    """Lay findings out: one line each, and what to change where something is wrong."""
    lines = [_line(check) for check in examined.rows("checks")]
    noted = examined.member("notes")
    notes = noted if isinstance(noted, list) else []
    return [*lines, *(f"note  {note}" for note in notes)]


def _line(check: Mapping[str, object]) -> str:
    name, clause = check.get("name"), check.get("clause")
    if check.get("passed") is True:
        return f"pass  {name}  [{clause}]"
    return f"FAIL  {name}  [{clause}]  {check.get('advice')}"


def _pairs(given: Iterable[str], form: str) -> list[tuple[str, str]]:
    split = [one.rpartition("=") for one in given]
    if any(not between for _, between, _ in split):
        raise WrongUse(f"{form}: no = in it", f"write {form}")
    return [(left, right) for left, _, right in split]


def _level(text: str) -> int:
    if text not in _LEVELS:
        raise WrongUse(f"{text} is no level", "levels are 1, 2, 3 and 4")
    return _LEVELS[text]


JOIN: Final = Act(
    name="join",
    summary="let a plain OpenID provider join: examine, propose, apply, check",
    run=_join,
    changes=True,
    arguments=(
        required("discovery", "its …/.well-known/openid-configuration"),
        option("client-id", "our name there"),
        option("client-secret-file", "file with our secret there", type=Path),
        option("ceiling", "most it may vouch for", choices=sorted(_LEVELS), default="2"),
        option("slug", "last part of the path of its hosted configuration"),
        option("name-zh", "its name in Chinese"),
        option("name-en", "its name in English"),
        option("basis", "on which it asserts attributes", default=_BASIS),
        option("code", "its region, GB/T 2260"),
        option("uscc", "its unified social credit code"),
        option("contact", "a contact; may be given again", action="append", default=[]),
        option("claim", "OURS=THEIRS; may be given again", action="append", default=[]),
        option("level", "ACR=1…4; may be given again", action="append", default=[]),
        CONTEXT,
    ),
)
