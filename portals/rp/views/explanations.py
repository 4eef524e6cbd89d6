"""What people read when signing in at a portal fails: what happened, what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _
from kernel.proof.jose import JoseRefused
from portals.rp.errors import (
    AttemptExpired,
    AttemptUnknown,
    BrowserDiffers,
    HubUnavailable,
    InitiationRefused,
    IssuerDiffers,
    IssuerMissing,
    LevelNotReached,
    ReturnAddressRefused,
    SignInDeclined,
    SignInRefused,
    TokenNotAccepted,
)

_REENTER: Final = _("请返回首页，再登录一次。您没有被登录，也没有办理任何事项。")
_CALL: Final = _(
    "为了您的安全，本站没有接受这次登录。请返回首页重试；如果再次出现，请凭参考编号求助。"
)

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        AttemptUnknown: Explanation(409, _("这次登录已经结束"), _REENTER),
        AttemptExpired: Explanation(410, _("这次登录已经超时"), _REENTER),
        BrowserDiffers: Explanation(
            403,
            _("这次登录不是在此浏览器中开始的"),
            _("请在同一个浏览器中从首页重新登录，并允许本站使用 Cookie。"),
        ),
        IssuerMissing: Explanation(403, _("无法确认登录结果来自谁"), _CALL),
        IssuerDiffers: Explanation(403, _("登录结果不是来自我们信任的平台"), _CALL),
        SignInDeclined: Explanation(
            403,
            _("您没有完成登录"),
            _("您可以返回首页继续浏览，需要时再登录。"),
        ),
        LevelNotReached: Explanation(
            403,
            _("这次登录的身份等级不够"),
            _("请返回事项页，按提示完成身份核对，或换一种登录方式。"),
        ),
        InitiationRefused: Explanation(
            400,
            _("这个登录链接不是给本站的"),
            _("请从首页登录。您没有被带到任何其他网站。"),
        ),
        ReturnAddressRefused: Explanation(
            400, _("网址不完整或不正确"), _("请从首页重新进入。")
        ),
        TokenNotAccepted: Explanation(403, _("登录凭证没有通过验证"), _CALL),
        JoseRefused: Explanation(403, _("登录凭证没有通过验证"), _CALL),
        SignInRefused: Explanation(403, _("登录没有完成"), _CALL),
        HubUnavailable: Explanation(
            503,
            _("统一身份认证暂时没有响应"),
            _("请稍后再登录。不需要登录的内容可以照常查看。"),
        ),
    }
)
