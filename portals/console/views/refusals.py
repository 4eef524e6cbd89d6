"""What operators read when the hub's API says no: what happened, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import mark as _
from portals.console.errors import ApiRefused


@dataclass(frozen=True, slots=True)
class Words:
    """What happened and what to do now, as message ids."""

    title: str
    advice: str


_REREAD: Final = _("请返回该成员的页面，查看最新内容后再操作。没有任何内容被更改。")
_ANEW: Final = _("请返回该成员的页面，按现在的内容重新提出。没有任何内容被更改。")
_APPLICATION: Final = _("请返回应用的页面，查看最新内容后再操作。没有任何内容被更改。")

BY_REASON: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "same_person": Words(
            _("提出人不能批准自己提出的变更"),
            _("请由另一位操作员登录后批准。没有任何内容被更改。"),
        ),
        "change_differs": Words(_("变更内容与您看到的不一致"), _REREAD),
        "subject_moved": Words(_("提出之后，该成员又发生了变化"), _ANEW),
        "proposal_decided": Words(
            _("这项变更已经有人批准"), _("不需要再操作。您可以在成员历史中查看结果。")
        ),
        "proposal_expired": Words(_("这项变更超过十四天没有批准，已经失效"), _ANEW),
        "proposal_unknown": Words(
            _("没有找到这项变更"), _("它可能已被撤回。请从待批列表重新进入。")
        ),
        "member_unknown": Words(
            _("没有找到这个成员"), _("请检查网址，或从成员列表重新进入。")
        ),
        "member_changed": Words(_("该成员刚刚被他人更改"), _REREAD),
        "transition_not_allowed": Words(_("该成员现在的状态不能这样处理"), _REREAD),
        "version_differs": Words(_("该成员刚刚被他人更改"), _REREAD),
        "not_the_proposer": Words(_("只有提出人可以撤回，暂停的确认不能撤回"), _REREAD),
        "basis_missing": Words(
            _("有信息没有写明依据或用途"), _("请让申请方补充后再提交。没有任何内容被更改。")
        ),
        "reason_missing": Words(
            _("理由、依据或必要性说明没有写全"), _("请返回上一页补充后再提交。")
        ),
        "nothing_to_confirm": Words(_("没有等待确认的暂停"), _REREAD),
        "nothing_changes": Words(_("提出的条款与现在的条款相同"), _REREAD),
        "no_probe": Words(_("现在不能检查这一类成员"), _("请稍后再试，或凭参考编号求助。")),
        "insufficient_user_authentication": Words(
            _("这次登录的强度不够"),
            _("请退出后用两种方式重新登录，再做一次。没有任何内容被更改。"),
        ),
        "nothing_to_approve": Words(_("没有等待批准的内容"), _APPLICATION),
        "not_ready_to_submit": Words(
            _("登记内容还不能提交"),
            _("用途、每项信息的依据和联系人都须写明。请申请方补充后再提交。"),
        ),
        "client_unknown": Words(_("没有找到这个应用"), _APPLICATION),
        "client_moved": Words(_("该应用刚刚被他人更改"), _APPLICATION),
        "nobody_to_call": Words(
            _("没有可以再通知的应用"),
            _(
                "没有通知到的应用都没有登记退出通知地址，或已经在等待通知。没有任何内容被更改。"
            ),
        ),
        "access_denied": Words(
            _("您没有办理此事的权限"),
            _("控制台只供有相应角色的操作员使用。需要权限时，请联系本机构的管理员。"),
        ),
    }
)
_BY_STATUS: Final[Mapping[int, Words]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: Words(
            _("登录没有取得办理权限"),
            _("控制台只供有相应角色的操作员使用。如果您是操作员，请退出后重新登录。"),
        ),
        HTTPStatus.FORBIDDEN: BY_REASON["access_denied"],
        HTTPStatus.NOT_FOUND: Words(
            _("没有找到您要的内容"), _("请检查网址，或从列表重新进入。")
        ),
        HTTPStatus.CONFLICT: Words(_("内容已经发生变化"), _REREAD),
        HTTPStatus.PRECONDITION_FAILED: BY_REASON["member_changed"],
    }
)
_OF_APPLICATIONS: Final = ("/applications", "/sign-outs")
_MOVED_ON: Final[Mapping[str | int, Words]] = MappingProxyType(
    {
        "transition_not_allowed": Words(_("该应用现在的状态不能这样处理"), _APPLICATION),
        HTTPStatus.CONFLICT: Words(_("内容已经发生变化"), _APPLICATION),
        HTTPStatus.PRECONDITION_FAILED: BY_REASON["client_moved"],
    }
)
"""What is said of members elsewhere: on the pages of applications there is no member."""
_SCOPES_MISSING: Final = Words(
    _("控制台还不能办理应用的事务"),
    _(
        "控制台的登记须有范围 clients:read 和 clients:write，您本人须有操作员角色。"
        "请管理员补充登记，然后退出并重新登录。没有任何内容被更改。"
    ),
)
_OTHER: Final = Words(
    _("中心没有接受这项操作"),
    _("没有任何内容被更改。请检查填写的内容；如果再次出现，请凭参考编号求助。"),
)


def words_for(refusal: ApiRefused, page: str = "") -> Words:
    """Return the words for a refusal: those of its reason, else of its status.

    ``page`` is where it happened: a console that was registered before it had pages of
    applications lacks their scopes, and says so.
    """
    if refusal.status == HTTPStatus.FORBIDDEN and page.startswith(_OF_APPLICATIONS):
        return _SCOPES_MISSING
    by_status = _BY_STATUS.get(refusal.status, _OTHER)
    words = BY_REASON.get(refusal.reason, by_status)
    if not page.startswith(_OF_APPLICATIONS):
        return words
    if refusal.reason in BY_REASON:
        return _MOVED_ON.get(refusal.reason, words)
    return _MOVED_ON.get(refusal.status, words)
