"""Applications: the list, one of them, its history, and what is done to it."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.console.domain import flat
from portals.console.domain.applications import (
    Application,
    ApplicationId,
    application_id,
    waiting_differences,
)
from portals.console.errors import AddressMalformed, ApiRefused, ChangeMoved, FormIncomplete
from portals.console.views import application_labels as words
from portals.console.views.desk import RESHOWN, Desk, done, once

_MOVED: Final = frozenset({"change_differs", "subject_moved", "nothing_to_approve"})
_POSSIBLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "draft": ("open", "retire"),
    "sandbox": ("submit", "disable", "retire"),
    "submitted": ("return", "disable", "retire"),
    "approved": ("activate", "return", "disable", "retire"),
    "live": ("disable", "retire"),
    "suspended": ("enable", "retire"),
})  # fmt: skip
CONSEQUENCES: Final[Mapping[str, str]] = MappingProxyType({
    "open": _("应用进入试用，只能由测试人员登录。"),
    "submit": _("这是提出，不会立刻上线：须由另一位操作员核对后批准，其间仍为试用。"),
    "return": _("应用退回试用，原先的提交作废，修改后可以重新提交。"),
    "activate": _("应用上线，所有人都可以登录。"),
    "disable": _("立即生效：任何人都不能经由该应用登录，已签发的令牌失效。"),
    "enable": _("曾经上线的，须由另一位操作员核对后批准；其余的立即回到试用。"),
    "retire": _("立即生效，不可撤销：该应用永久停用，再接入须重新登记。"),
})  # fmt: skip
GRAVE: Final = frozenset({"disable", "retire"})


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """
    _add_reading(pages, desk)
    _add_acting(pages, desk)


def _add_reading(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/applications")
    def applications() -> ResponseReturnValue:
        """List applications, with their state."""
        after = flask.request.args.get("after", "")
        found = desk.applications.page(desk.token(), after)
        return _page(desk, "applications", found=found)

    @pages.get("/applications/<name>")
    def application(name: str) -> ResponseReturnValue:
        """Show one: what is said of it, what waits, what can be done."""
        return _shown(desk, application_id(name))

    @pages.get("/applications/<name>/history")
    def application_history(name: str) -> ResponseReturnValue:
        """Show what was done to it, before and after."""
        token, one = desk.token(), application_id(name)
        found = desk.applications.show(token, one)
        steps = desk.applications.history(token, one)
        return _page(desk, "application_history", application=found, steps=steps)


def _add_acting(pages: flask.Blueprint, desk: Desk) -> None:
    @pages.get("/applications/<name>/act/<action>")
    def ask_application(name: str, action: str) -> ResponseReturnValue:
        """Say what an act does, and ask why it is done."""
        return _form(desk, _found(desk, name), action)

    @pages.post("/applications/<name>/act/<action>")
    def act_on_application(name: str, action: str) -> ResponseReturnValue:
        """Do it, or ask a second person."""
        _is_known(action)
        one, reason = application_id(name), flask.request.form.get("reason", "")
        try:
            waits = desk.applications.move(desk.token(), one, action, reason, once())
        except FormIncomplete:
            page = _form(desk, _found(desk, name), action, reason)
            return page, RESHOWN[FormIncomplete].status
        return done(f"/applications/{one}", words.WAITS if waits else f"did-{action}")

    @pages.post("/applications/<name>/approve")
    def approve_application(name: str) -> ResponseReturnValue:
        """Approve the change that stood on the page."""
        one, form = application_id(name), flask.request.form
        seen, reason = form.get("digest", ""), form.get("reason", "")
        try:
            desk.applications.approve(desk.token(), one, seen, reason, once())
        except FormIncomplete:
            page = _shown(desk, one, lacking=True, written=reason)
            return page, RESHOWN[FormIncomplete].status
        except ChangeMoved:
            return _shown(desk, one, moved=True, written=reason), HTTPStatus.CONFLICT
        except ApiRefused as refusal:
            if refusal.reason not in _MOVED:
                raise
            return _shown(desk, one, moved=True, written=reason), HTTPStatus.CONFLICT
        return done(f"/applications/{one}", "approved")


def _found(desk: Desk, name: str) -> Application:
    return desk.applications.show(desk.token(), application_id(name))


def _is_known(action: str) -> None:
    if action not in CONSEQUENCES:
        raise AddressMalformed(action[:40])


def _form(desk: Desk, found: Application, action: str, written: str | None = None) -> str:
    _is_known(action)
    wrong = {} if written is None else {"reason": gettext("请填写理由，不超过 500 字")}
    return _page(
        desk,
        "application_act",
        application=found,
        action=action,
        consequence=gettext(CONSEQUENCES[action]),
        grave=action in GRAVE,
        written=written or "",
        wrong=wrong,
    )


def _shown(
    desk: Desk,
    name: ApplicationId,
    *,
    moved: bool = False,
    lacking: bool = False,
    written: str = "",
) -> str:
    token = desk.token()
    found = desk.applications.show(token, name)
    waits = found.waiting
    return _page(
        desk,
        "application",
        application=found,
        said=flat(found.said),
        pictures=desk.pictures.of(token, found),
        changes=() if waits is None else waiting_differences(waits),
        acts=_POSSIBLE.get(found.state, ()),
        moved=moved,
        written=written,
        wrong={"reason": gettext("请填写理由，不超过 500 字")} if lacking else {},
    )


def _page(desk: Desk, template: str, **values: object) -> str:
    return desk.page(template, here="applications", of=words, **values)
