"""Words for what a hub says in codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.rp.domain import Visitor

METHOD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pwd": _("密码"),
        "otp": _("动态验证码"),
        "mfa": _("两种方式"),
        "hwk": _("数字证书"),
        "fed": _("省级平台"),
    }
)
ROLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "legal_representative": _("法定代表人"),
        "agent": _("经办人"),
    }
)
_CLAIM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": _("姓名"),
        "identity_level": _("身份核对程度"),
        "person_kind": _("人员类型"),
        "id_number": _("证件号码"),
        "organisations": _("可以代表的单位"),
    }
)
_PERSON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "natural": _("自然人"),
        "legal_agent": _("单位经办人"),
        "civil_servant": _("公务人员"),
        "operator": _("操作员"),
        "auditor": _("审计员"),
    }
)


def claim_rows(visitor: Visitor) -> tuple[tuple[str, str], ...]:
    """Return what was released, as words and values, in the order of the hub's names."""
    return tuple(
        (gettext(_CLAIM[name]) if name in _CLAIM else name, _shown(name, value, visitor))
        for name, value in sorted(visitor.claims.items())
    )


def _shown(name: str, value: object, visitor: Visitor) -> str:
    if name == "organisations":
        return gettext("、").join(each.name for each in visitor.organisations)
    if name == "identity_level":
        return gettext("%(level)s 级", level=value)
    if name == "person_kind":
        return gettext(_PERSON[str(value)]) if value in _PERSON else str(value)
    return str(value)
