"""Words for what two persons decide about members and marks: every term, every code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.console.domain import BETWEEN

NAMED: Final[Mapping[str, str]] = MappingProxyType({
    "name": _("姓名"),
    "id_number": _("公民身份号码"),
    "identity_level": _("实名等级"),
    "person_kind": _("人员类型"),
    "organisations": _("可以代表的单位"),
    "birthdate": _("出生日期"),
    "gender": _("性别"),
    "phone_number": _("手机号码"),
    "address": _("住址"),
    "email": _("电子邮箱"),
    "province": _("省份"),
    "openid_provider": _("提供登录"),
    "openid_relying_party": _("使用登录"),
    "federation_entity": _("联邦实体"),
    "warned": _("警告"),
    "restricted": _("限制"),
})  # fmt: skip
_AXES: Final[Mapping[str, str]] = MappingProxyType({
    "identity": _("%(number)s 级"),
    "authenticator": "A%(number)s",
    "path": "F%(number)s",
})  # fmt: skip
TERM: Final[Mapping[str, str]] = MappingProxyType({
    "entity_types": _("可以担任的角色"),
    "ceiling": _("等级上限"),
    "identity": _("身份核验"),
    "authenticator": _("登录方式"),
    "path": _("传递路径"),
    "attributes": _("可以提供或取得的信息"),
    "bases": _("各项信息的依据"),
    "measures": _("监管措施"),
    "regions": _("地区范围"),
    "jwks": _("联邦密钥"),
    "keys": _("密钥"),
    "signal_jwks": _("信号密钥"),
    "log_key": _("日志密钥"),
    "approved": _("核准的参数"),
    "represented": _("代为接入"),
    "protocol": _("登录协议"),
    "issuer": _("签发方标识"),
    "client_id": _("本中心在对方的标识"),
    "slug": _("实体配置的路径"),
    "sealed_secret": _("加密保存的密钥"),
    "claims": _("信息对应"),
    "levels": _("等级对应"),
    "contract": _("协议"),
    "number": _("编号"),
    "signed_on": _("签订日期"),
    "valid_until": _("有效期至"),
    "policy": _("登记政策"),
    "version": _("版本"),
    "text_zh": _("中文文本"),
    "text_en": _("英文文本"),
    "valid_from": _("生效日期"),
    "what": _("内容"),
    "grant": _("授予"),
    "id": _("标识"),
    "name_zh": _("中文名称"),
    "name_en": _("英文名称"),
    "issuers": _("可以签发的成员"),
    "owner": _("所有者"),
    "owner_jwks": _("所有者的密钥"),
    "delegation": _("所有者的委托"),
    "logo_uri": _("图标"),
    "ref": _("说明网址"),
    "reason": _("理由"),
    "mark_type": _("标记类型"),
    "subject": _("实体标识"),
    "until": _("有效期至"),
    "granted_at": _("授予时间"),
    "revoked_at": _("收回时间"),
    "type": _("标记类型"),
    **NAMED,
})  # fmt: skip
_PROTOCOL: Final[Mapping[str, str]] = MappingProxyType({"oidc": "OpenID Connect"})
LISTED: Final = frozenset({"attributes", "entity_types", "measures"})
"""Terms that are lists of names, each with a word of its own."""


def path(names: tuple[str, ...]) -> str:
    """Return the words for a value's place in the terms."""
    return " / ".join(_word(TERM, name) for name in names)


def value(names: tuple[str, ...], text: str) -> str:
    """Return a value of the terms in words, where it is a code."""
    if text and names[:1] == ("ceiling",) and names[-1] in _AXES:
        return gettext(_AXES[names[-1]], number=text)
    if names[:1] and names[0] in LISTED:
        return BETWEEN.join(_word(NAMED, one) for one in text.split(BETWEEN))
    if text and names[:2] == ("represented", "levels"):
        return gettext("%(number)s 级", number=text)
    return _PROTOCOL.get(text, text) if names == ("represented", "protocol") else text


def _word(words: Mapping[str, str], code: str) -> str:
    return gettext(words[code]) if code in words else code
