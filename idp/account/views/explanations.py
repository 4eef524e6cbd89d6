"""What people read when something in their account fails: what happened, what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from idp.account.errors import (
    DeviceUnknown,
    EnrolmentStale,
    NoPasswordHere,
    ReleaseUnknown,
    SessionTooWeak,
)
from idp.people.errors import AuthenticatorUnknown
from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _

_BACK: Final = _("请返回“账户管理”重试。")
EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        DeviceUnknown: Explanation(404, _("没有找到这台设备"), _BACK),
        AuthenticatorUnknown: Explanation(
            404,
            _("没有找到这种验证方式"),
            _("它可能已经移除。请返回“账户管理”查看。"),
        ),
        ReleaseUnknown: Explanation(404, _("没有找到这条记录"), _BACK),
        EnrolmentStale: Explanation(409, _("这一页已经过期"), _BACK),
        NoPasswordHere: Explanation(
            409, _("您在这里没有密码"), _("您通过其他平台登录，请在那里修改密码。")
        ),
        SessionTooWeak: Explanation(
            403,
            _("当前登录的等级不够"),
            _("请先用等级更高的方式登录，再移除这种验证方式。"),
        ),
    }
)
