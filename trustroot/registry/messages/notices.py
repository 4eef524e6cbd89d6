"""What contacts of members are told: Chinese first, then English, in one notice."""

from collections.abc import Mapping
from typing import Final

from kernel.events import JsonValue
from trustroot.registry.domain import (
    Action,
    Deadline,
    EvidenceKind,
    Grounds,
    Member,
    MemberNotice,
    MemberState,
    Rung,
    Step,
)

_S, _A, _E, _R = MemberState, Action, EvidenceKind, Rung
Words = Mapping[object, tuple[str, str]]

_STATES: Final[Words] = {
    _S.DRAFT: ("草稿", "draft"),
    _S.SUBMITTED: ("已提交", "submitted"),
    _S.CHECKED: ("检查通过", "checked"),
    _S.APPROVED: ("已批准", "approved"),
    _S.ACTIVE: ("生效", "active"),
    _S.SUSPENDED: ("已暂停", "suspended"),
    _S.WITHDRAWN: ("已注销", "withdrawn"),
    _S.CANCELLED: ("已取消", "cancelled"),
}
_ACTIONS: Final[Words] = {
    _A.EDIT: ("修改了申请", "the application was edited"),
    _A.SUBMIT: ("提交了申请", "the application was submitted"),
    _A.CHECK: ("技术检查通过", "the technical check was passed"),
    _A.APPROVE: ("批准了申请", "the application was approved"),
    _A.ACTIVATE: ("成员资格生效", "the membership took effect"),
    _A.SUSPEND: ("暂停了成员资格", "the membership was suspended"),
    _A.CONFIRM: ("第二人确认了暂停", "a second person confirmed the suspension"),
    _A.REINSTATE: ("解除了暂停", "the suspension was lifted"),
    _A.WITHDRAW: ("注销了成员资格", "the membership was withdrawn"),
    _A.CANCEL: ("取消了申请", "the application was cancelled"),
    _A.CHANGE: ("变更了成员条件", "the terms were changed"),
    _A.MEASURE: ("采取了监管措施", "a supervisory measure was taken"),
}
_KINDS: Final[Words] = {
    _E.CERTIFICATE: ("认证证书", "certificate"),
    _E.PENETRATION_TEST: ("渗透测试报告", "penetration test"),
    _E.PRIVACY_ASSESSMENT: ("个人信息保护影响评估", "privacy assessment"),
    _E.SELF_DECLARATION: ("年度自我声明", "yearly self-declaration"),
}
_RUNGS: Final[Words] = {
    _R.REMIND: ("即将到期，请按时更新", "ends soon; please renew it in time"),
    _R.LAPSE: ("已到期，请立即更新", "has ended; please renew it at once"),
    _R.WARN: (
        "逾期未更新，成员已被列入警示",
        "was not renewed; the member is now marked as warned",
    ),
    _R.RESTRICT: (
        "长期未更新，成员权限已受限制",
        "was not renewed for long; the member is now restricted",
    ),
    _R.ALARM: (
        "仍未更新，将提请决定是否暂停成员资格",
        "is still not renewed; suspending the membership will be considered",
    ),
}
_OWED: Final[Words] = {
    _R.REMIND: ("尚未提交，请按时提交", "was not filed yet; please file it in time"),
    _R.LAPSE: ("逾期未提交，请立即提交", "is overdue; please file it at once"),
    _R.WARN: (
        "逾期未提交，成员已被列入警示",
        "was not filed; the member is now marked as warned",
    ),
    _R.RESTRICT: (
        "长期未提交，成员权限已受限制",
        "was not filed for long; the member is now restricted",
    ),
    _R.ALARM: (
        "仍未提交，将提请决定是否暂停成员资格",
        "is still not filed; suspending the membership will be considered",
    ),
}
_RULE: Final = "\n\n----\n\n"


def moved_notice(to: str, member: Member, action: Action, grounds: Grounds) -> MemberNotice:
    """Tell of a transition: what, where the member stands, why and on which basis."""
    done, state = _ACTIONS[action], _STATES[member.state]
    chinese = (
        f"成员：{member.name_zh}\n标识：{member.entity_id}\n事项：{done[0]}\n"
        f"当前状态：{state[0]}（第 {member.version} 版）\n"
        f"理由：{grounds.reason}\n依据：{grounds.basis}"
    )
    english = (
        f"Member: {member.name_en}\nEntity: {member.entity_id}\nWhat: {done[1]}\n"
        f"State now: {state[1]} (version {member.version})\n"
        f"Reason: {grounds.reason}\nBasis: {grounds.basis}"
    )
    if grounds.proportionality:
        chinese += f"\n必要性说明：{grounds.proportionality}"
        english += f"\nWhy nothing less would do: {grounds.proportionality}"
    return MemberNotice(
        to=to,
        template=f"member_{action.value}",
        subject=f"{done[0]} / {done[1]}",
        text=f"{chinese}{_RULE}{english}",
        reference=f"{member.id}:{member.version}",
    )


def evidence_notice(to: str, member: Member, held: Deadline, step: Step) -> MemberNotice:
    """Tell of evidence that ends, has ended or was never filed, and what follows."""
    kind, day = _KINDS[held.kind], held.day.isoformat()
    if held.reference is None:
        says, until = _OWED[step.rung], ("提交期限", "To be filed before")
        which = ("", "")
    else:
        says, until = _RUNGS[step.rung], ("有效期至", "Stands until")
        which = (f"（{held.reference}）", f" ({held.reference})")
    chinese = (
        f"成员：{member.name_zh}\n标识：{member.entity_id}\n材料：{kind[0]}"
        f"{which[0]}\n{until[0]}：{day}\n{kind[0]}{says[0]}。"
    )
    english = (
        f"Member: {member.name_en}\nEntity: {member.entity_id}\nEvidence: {kind[1]}"
        f"{which[1]}\n{until[1]}: {day}\nThe {kind[1]} {says[1]}."
    )
    return MemberNotice(
        to=to,
        template=f"evidence_{step.rung.value}",
        subject=f"{kind[0]}{says[0]} / the {kind[1]} {says[1]}",
        text=f"{chinese}{_RULE}{english}",
        reference=f"{held.id}:{step.name}",
    )


def code_notice(to: str, code: str, reference: str) -> MemberNotice:
    """Send the six digits that prove a contact."""
    return MemberNotice(
        to=to,
        template="contact_code",
        subject="联系方式验证码 / code to prove a contact",
        text=(
            f"验证码：{code}\n十分钟内有效。若非贵单位申请，请忽略。{_RULE}"
            f"Code: {code}\nIt stands for ten minutes. If you have not applied, ignore it."
        ),
        reference=reference,
    )


def notice_to_json(notice: MemberNotice) -> dict[str, JsonValue]:
    """Lay a notice out for the queue."""
    return {
        "to": notice.to,
        "template": notice.template,
        "subject": notice.subject,
        "text": notice.text,
        "reference": notice.reference,
    }


def notice_from_json(said: Mapping[str, JsonValue]) -> MemberNotice:
    """Read what `notice_to_json` wrote."""
    return MemberNotice(**{name: str(value) for name, value in said.items()})
