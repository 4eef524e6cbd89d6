"""Trust marks: types, who carries which, granting by two, taking back by one."""

from collections.abc import Mapping

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import gettext
from portals.console.errors import FormIncomplete
from portals.console.views import labels
from portals.console.views.desk import RESHOWN, Desk, done, once


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """
    _add_reading(pages, desk)
    _add_acts(pages, desk)


def _add_reading(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/marks")
    def marks() -> ResponseReturnValue:
        """List types, grants, and what waits."""
        token, after = desk.token(), flask.request.args.get("after", "")
        return desk.page(
            "marks",
            here="marks",
            types=desk.marks.types(token),
            grants=desk.marks.grants(token, after),
            waiting=desk.deciding("marks").queue(token),
        )


def _add_acts(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/marks/grant")
    def ask_grant() -> ResponseReturnValue:
        """Ask who is to carry which mark."""
        return _form(desk, "mark_grant", flask.request.args.to_dict())

    @pages.post("/marks/grant")
    def grant() -> ResponseReturnValue:
        """Propose it."""
        written = flask.request.form.to_dict()
        try:
            proposal = desk.marks.grant(desk.token(), written, once())
        except FormIncomplete as wrong:
            return _form(desk, "mark_grant", written, wrong), RESHOWN[FormIncomplete].status
        return done(f"/marks/proposals/{proposal}", "proposed")

    @pages.get("/marks/revoke")
    def ask_revoke() -> ResponseReturnValue:
        """Say what taking a mark back does, and ask why."""
        return _form(desk, "mark_revoke", flask.request.args.to_dict())

    @pages.post("/marks/revoke")
    def revoke() -> ResponseReturnValue:
        """Take a mark back, at once."""
        written = flask.request.form.to_dict()
        try:
            desk.marks.revoke(desk.token(), written, once())
        except FormIncomplete as wrong:
            return _form(desk, "mark_revoke", written, wrong), RESHOWN[
                FormIncomplete
            ].status
        return done("/marks", "revoked")


def _form(
    desk: Desk,
    template: str,
    written: Mapping[str, str],
    wrong: FormIncomplete | None = None,
) -> str:
    fields = () if wrong is None else wrong.fields
    return desk.page(
        template,
        here="marks",
        written=written,
        types=desk.marks.types(desk.token()),
        wrong={
            name: gettext("%(field)s：请检查填写的内容", field=labels.ground(name))
            for name in fields
        },
    )
