"""What people read when the counter refuses."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _
from portals.public.errors import (
    CaseUnknown,
    FormIncomplete,
    HigherLevelNeeded,
    ItemUnknown,
    OrganisationNeeded,
    SignInNeeded,
)

_AGAIN: Final = _("请返回事项页，按提示登录后再提交。您刚才填写的内容没有被处理。")

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        ItemUnknown: Explanation(404, _("没有这个事项"), _("请从首页的事项列表重新选择。")),
        CaseUnknown: Explanation(
            404,
            _("没有找到这个办件"),
            _("请检查编号。办件只有申请人本人登录后才能查看。"),
        ),
        SignInNeeded: Explanation(403, _("您还没有登录，或登录已经结束"), _AGAIN),
        HigherLevelNeeded: Explanation(403, _("这次登录的身份等级不够"), _AGAIN),
        OrganisationNeeded: Explanation(403, _("这个事项只能由单位办理"), _AGAIN),
        FormIncomplete: Explanation(
            422, _("表单没有填完"), _("请返回事项页，补充后再提交。")
        ),
    }
)
