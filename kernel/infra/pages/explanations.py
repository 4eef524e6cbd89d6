"""What people read when something fails: what happened, what to do. One table per edge."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kernel.errors import Conflict, DomainError, NotFound, Refused, Unavailable
from kernel.infra.pages.errors import BrowserUnknown, FormRefused, FormTokenOld
from kernel.infra.pages.page import mark as _


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words of one failure.

    Attributes:
        status: the HTTP status.
        title: what happened, as a message id.
        advice: what to do now, as a message id; ``%(wait)s`` in it is how long to wait.
        code: stable machine name, shown as ``data-code``; "" takes the error's own.
    """

    status: int
    title: str
    advice: str
    code: str = ""


Explanations = Mapping[type[DomainError], Explanation]

_AGAIN: Final = _("请返回上一页重试。如果问题仍然存在，请凭参考编号求助。")
_LATER: Final = _("请稍后再试。您的账号和已办事项不受影响。")
_REENTER: Final = _("请从您要使用的服务重新进入，再填写一次。您刚才填写的内容没有被处理。")

OUR_EXPLANATIONS: Final[Explanations] = MappingProxyType({
    FormRefused: Explanation(403, _("无法确认这张表单来自本站"), _REENTER),
    FormTokenOld: Explanation(403, _("页面打开太久，已经过期"), _REENTER),
    BrowserUnknown: Explanation(
        403,
        _("浏览器没有保存本站的 Cookie"),
        _("请在浏览器设置中允许本站使用 Cookie，然后从您要使用的服务重新进入。"),
    ),
    NotFound: Explanation(
        404,
        _("没有找到您要的内容"),
        _("请检查网址是否完整，或从服务首页重新进入。"),
    ),
    Conflict: Explanation(
        409,
        _("内容已经发生变化"),
        _("请重新打开页面，查看最新内容后再操作。"),
    ),
    Refused: Explanation(400, _("这一步没有完成"), _AGAIN),
    Unavailable: Explanation(503, _("服务暂时没有响应"), _LATER),
    DomainError: Explanation(500, _("系统出了问题"), _LATER),
})  # fmt: skip

FOR_STATUS: Final[Mapping[int, Explanation]] = MappingProxyType({
    400: Explanation(400, _("无法读懂这个请求"), _AGAIN, "bad_request"),
    404: Explanation(
        404,
        OUR_EXPLANATIONS[NotFound].title,
        OUR_EXPLANATIONS[NotFound].advice,
        "not_found",
    ),
    405: Explanation(405, _("不能这样打开此页面"), _REENTER, "method_not_allowed"),
    413: Explanation(
        413,
        _("提交的内容太大"),
        _("请减少文字，或压缩文件后再提交。"),
        "body_too_large",
    ),
    429: Explanation(429, _("操作太频繁"), _LATER, "too_many_requests"),
    500: Explanation(500, OUR_EXPLANATIONS[DomainError].title, _LATER, "server_error"),
})  # fmt: skip


def explain(failure: DomainError, tables: tuple[Explanations, ...]) -> Explanation:
    """Return the words for a failure: its own row, or that of its nearest ancestor."""
    for kind in type(failure).__mro__:
        for table in (*tables, OUR_EXPLANATIONS):
            if kind in table:
                return table[kind]
    return FOR_STATUS[500]


def explain_status(status: int) -> Explanation:
    """Return the words for an HTTP status that no failure of ours stands behind."""
    return FOR_STATUS.get(status, FOR_STATUS[500 if status >= FIRST_SERVER_ERROR else 400])


FIRST_SERVER_ERROR: Final = 500
