"""Chinese for why something was refused, by code; the English stands in the program.

Where a page says it to people its words do, unless an engineer needs others.
"""

from collections.abc import Mapping
from typing import Final

from server.explaining.reasons.house import HOUSE
from server.explaining.reasons.issuer import ISSUER
from server.explaining.reasons.kernel import KERNEL
from server.explaining.reasons.signing_in import SIGNING_IN
from server.explaining.reasons.trust import TRUST

REASONS: Final[Mapping[str, str]] = {**KERNEL, **HOUSE, **TRUST, **SIGNING_IN, **ISSUER}

OTHERS: Final[Mapping[str, str]] = {
    "birth": "号码中的出生日期不成立",
    "characters": "号码含有不允许的字符",
    "check_digit": "号码的校验位不对",
    "department": "号码中的登记管理部门不成立",
    "legacy": "号码是旧式的，不再使用",
    "length": "号码的长度不对",
    "login_required": "上游要求重新登录，没有得到结果",
    "name": "姓名的格式不成立",
    "no_match": "与登记的不相符",
    "not_enrolled": "证书不属于任何已登记的人",
    "organisation": "号码中的机构类别不成立",
    "region": "号码中的行政区划不成立",
    "replayed": "验证码已经用过",
    "unmet_authentication_requirements": "上游没有达到所要求的等级",
}
"""Reasons that are no codes of errors: words of checks, of people and of upstreams."""
