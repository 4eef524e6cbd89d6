"""Sign-outs that did not reach everybody: who was not told, and telling them again."""

from typing import Final

import flask
from flask.typing import ResponseReturnValue

from portals.console.domain.applications import sign_out_id
from portals.console.views import application_labels as words
from portals.console.views.desk import Desk, done, once

STATES: Final = ("failed", "pending")
"""What can be asked for; the first where nothing is said."""


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """

    @pages.get("/sign-outs")
    def sign_outs() -> ResponseReturnValue:
        """List sign-outs with somebody who was not told, or not yet."""
        asked, after = flask.request.args.get("state", ""), flask.request.args.get("after")
        state = asked if asked in STATES else STATES[0]
        found = desk.sign_outs.page(desk.token(), state, after or "")
        return desk.page(
            "sign_outs",
            here="sign-outs",
            of=words,
            found=found,
            state=state,
            states=STATES,
        )

    @pages.post("/sign-outs/<name>/retry")
    def tell_again(name: str) -> ResponseReturnValue:
        """Have everybody told again who could not be reached."""
        desk.sign_outs.again(desk.token(), sign_out_id(name), once())
        return done("/sign-outs?state=pending", "told-again")
