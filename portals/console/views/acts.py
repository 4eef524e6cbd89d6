"""Acting on a member: the consequences first, then the grounds, then the act."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.console.domain import Member, MemberId, member_id
from portals.console.errors import AddressMalformed, FormIncomplete
from portals.console.service.deciding import ALONE, TWO, Intent, asked_for
from portals.console.views import labels
from portals.console.views.desk import RESHOWN, Desk, done, once

_POSSIBLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "draft": ("submit", "cancel"),
    "submitted": ("cancel",),
    "checked": ("approve", "cancel"),
    "approved": ("cancel",),
    "active": ("suspend", "withdraw"),
    "suspended": ("reinstate", "withdraw"),
})  # fmt: skip
_VERSION: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_TELLS_MEMBER: Final = _("成员的联系人会收到通知。")
CONSEQUENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "submit": (_("申请进入检查，之后不能再改。"),),
    "cancel": (_("申请到此为止，需要时只能重新申请。"), _TELLS_MEMBER),
    "approve": (
        _("这是提出，不会立刻生效：须由另一位操作员核对后批准。"),
        _("批准后，中心为该成员签发声明，全国各平台开始信任它。"),
    ),
    "suspend": (
        _("立即生效：本中心五秒内、其他中心三十秒内停止信任该成员。"),
        _("经由该成员的登录和会话会结束，依赖它的用户暂时不能登录。"),
        _("另一位操作员应当在二十四小时内确认；没有确认也不会自动解除，而是告警。"),
        _TELLS_MEMBER,
    ),
    "reinstate": (
        _("这是提出，不会立刻生效：须由另一位操作员核对后批准。"),
        _("批准后重新签发声明和信任标记，该成员恢复使用。"),
    ),
    "withdraw": (
        _("这是提出，不会立刻生效：须由另一位操作员核对后批准。"),
        _("批准后不可撤销：该成员永久退出，再加入须重新申请。"),
    ),
})  # fmt: skip
GRAVE: Final = frozenset({"suspend", "withdraw", "cancel"})


def possible(state: str) -> tuple[str, ...]:
    """Return what can be done with a member in a state; the API has the last word."""
    return _POSSIBLE.get(state, ())


def add(pages: flask.Blueprint, desk: Desk) -> None:
    """Add the views.

    Args:
        pages: the room's blueprint.
        desk: the use cases and settings they call.
    """

    @pages.get("/members/<name>/act/<action>")
    def ask(name: str, action: str) -> ResponseReturnValue:
        """Say what an act does, and ask for its grounds."""
        _is_known(action)
        member = desk.members.show(desk.token(), member_id(name))
        return _form(desk, member, action, {}, ())

    @pages.post("/members/<name>/act/<action>")
    def act(name: str, action: str) -> ResponseReturnValue:
        """Do it, or propose it."""
        _is_known(action)
        intent = intent_of(member_id(name), action)
        try:
            proposal = desk.deciding("members").carry_out(desk.token(), intent)
        except FormIncomplete as incomplete:
            member = desk.members.show(desk.token(), intent.member)
            page = _form(desk, member, action, intent.written, incomplete.fields)
            return page, RESHOWN[FormIncomplete].status
        if proposal is None:
            return done(f"/members/{intent.member}", action)
        return done(f"/proposals/{proposal}", "proposed")


def intent_of(member: MemberId, action: str) -> Intent:
    """Return what the posted form asks to be done with a member."""
    written = flask.request.form.to_dict()
    version = written.get("version", "")
    return Intent(
        member=member,
        version=int(version) if _VERSION.fullmatch(version) else 0,
        action=action,
        written=written,
        once=once(),
    )


def _is_known(action: str) -> None:
    if action not in ALONE | TWO:
        raise AddressMalformed(action[:40])


def _form(
    desk: Desk,
    member: Member,
    action: str,
    written: Mapping[str, str],
    wrong: tuple[str, ...],
) -> str:
    said = {
        name: gettext("%(field)s：请填写，不超过 2000 字", field=labels.ground(name))
        for name in wrong
    }
    return desk.page(
        "act",
        here="members",
        member=member,
        action=action,
        asked=asked_for(action),
        consequences=[gettext(line) for line in CONSEQUENCES[action]],
        grave=action in GRAVE,
        alone=action in ALONE,
        written=written,
        wrong=said,
    )
