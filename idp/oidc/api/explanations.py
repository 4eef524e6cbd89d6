"""What people read when their request ends on a page of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from idp.clients.errors import TrustNotEstablished
from idp.oidc import errors
from idp.oidc.flows.reception import Reception
from kernel.errors import DomainError, Malformed, Refused
from kernel.infra.pages import Explanation, Explanations, Pages
from kernel.infra.pages import mark as _
from kernel.infra.pages.explanations import explain
from kernel.standing import NotInGoodStanding
from kernel.web import Reply, Request

_BACK: Final = _(
    "请返回您要使用的服务重新进入。如果仍然看到此页，请把参考编号告诉该服务的客服。"
)

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType({
    errors.ClientNotKnown: Explanation(400, _("不认识您来自的应用"), _BACK),
    errors.RedirectUriNotRegistered: Explanation(
        400, _("该应用的返回地址没有登记，我们不会把您的信息送往那里"), _BACK
    ),
    errors.ResponseModeNotSupported: Explanation(
        400, _("该应用要求的返回方式不受支持"), _BACK
    ),
    errors.InteractionNotYours: Explanation(
        400, _("这次登录不属于当前浏览器，或已经完成"), _BACK
    ),
    TrustNotEstablished: Explanation(
        400, _("无法确认您来自的应用属于可信的机构，我们不会把您的信息送往那里"), _BACK
    ),
    errors.RequestObjectRefused: Explanation(
        400, _("该应用发来的请求未能通过签名核验"), _BACK
    ),
    errors.RequestUriRefused: Explanation(400, _("该应用发来的请求有误"), _BACK),
    errors.PushedRequestRefused: Explanation(
        400, _("这次请求已经用过或已过期"), _BACK
    ),
    NotInGoodStanding: Explanation(403, _("该应用已被暂停使用"), _BACK),
    errors.GrantTypeNotAllowed: Explanation(
        403, _("该应用没有登记这种登录方式"), _BACK
    ),
    errors.TransferUnknown: Explanation(
        404, _("没有等待确认的请求，或已经处理"), _BACK
    ),
    errors.UserCodeUnknown: Explanation(
        404, _("没有设备在等待这个代码，或已经处理"), _BACK
    ),
    errors.DeviceGrantUnknown: Explanation(
        404, _("没有找到这台设备"), _("请返回“账户管理”重试。")
    ),
    errors.TooManyUserCodes: Explanation(
        429, _("短时间内输入的代码太多"), _("请十分钟后再试。")
    ),
    errors.LogoutRefused: Explanation(
        400,
        _("退出请求不正确，没有执行退出"),
        _("要退出登录，请打开“账户管理”，选择“退出登录”。"),
    ),
    Malformed: Explanation(400, _("该应用发来的请求有误"), _BACK),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageTable:
    """Answers a failure with a page: nothing is redirected anywhere, nothing recorded."""

    pages: Pages
    rows: Explanations = field(default_factory=lambda: EXPLANATIONS)

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the page of the nearest row, with the error's code and the reference."""
        return self.pages.error(request, explain(error, (self.rows,)), code=error.code)


@dataclass(frozen=True, slots=True)
class RefusalPages:
    """Answers an authorization request that is refused with a page, and records it.

    The page tells a reference: it must be found, however early the request was refused,
    by its form or size, before any flow saw it.
    """

    pages: PageTable
    reception: Reception

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the page; where the record cannot be kept, the page says that instead."""
        try:
            if isinstance(error, Refused):
                self.reception.refused(error)
        except DomainError as failure:
            return self.pages.reply(failure, request)
        return self.pages.reply(error, request)
