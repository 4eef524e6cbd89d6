"""What operators read when the console itself refuses."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _
from portals.console.errors import AddressMalformed, ChangeMoved, DigestForged

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        AddressMalformed: Explanation(
            404, _("没有找到您要的内容"), _("请检查网址，或从列表重新进入。")
        ),
        ChangeMoved: Explanation(
            409,
            _("变更内容与您看到的不一致"),
            _("请从待批列表重新进入，核对新的内容和摘要。没有任何内容被更改。"),
        ),
        DigestForged: Explanation(
            409,
            _("摘要与显示的内容不符，不能批准"),
            _("请不要批准这项变更，并凭参考编号立即报告安全负责人。"),
        ),
    }
)
