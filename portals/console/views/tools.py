"""Tools for engineers of relying parties: a pasted token, taken apart."""

import flask
from flask.typing import ResponseReturnValue

from kernel.secret import Secret
from portals.console.domain.decoded import Decoded
from portals.console.views import claims
from portals.console.views.desk import Desk
from portals.rp.errors import SignedOut


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """

    @pages.get("/tools/token")
    def ask_token() -> ResponseReturnValue:
        """Ask for a token; none is ever taken from an address."""
        return _page(desk, None)

    @pages.post("/tools/token")
    def token() -> ResponseReturnValue:
        """Show what it says; it is not on the page again, nor kept anywhere."""
        return _page(desk, Secret(flask.request.form.get("token", "")))


def _page(desk: Desk, pasted: Secret | None) -> ResponseReturnValue:
    if desk.visitor() is None:
        raise SignedOut
    found: Decoded | None = None if pasted is None else desk.decoding(pasted)
    answer = flask.make_response(desk.page("token", here="tools", found=found, of=claims))
    answer.headers["Cache-Control"] = "no-store"
    return answer
