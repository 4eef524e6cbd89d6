"""Limiting a member: another ceiling, or a measure short of suspension; by two persons."""

from collections.abc import Mapping

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import gettext
from portals.console.domain import MemberId, flat, member_id
from portals.console.errors import FormIncomplete
from portals.console.service.deciding import AXES, MEASURES, asked_for
from portals.console.views import labels
from portals.console.views.acts import intent_of
from portals.console.views.desk import RESHOWN, Desk, done

_ACTION = "change"


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """

    @pages.get("/members/<name>/limit")
    def ask_limit(name: str) -> ResponseReturnValue:
        """Show the ceiling and the measures in force, to be changed."""
        return _form(desk, member_id(name), None, ())

    @pages.post("/members/<name>/limit")
    def limit(name: str) -> ResponseReturnValue:
        """Propose others."""
        intent = intent_of(member_id(name), _ACTION)
        try:
            proposal = desk.deciding("members").limit(desk.token(), intent)
        except FormIncomplete as wrong:
            page = _form(desk, intent.member, intent.written, wrong.fields)
            return page, RESHOWN[FormIncomplete].status
        return done(f"/proposals/{proposal}", "proposed")


def _form(
    desk: Desk,
    name: MemberId,
    written: Mapping[str, str] | None,
    fields: tuple[str, ...],
) -> str:
    member = desk.members.show(desk.token(), name)
    held = flat(member.terms)
    now = {axis: held.get(("ceiling", axis), "") for axis in AXES}
    now |= {one: "yes" for one in held.get(("measures",), "").split() if one in MEASURES}
    return desk.page(
        "limit",
        here="members",
        member=member,
        axes=AXES,
        measures=MEASURES,
        asked=asked_for(_ACTION),
        written=now if written is None else written,
        wrong={
            field: gettext("%(field)s：请检查填写的内容", field=labels.ground(field))
            for field in fields
        },
    )
