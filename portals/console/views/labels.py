"""Words for what the API says in codes; what has no word here stands as it came."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import Locale, current_page, gettext
from kernel.infra.pages import mark as _
from portals.console.domain import Member
from portals.console.views.term_labels import path, value

__all__ = ["path", "value"]

KIND: Final[Mapping[str, str]] = MappingProxyType({
    "platform": _("认证平台"),
    "identity_provider": _("身份提供方"),
    "relying_party": _("应用方"),
    "attribute_source": _("属性来源"),
    "ca": _("证书机构"),
    "witness": _("日志见证方"),
})  # fmt: skip
STATE: Final[Mapping[str, str]] = MappingProxyType({
    "draft": _("草稿"),
    "submitted": _("已提交"),
    "checked": _("检查通过"),
    "approved": _("已批准"),
    "active": _("在用"),
    "suspended": _("已暂停"),
    "withdrawn": _("已退出"),
    "cancelled": _("已取消"),
})  # fmt: skip
STATE_SHAPE: Final[Mapping[str, str]] = MappingProxyType({
    "active": "ok",
    "approved": "ok",
    "suspended": "bad",
    "withdrawn": "bad",
    "cancelled": "note",
    "draft": "note",
})  # fmt: skip
ACTION: Final[Mapping[str, str]] = MappingProxyType({
    "submit": _("提交申请"),
    "check": _("技术检查"),
    "approve": _("批准加入"),
    "activate": _("启用"),
    "suspend": _("暂停"),
    "confirm": _("确认暂停"),
    "reinstate": _("恢复"),
    "withdraw": _("退出"),
    "cancel": _("取消申请"),
    "change": _("变更条款"),
    "edit": _("修改草稿"),
    "measure": _("采取措施"),
    "adopt": _("采用登记政策"),
    "grant": _("授予信任标记"),
    "add_type": _("设立标记类型"),
})  # fmt: skip
EVIDENCE: Final[Mapping[str, str]] = MappingProxyType({
    "certificate": _("认证证书"),
    "penetration_test": _("渗透测试报告"),
    "privacy_assessment": _("个人信息保护影响评估"),
    "self_declaration": _("年度自我声明"),
})  # fmt: skip
GROUND: Final[Mapping[str, str]] = MappingProxyType({
    "reason": _("理由"),
    "basis": _("依据"),
    "proportionality": _("必要性说明"),
    "kind": _("证明种类"),
    "reference": _("文号"),
    "issued_on": _("出具日期"),
    "expires_on": _("到期日期"),
    "digest": _("文件摘要"),
    "mark_type": _("标记类型"),
    "entity_id": _("实体标识"),
    "until": _("有效期至"),
    "identity": _("身份核验"),
    "authenticator": _("登录方式"),
    "path": _("传递路径"),
})  # fmt: skip
_TOLD_APART_BY: Final = 8
_BY_ITSELF: Final[Mapping[str, str]] = MappingProxyType({
    "submitted": _("申请方提交"),
    "application": _("申请"),
    "edited": _("草稿已修改"),
    "every technical check passed": _("全部技术检查通过"),
    "technical check": _("技术检查"),
    "statement signed": _("声明已签发"),
    "publication": _("声明发布"),
})  # fmt: skip
CHECK: Final[Mapping[str, str]] = MappingProxyType({
    "configuration_is_published": _("实体配置可以取得"),
    "configuration_is_well_formed": _("实体配置的格式"),
    "configuration_is_about_the_applicant": _("实体配置说的是它自己"),
    "configuration_is_self_signed": _("实体配置由自己的密钥签名"),
    "configuration_is_in_force": _("实体配置在有效期内"),
    "configuration_lives_long_enough": _("实体配置的有效期够长"),
    "key_is_the_confirmed_one": _("签名密钥与登记的一致"),
    "keys_are_strong": _("密钥强度"),
    "keys_are_served": _("公钥可以取得"),
    "keys_fit_the_algorithms": _("公钥与算法相符"),
    "keys_are_nobody_elses": _("密钥没有与其他成员共用"),
    "keys_serve_one_purpose": _("密钥只有一种用途"),
    "we_are_hinted": _("指明了本中心是上级"),
    "entity_type_is_played": _("声明了申请的角色"),
    "fetch_endpoint_is_named": _("写明了取声明的端点"),
    "policy_is_satisfied": _("满足上级策略"),
    "endpoints_answer": _("端点可以访问"),
    "endpoints_are_https": _("端点使用 https"),
    "endpoints_are_its_own": _("端点在自己的主机上"),
    "address_is_a_discovery_address": _("网址是发现文档的网址"),
    "discovery_is_reached": _("发现文档可以访问"),
    "discovery_is_served": _("发现文档可以取得"),
    "issuer_fits_the_address": _("issuer 与网址相符"),
    "issuer_is_an_entity_identifier": _("issuer 可以作实体标识"),
    "required_members_are_there": _("发现文档的必要内容齐全"),
    "code_flow_is_offered": _("支持授权码流程"),
    "pkce_is_offered": _("支持 PKCE"),
    "scopes_have_openid": _("支持 openid 范围"),
    "secrets_are_taken": _("支持客户端密钥"),
    "signatures_can_be_checked": _("签名可以核验"),
    "look_is_possible": _("可以检查"),
})  # fmt: skip


def kind(code: str) -> str:
    """Return the word for a kind of member."""
    return _said(KIND, code)


def state(code: str) -> str:
    """Return the word for a state."""
    return _said(STATE, code)


def shape(code: str) -> str:
    """Return the shape that stands beside a state: never colour alone."""
    return STATE_SHAPE.get(code, "wait")


def action(code: str) -> str:
    """Return the word for an act."""
    return _said(ACTION, code)


def ground(name: str) -> str:
    """Return the word for one of the grounds of an act."""
    return _said(GROUND, name)


def check(name: str) -> str:
    """Return the word for something that was looked at."""
    return _said(CHECK, name)


def evidence(code: str) -> str:
    """Return the word for a kind of evidence."""
    return _said(EVIDENCE, code)


def by_itself(text: str) -> str:
    """Return the grounds of what no person did, in words."""
    return _said(_BY_ITSELF, text)


def name_of(member: Member) -> str:
    """Return a member's name in the page's language."""
    english = current_page().locale is Locale.ENGLISH
    return member.name_en if english and member.name_en else member.name_zh


def person(identifier: str) -> str:
    """Return what an operator is called: the end of their id, the same on every page."""
    return end_of(identifier) if identifier else gettext("系统")


def end_of(identifier: str) -> str:
    """RFC 9562 §5.7: ids begin with the minute they were made; the end tells them apart."""
    return identifier[-_TOLD_APART_BY:]


def _said(words: Mapping[str, str], code: str) -> str:
    return gettext(words[code]) if code in words else code
