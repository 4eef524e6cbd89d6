"""What people read when signing in through another platform does not work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from idp.broker import errors
from idp.people.errors import PersonDisabled
from idp.session.errors import (
    InteractionExpired,
    InteractionFinished,
    InteractionUnknown,
)
from kernel.errors import DomainError, Malformed
from kernel.infra.pages import Explanation, Explanations, Pages
from kernel.infra.pages import mark as _
from kernel.infra.pages.explanations import explain
from kernel.standing import NotInGoodStanding
from kernel.web import Reply, Request

_REENTER: Final = _("请从您要使用的服务重新进入，再登录一次。")
_OTHER_WAY: Final = _(
    "请从您要使用的服务重新进入，改用其他方式登录。如需帮助，请提供参考编号。"
)
_LATER: Final = _("请稍后从您要使用的服务重新进入，或改用其他方式登录。您的账号不受影响。")

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType({
    errors.ProviderUnknown: Explanation(404, _("没有这个登录平台"), _REENTER),
    errors.ProviderInMaintenance: Explanation(503, _("该登录平台正在维护"), _LATER),
    errors.ProviderNotTrusted: Explanation(
        503, _("暂时无法确认该登录平台的信任关系，没有为您登录"), _LATER
    ),
    errors.ProviderMetadataUnusable: Explanation(
        503, _("暂时无法确认该登录平台的信任关系，没有为您登录"), _LATER
    ),
    errors.NotRegistered: Explanation(
        503, _("暂时无法确认该登录平台的信任关系，没有为您登录"), _LATER
    ),
    NotInGoodStanding: Explanation(
        403, _("该登录平台已被暂停，目前不能用它登录"), _OTHER_WAY
    ),
    errors.StateRefused: Explanation(
        400, _("这次登录不是在此浏览器中开始的，或者已经用过"), _REENTER
    ),
    errors.StateExpired: Explanation(410, _("这次登录已经超时"), _REENTER),
    errors.LevelNotMet: Explanation(
        403, _("该登录平台确认的身份等级低于所办事项的要求，没有为您登录"), _OTHER_WAY
    ),
    errors.UpstreamError: Explanation(
        502, _("登录平台没有完成登录"), _OTHER_WAY
    ),
    errors.UpstreamRefused: Explanation(
        502, _("登录平台的回答没有通过核验，没有为您登录"), _OTHER_WAY
    ),
    errors.UpstreamUnavailable: Explanation(
        504, _("登录平台没有及时回应，没有为您登录"), _LATER
    ),
    errors.UpstreamKeysMissing: Explanation(
        503, _("登录平台没有及时回应，没有为您登录"), _LATER
    ),
    PersonDisabled: Explanation(403, _("此账号已被停用"), _OTHER_WAY),
    InteractionUnknown: Explanation(
        404, _("这次登录不是在此浏览器中开始的，或者已经用过"), _REENTER
    ),
    InteractionExpired: Explanation(410, _("这次登录已经超时"), _REENTER),
    InteractionFinished: Explanation(409, _("这次登录已经完成"), _REENTER),
    Malformed: Explanation(400, _("登录平台的回答无法读懂"), _REENTER),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageTable:
    """Answers a failure with a page that says what to do, and its reference."""

    pages: Pages
    rows: Explanations = field(default_factory=lambda: EXPLANATIONS)

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the page of the nearest row, with the error's code and the reference."""
        return self.pages.error(request, explain(error, (self.rows,)), code=error.code)
