"""Words for what the API says of applications and sign-outs in codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import Locale, current_page, gettext
from kernel.infra.pages import mark as _
from portals.console.domain.applications import Application
from portals.console.views import record_labels

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
_DELIVERY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "pending": ("wait", _("等待通知")),
    "delivered": ("ok", _("已通知")),
    "shown": ("note", _("已交给浏览器通知")),
    "failed": ("bad", _("没有通知到")),
})  # fmt: skip
WAITS: Final = "waits"
_DONE: Final[Mapping[str, str]] = MappingProxyType({
    WAITS: _("已提出，尚未生效：须由另一位操作员核对下面的内容后批准。"),
    "did-open": _("已开始试用。"),
    "did-return": _("已退回试用，原先的提交作废。"),
    "did-activate": _("已上线，所有人都可以登录。"),
    "did-disable": _("已暂停，立即生效：任何人都不能经由该应用登录。"),
    "did-enable": _("已恢复，应用回到试用。"),
    "did-retire": _("已永久停用，立即生效。"),
})  # fmt: skip


def done(code: str) -> str:
    """Return what was just done to an application, in words; "" for anything else."""
    return gettext(_DONE[code]) if code in _DONE else ""


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
    return record_labels.path(names)


def value(names: tuple[str, ...], text: str) -> str:
    """Return a value of the record in words, where it is a code."""
    if text and names == ("state",):
        return state(text)[1]
    return record_labels.value(names, text)


def name_of(application: Application) -> str:
    """Return an application's name in the page's language."""
    english = current_page().locale is Locale.ENGLISH
    return (application.name_en if english else "") or application.name_zh


def _paired(words: Mapping[str, tuple[str, str]], code: str) -> tuple[str, str]:
    shape, word = words.get(code, ("note", ""))
    return shape, gettext(word) if word else code
