"""What the views of the console may use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import ClassVar, Final
from urllib.parse import quote

import flask
from flask.typing import ResponseReturnValue

from kernel.assurance import Level
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.infra.pages import PagesSettings
from kernel.secret import Secret
from kernel.web.reshown import reshown
from portals.console.errors import FormIncomplete, StepUpAsked
from portals.console.service import (
    Applications,
    Deciding,
    Decoding,
    Marks,
    Members,
    Pictures,
    SignOuts,
)
from portals.console.views import labels
from portals.rp.domain import SESSION_COOKIE, Visitor
from portals.rp.flows.access import PersonAccess
from portals.rp.flows.sessions import Sessions

RESHOWN: Final = reshown(FormIncomplete)
"""For what a form of the console is shown again."""
_ONCE_BYTES = 18
_ACT = re.compile(r"/(approve|recall)$|/[^/]+/retry$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the views may use.

    Attributes:
        families: who decides about changes of ``members`` and of ``marks``.
    """

    families: Mapping[str, Deciding]
    members: Members
    marks: Marks
    applications: Applications
    pictures: Pictures
    sign_outs: SignOuts
    decoding: Decoding
    access: PersonAccess
    sessions: Sessions
    settings: PagesSettings
    clock: Clock
    entropy: Entropy

    LEVEL: ClassVar[Level] = Level.REAL_PERSON
    FRESH: ClassVar[timedelta] = timedelta(minutes=1)

    def deciding(self, family: str) -> Deciding:
        """Return who decides about changes of a family."""
        return self.families[family]

    def cookie(self) -> Secret | None:
        """Return the session cookie that came, if one did."""
        value = flask.request.cookies.get(self.settings.cookie_name(SESSION_COOKIE), "")
        return Secret(value) if value else None

    def visitor(self) -> Visitor | None:
        """Return who is signed in at this browser."""
        return self.sessions.current(self.cookie())

    def token(self) -> Secret:
        """Return with what the API is called in the visitor's name.

        Raises:
            SignedOut: nobody is signed in, or not any more.
        """
        return self.access.token(self.cookie())

    def has_just_signed_in(self) -> bool:
        """Whether signing in again would change nothing."""
        visitor = self.visitor()
        return visitor is not None and self.clock() - visitor.started_at < self.FRESH

    def has_what_is_asked(self, asked: StepUpAsked) -> bool:
        """Whether signing in once more, as the API asks, would change nothing."""
        visitor = self.visitor()
        if visitor is None or visitor.level < (asked.level or self.LEVEL):
            return False
        since = self.clock() - visitor.authenticated_at
        return asked.max_age is None or since <= asked.max_age

    def page(self, template: str, **values: object) -> str:
        """Write a page that knows who is signed in and the words for codes."""
        return flask.render_template(
            f"console/{template}.html",
            **{
                "visitor": self.visitor(),
                "here": "",
                "done": flask.request.args.get("done", ""),
                "once": token(self.entropy, _ONCE_BYTES),
                "say": labels,
                **values,
            },
        )


def sign_in_address() -> str:
    """Return the way to sign in, and back to this page, or to where the form stood."""
    return f"/sign-in?next={quote(_stood())}&level={Desk.LEVEL.value}"


def step_up_address(asked: StepUpAsked) -> str:
    """Return the way to sign in as the API asks, and back to where the form stood."""
    level = max(Desk.LEVEL, asked.level or Desk.LEVEL)
    way = f"/sign-in?next={quote(_stood())}&level={level.value}"
    if asked.max_age is None:
        return way
    return f"{way}&max_age={int(asked.max_age.total_seconds())}"


def _stood() -> str:
    """Return the page that was asked for; of a posted form, the one it stood on."""
    request = flask.request
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return _ACT.sub("", request.path)


def done(address: str, what: str) -> ResponseReturnValue:
    """Go on to a page that says what was done."""
    joint = "&" if "?" in address else "?"
    return flask.redirect(f"{address}{joint}done={quote(what)}", HTTPStatus.SEE_OTHER)


def once() -> str:
    """Return the key under which the posted form happens once."""
    return flask.request.form.get("once", "")
