"""What people read when signing in fails as a whole: what happened, what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from idp.login.errors import (
    CertificateNotAccepted,
    CertificateNotEnrolled,
    ChallengeUnknown,
    HashingBusy,
    LockedOut,
    ProviderNotOffered,
    StepMissing,
)
from idp.people.errors import MandateMissing, PersonDisabled
from idp.session.errors import (
    InteractionExpired,
    InteractionFinished,
    InteractionUnknown,
    SessionMissing,
)
from kernel.errors import DomainError
from kernel.infra.pages import Explanation
from kernel.infra.pages import mark as _

_REENTER: Final = _("请从您要使用的服务重新进入，再登录一次。")

EXPLANATIONS: Final[Mapping[type[DomainError], Explanation]] = MappingProxyType(
    {
        InteractionUnknown: Explanation(404, _("这次登录不是在此浏览器中开始的"), _REENTER),
        InteractionExpired: Explanation(410, _("这次登录已经超时"), _REENTER),
        InteractionFinished: Explanation(409, _("这次登录已经完成"), _REENTER),
        SessionMissing: Explanation(403, _("您还没有登录，或登录已经结束"), _REENTER),
        StepMissing: Explanation(
            403, _("上一步已经过期"), _("请返回登录页，重新输入用户名和密码。")
        ),
        ChallengeUnknown: Explanation(
            410,
            _("这次证书验证已经过期"),
            _("请返回登录页，重新选择证书登录。"),
        ),
        CertificateNotAccepted: Explanation(
            403,
            _("证书没有通过验证"),
            _("请确认证书在有效期内、由认可的机构签发，然后重试。也可以换一种方式登录。"),
        ),
        CertificateNotEnrolled: Explanation(
            403,
            _("这张证书还没有绑定账号"),
            _("请携带证书和证件到政务服务窗口办理绑定，或换一种方式登录。"),
        ),
        ProviderNotOffered: Explanation(
            404,
            _("这里暂时不能登录"),
            _("请返回登录页，选择其他省份或其他登录方式。"),
        ),
        PersonDisabled: Explanation(
            403,
            _("这个账号目前不能登录"),
            _("请携带证件到政务服务窗口咨询，或凭参考编号求助。"),
        ),
        MandateMissing: Explanation(
            403,
            _("没有找到您可以代表的单位"),
            _("请由单位的法定代表人为您办理授权，或改用“个人”登录。"),
        ),
        LockedOut: Explanation(
            429,
            _("尝试次数太多，已暂时停止"),
            _("请在 %(wait)s后再试，或换一种方式登录。"),
        ),
        HashingBusy: Explanation(
            503, _("现在登录的人太多"), _("请在几秒后重试。您的账号不受影响。")
        ),
    }
)
