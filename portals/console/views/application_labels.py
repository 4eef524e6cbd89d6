"""Words for what the API says of applications and sign-outs in codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import Locale, current_page, gettext
from kernel.infra.pages import mark as _
from portals.console.domain.applications import Application

_STATE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "draft": ("note", _("草稿")),
    "sandbox": ("note", _("试用")),
    "submitted": ("wait", _("已提交")),
    "approved": ("ok", _("已批准")),
    "live": ("ok", _("已上线")),
    "suspended": ("bad", _("已暂停")),
    "retired": ("bad", _("已停用")),
})  # fmt: skip
_ACTION: Final[Mapping[str, str]] = MappingProxyType({
    "register": _("登记"),
    "update": _("修改登记内容"),
    "rotate-secret": _("更换密钥"),
    "open": _("开始试用"),
    "submit": _("提交审批"),
    "return": _("退回试用"),
    "approve": _("批准"),
    "activate": _("上线"),
    "change": _("变更登记内容"),
    "disable": _("暂停使用"),
    "enable": _("恢复使用"),
    "reinstate": _("恢复上线"),
    "retire": _("永久停用"),
})  # fmt: skip
_MEMBER: Final[Mapping[str, str]] = MappingProxyType({
    "state": _("状态"),
    "client_id": _("应用标识"),
    "name_zh": _("中文名称"),
    "name_en": _("英文名称"),
    "level": _("需要的等级"),
    "claims": _("需要的信息"),
    "name": _("名称"),
    "basis": _("依据"),
    "ground": _("法律条款"),
    "recipient": _("谁取得"),
    "purpose": _("用途"),
    "retention": _("保存多久"),
    "zh": _("中文"),
    "en": _("英文"),
    "person": _("代表的人"),
    "contacts": _("联系人"),
    "client_uri": _("网站"),
    "logo_uri": _("图标"),
    "policy_uri": _("隐私政策"),
    "tos_uri": _("服务条款"),
    "policy_uri_en": _("英文隐私政策"),
    "tos_uri_en": _("英文服务条款"),
    "oidc": _("登录协议"),
    "profile": _("安全级别"),
    "redirect_uris": _("返回地址"),
    "post_logout_redirect_uris": _("退出后的返回地址"),
    "backchannel_logout_uri": _("退出通知地址"),
    "frontchannel_logout_uri": _("浏览器退出通知地址"),
    "initiate_login_uri": _("第三方发起登录的地址"),
    "scopes": _("可以申请的范围"),
    "grant_types": _("授权方式"),
    "token_endpoint_auth_method": _("证明身份的方式"),
})  # fmt: skip
_DELIVERY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "pending": ("wait", _("等待通知")),
    "delivered": ("ok", _("已通知")),
    "shown": ("note", _("已交给浏览器通知")),
    "failed": ("bad", _("没有通知到")),
})  # fmt: skip

_UNTOLD: Final[Mapping[str, str]] = MappingProxyType({
    "no_back_channel": _("没有登记退出通知地址，中心无法通知。须由本人在应用中退出。"),
    "browser_did_not_return": _("须由浏览器通知，而它没有回来。须由本人在应用中退出。"),
})  # fmt: skip


def state(code: str) -> tuple[str, str]:
    """Return shape and word of a state: never colour alone."""
    return _paired(_STATE, code)


def delivery(code: str) -> tuple[str, str]:
    """Return shape and word of whether a participant was told."""
    return _paired(_DELIVERY, code)


def untold(code: str) -> str:
    """Return why no further try would help; "" where one may, or nobody knows."""
    return gettext(_UNTOLD[code]) if code in _UNTOLD else ""


def action(code: str) -> str:
    """Return the word for an act."""
    return gettext(_ACTION[code]) if code in _ACTION else code


def path(names: tuple[str, ...]) -> str:
    """Return the words for a value's place in the record."""
    return " / ".join(gettext(_MEMBER[n]) if n in _MEMBER else n for n in names)


def value(names: tuple[str, ...], text: str) -> str:
    """Return a value of the record, in words where it is a state."""
    return state(text)[1] if text and names == ("state",) else text


def name_of(application: Application) -> str:
    """Return an application's name in the page's language."""
    english = current_page().locale is Locale.ENGLISH
    return (application.name_en if english else "") or application.name_zh


def _paired(words: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str]:
    shape, word = words.get(code, ("note", ""))
    return shape, gettext(word) if word else code
