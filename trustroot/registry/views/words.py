"""Words for what the register says in codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _
from trustroot.registry.domain import Action, MemberKind, MemberState
from trustroot.registry.errors import EntityTaken, MemberUnknown, SlugTaken
from trustroot.registry.views.draft import ApplicationPageUnknown, DraftBroken

KIND: Final[Mapping[str, str]] = MappingProxyType({
    MemberKind.PLATFORM: _("认证平台（省、部门的统一认证）"),
    MemberKind.IDENTITY_PROVIDER: _("第三方身份提供方"),
    MemberKind.RELYING_PARTY: _("应用方（使用登录的业务系统）"),
    MemberKind.ATTRIBUTE_SOURCE: _("属性来源（提供资质等信息）"),
})  # fmt: skip
STATE: Final[Mapping[str, str]] = MappingProxyType({
    MemberState.DRAFT: _("草稿，还没有提交"),
    MemberState.SUBMITTED: _("已提交，等待技术检查"),
    MemberState.CHECKED: _("技术检查通过，等待两位操作员批准"),
    MemberState.APPROVED: _("已批准，正在签发声明"),
    MemberState.ACTIVE: _("已加入，声明已发布"),
    MemberState.SUSPENDED: _("已暂停"),
    MemberState.WITHDRAWN: _("已退出"),
    MemberState.CANCELLED: _("已取消"),
})  # fmt: skip
NEXT: Final[Mapping[str, str]] = MappingProxyType({
    MemberState.SUBMITTED: _("中心会取得您的系统公开的声明并核对。结果会发到您的邮箱。"),
    MemberState.CHECKED: _("两位操作员核对后，中心签发关于您的声明。您不需要做什么。"),
    MemberState.APPROVED: _("声明通常在几分钟内发布。您不需要做什么。"),
    MemberState.ACTIVE: _("您的系统已经可以使用。请留意邮箱中的到期和监测通知。"),
    MemberState.SUSPENDED: _("请查看邮箱中的通知，并与中心联系。"),
    MemberState.CANCELLED: _("需要时可以重新申请。"),
})  # fmt: skip
SHAPE: Final[Mapping[str, str]] = MappingProxyType({
    MemberState.ACTIVE: "ok",
    MemberState.APPROVED: "ok",
    MemberState.SUSPENDED: "bad",
    MemberState.WITHDRAWN: "bad",
    MemberState.CANCELLED: "note",
})  # fmt: skip
ACTION: Final[Mapping[str, str]] = MappingProxyType({
    Action.SUBMIT: _("提交申请"),
    Action.CHECK: _("技术检查通过"),
    Action.APPROVE: _("两位操作员批准"),
    Action.ACTIVATE: _("声明发布"),
    Action.SUSPEND: _("暂停"),
    Action.CONFIRM: _("确认暂停"),
    Action.REINSTATE: _("恢复"),
    Action.WITHDRAW: _("成员退出"),
    Action.CANCEL: _("申请取消"),
    Action.CHANGE: _("条款变更"),
})  # fmt: skip
ATTRIBUTE: Final[Mapping[str, str]] = MappingProxyType({
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
})  # fmt: skip
STEP: Final[Mapping[str, str]] = MappingProxyType({
    "organisation": _("单位"),
    "contact": _("联系人"),
    "system": _("系统"),
    "terms": _("申请内容"),
    "review": _("核对提交"),
})  # fmt: skip

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        DraftBroken: Explanation(
            400,
            _("无法读取您填写的内容"),
            _("表单可能放置太久，或被其他程序改动。请从头填写，没有任何内容被提交。"),
        ),
        ApplicationPageUnknown: Explanation(
            404, _("没有找到这份申请"), _("请核对网址，应与提交后显示的完全一致。")
        ),
        MemberUnknown: Explanation(
            404, _("没有找到这份申请"), _("请核对网址，应与提交后显示的完全一致。")
        ),
        EntityTaken: Explanation(
            409,
            _("这个系统已经申请过"),
            _("如果是您提交的，请用提交后显示的网址查看进度；否则请与中心联系。"),
        ),
        SlugTaken: Explanation(
            409, _("这个短名称已被使用"), _("请返回“系统”一步，换一个短名称。")
        ),
    }
)
