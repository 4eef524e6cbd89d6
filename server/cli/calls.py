"""Acts that are one request of the API each: rows, and the one way to send them."""

import argparse
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from server.cli.acts import Act, Argument, option
from server.cli.outcome import ActRefused, Answer, Exit, WrongUse
from server.cli.paths import path_to
from server.cli.retrying import until_known
from server.contexts.api import Answered, Api
from server.contexts.context import chosen

CONTEXT: Final = option(
    "context", "file with API and client (or TRUSTHUB_CONTEXT)", type=Path
)
PAGE: Final = (
    option("limit", "how many rows, 1 to 200"),
    option("after", "`next` of the page before"),
)
VERSION: Final = option("version", "only if it is still this version (If-Match)", type=int)
BODY: Final = Argument(
    "--body", "file with the JSON body, - for standard input", {"required": True}
)


class Body(Protocol):
    """Makes the JSON body of a request from the arguments."""

    def __call__(self, arguments: argparse.Namespace, /) -> object:
        """Return it."""
        ...


class Check(Protocol):
    """Holds a body to what can be known before it is sent."""

    def __call__(self, body: object, /) -> None:
        """Return if nothing is known against it; raise what is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One row: an act, and the request that it is.

    Attributes:
        path: under the API's base, with ``{name}`` for arguments.
        query: arguments that go into the query if they are given.
        check: what ``--dry-run`` holds the body to; without one it says it checked nothing.
        refusal_is_answer: a refusal carries a report that is to be shown.
        patience_s: how long it is sent again while nobody can tell whether it is done.
    """

    name: str
    summary: str
    method: str
    path: str
    arguments: tuple[Argument, ...] = ()
    query: tuple[str, ...] = ()
    body: Body | None = None
    check: Check | None = None
    refusal_is_answer: bool = False
    patience_s: float = 0.0

    def act(self) -> Act:
        """Return the act that sends it."""
        return Act(
            name=self.name,
            summary=self.summary,
            run=self.send,
            arguments=(*self.arguments, CONTEXT),
            changes=self.method != "GET",
        )

    def send(self, arguments: argparse.Namespace) -> Answer:
        """Send the request, or with ``--dry-run`` only say what would be sent."""
        api = Api(chosen(arguments.context))
        path = path_to(self.path, vars(arguments))
        body = None if self.body is None else self.body(arguments)
        if getattr(arguments, "dry_run", False):
            return self._tried(api.url(path), body)
        try:
            return Answer(self._sent(api, path, body, arguments).body)
        except ActRefused as refusal:
            if self.refusal_is_answer and isinstance(refusal.answer, dict):
                return Answer(refusal.answer, exit=Exit.REFUSED)
            raise

    def _tried(self, url: str, body: object) -> Answer:
        """Say what would be sent, and whether what is in it was looked at."""
        if self.check is not None:
            self.check(body)
        request = {"method": self.method, "url": url, "body": body}
        return Answer({"would_send": request, "checked": self.check is not None})

    def _sent(
        self, api: Api, path: str, body: object, arguments: argparse.Namespace
    ) -> Answered:
        """Send it; what must not be left open is sent again with the same key."""
        query, key = self._query(arguments), uuid.uuid4().hex
        tag = _tag(arguments)

        def once() -> Answered:
            return api.call(
                self.method, path, query=query, body=body, if_match=tag, key=key
            )

        return until_known(once, self.patience_s) if self.patience_s else once()

    def _query(self, arguments: argparse.Namespace) -> Mapping[str, str]:
        named = {name: getattr(arguments, name.replace("-", "_")) for name in self.query}
        return {name: str(value) for name, value in named.items() if value is not None}


def _tag(arguments: argparse.Namespace) -> str | None:
    """RFC 9110 §8.8.3: the entity tag of a version."""
    version = getattr(arguments, "version", None)
    return None if version is None else f'"{version}"'


def acts(*calls: Call) -> tuple[Act, ...]:
    """Return the acts of rows."""
    return tuple(call.act() for call in calls)


def from_file(arguments: argparse.Namespace) -> object:
    """Return the body that ``--body`` names.

    Raises:
        WrongUse: there is none, or it is not JSON.
    """
    path = arguments.body
    try:
        text = Path("/dev/stdin" if path == "-" else path).read_text("utf-8-sig")
        held: object = json.loads(text, object_pairs_hook=_once_each)
    except (OSError, ValueError, RecursionError) as cause:
        raise WrongUse(
            f"{path}: {cause}", "give --body a file with one JSON object"
        ) from cause
    return held


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """RFC 8259 §4: of a name that stands twice readers take one or the other; we none."""
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        msg = f"{twice}: a member that stands twice"
        raise ValueError(msg)
    return dict(pairs)


def members_of(*names: str) -> Body:
    """Return a body of the named arguments, those not given left out."""

    def body(arguments: argparse.Namespace) -> object:
        said = {name: getattr(arguments, name) for name in names}
        return {name: value for name, value in said.items() if value is not None}

    return body
