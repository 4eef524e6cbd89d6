"""The ministry's one page: who comes from another portal is known here without a word."""

from dataclasses import dataclass
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import PagesSettings
from kernel.secret import Secret
from portals.rp.domain import QUIET_COOKIE, SESSION_COOKIE, Visitor
from portals.rp.flows.sessions import Sessions

_QUIETLY: Final = "/sign-in?next=/&quiet=1"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the view may use."""

    sessions: Sessions
    settings: PagesSettings

    def visitor(self) -> Visitor | None:
        """Return who is signed in at this browser."""
        value = self._cookie(SESSION_COOKIE)
        return self.sessions.current(Secret(value) if value else None)

    def was_asked(self) -> bool:
        """Tell whether the hub was asked about this browser a moment ago."""
        return bool(self._cookie(QUIET_COOKIE))

    def _cookie(self, purpose: str) -> str:
        return flask.request.cookies.get(self.settings.cookie_name(purpose), "")


def blueprint(desk: Desk) -> flask.Blueprint:
    """Return the view.

    Args:
        desk: what it may use.
    """
    pages = flask.Blueprint("ministry", __name__, template_folder="templates")

    @pages.get("/")
    def home() -> ResponseReturnValue:
        """Show who is signed in; try once, silently, if nobody is."""
        visitor = desk.visitor()
        if visitor is None and not desk.was_asked():
            return flask.redirect(_QUIETLY, 303)
        return flask.render_template("ministry/home.html", visitor=visitor)

    return pages
