"""Members: the list, one of them, how it came about, what was found."""

from collections.abc import Mapping
from urllib.parse import urlencode

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import gettext
from portals.console.domain import Member, flat, member_id
from portals.console.errors import FormIncomplete
from portals.console.service.members import Report
from portals.console.views.acts import possible
from portals.console.views.desk import RESHOWN, Desk, done, once
from portals.console.views.labels import EVIDENCE, KIND, STATE, ground

_FILTERS = ("kind", "state")


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """
    _add_lists(pages, desk)
    _add_one(pages, desk)
    _add_upkeep(pages, desk)


def _add_lists(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/members")
    def members() -> ResponseReturnValue:
        """List members, by kind and state."""
        chosen = {name: flask.request.args.get(name, "") for name in _FILTERS}
        after = flask.request.args.get("after", "")
        found = desk.members.page(desk.token(), {**chosen, "after": after})
        return desk.page(
            "members",
            here="members",
            found=found,
            kinds=_choices("kind", tuple(KIND), chosen),
            states=_choices("state", tuple(STATE), chosen),
            next=_address({**chosen, "after": found.after}) if found.after else "",
        )


def _add_one(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/members/<name>")
    def member(name: str) -> ResponseReturnValue:
        """Show one member, what waits about it and what can be done."""
        shown = _found(desk, name)
        waiting = desk.members.waiting(desk.token(), shown.id)
        return _page(
            desk,
            "member",
            shown,
            waiting=waiting,
            terms=flat(shown.terms),
            acts=possible(shown.state),
        )

    @pages.get("/members/<name>/history")
    def history(name: str) -> ResponseReturnValue:
        """Show how it came about."""
        shown = _found(desk, name)
        return _page(
            desk, "history", shown, events=desk.members.history(desk.token(), shown.id)
        )

    @pages.get("/members/<name>/raw")
    def raw_member(name: str) -> ResponseReturnValue:
        """Show it as the API sends it."""
        shown = _found(desk, name)
        return _page(
            desk, "raw", shown, shown=shown.raw, back=f"/members/{shown.id}", title=name
        )


def _add_upkeep(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/members/<name>/checks")
    def checks(name: str) -> ResponseReturnValue:
        """Show what watching found, and the way to look now."""
        return _checks(desk, name, None)

    @pages.post("/members/<name>/checks")
    def check(name: str) -> ResponseReturnValue:
        """Look at it now, and show what was found."""
        report = desk.members.check(desk.token(), member_id(name), once())
        return _checks(desk, name, report)

    @pages.get("/members/<name>/evidence")
    def evidence(name: str) -> ResponseReturnValue:
        """Show what it has shown, and until when that stands."""
        return _evidence(desk, name, {}, ())

    @pages.post("/members/<name>/evidence")
    def file_evidence(name: str) -> ResponseReturnValue:
        """File evidence that was received."""
        member, written = member_id(name), flask.request.form.to_dict()
        try:
            desk.members.file(desk.token(), member, written, once())
        except FormIncomplete as wrong:
            page = _evidence(desk, name, written, wrong.fields)
            return page, RESHOWN[FormIncomplete].status
        return done(f"/members/{member}/evidence", "filed")


def _checks(desk: Desk, name: str, report: Report | None) -> str:
    shown = _found(desk, name)
    looks = desk.members.watched(desk.token(), shown.id)
    return _page(desk, "checks", shown, report=report, looks=looks)


def _evidence(
    desk: Desk, name: str, written: Mapping[str, str], fields: tuple[str, ...]
) -> str:
    shown = _found(desk, name)
    return _page(
        desk,
        "evidence",
        shown,
        evidence=desk.members.evidence(desk.token(), shown.id),
        kinds=tuple(EVIDENCE),
        today=desk.clock().date().isoformat(),
        written=written,
        wrong={
            field: gettext("%(field)s：请检查填写的内容", field=ground(field))
            for field in fields
        },
    )


def _found(desk: Desk, name: str) -> Member:
    return desk.members.show(desk.token(), member_id(name))


def _page(desk: Desk, template: str, member: Member, **values: object) -> str:
    return desk.page(template, here="members", member=member, **values)


def _choices(
    name: str, codes: tuple[str, ...], chosen: dict[str, str]
) -> tuple[tuple[str, str, bool], ...]:
    """Return (code, address, is current) for each value of a filter, all first."""
    return tuple(
        (code, _address({**chosen, name: code}), chosen[name] == code)
        for code in ("", *codes)
    )


def _address(asked: dict[str, str]) -> str:
    return f"/members?{urlencode({n: v for n, v in asked.items() if v})}"
