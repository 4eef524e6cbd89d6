"""What the portals offer. Invented for the demonstration; the levels are the point."""

from typing import Final

from kernel.assurance import Level
from kernel.infra.pages import mark as _
from portals.public.domain import Counter, Item, Question

_GUIDE: Final = Item(
    slug="guides",
    icon="note",
    title=_("天气与办事指南"),
    summary=_("查看天气提示、办事网点和所需材料。"),
    level=Level.SELF_ASSERTED,
    guide=(
        _("工作日 9:00 至 17:00，各政务服务大厅均可办理现场业务。"),
        _("到大厅办理请携带身份证原件；代他人办理，还要带委托书。"),
        _("雷雨天气请尽量在网上办理，事项进度可以在“我的办件”中查看。"),
    ),
)
_INSURANCE: Final = Item(
    slug="social-insurance",
    icon="person",
    title=_("社保查询"),
    summary=_("申请查询本人的社会保险参保和缴费记录。"),
    level=Level.REAL_NAME,
    reason=_("查询结果是您的个人信息，需要先核对您的姓名和证件号码。"),
    questions=(
        Question(
            name="kind",
            label=_("查询哪一类保险"),
            choices=(
                ("pension", _("养老保险")),
                ("medical", _("医疗保险")),
                ("unemployment", _("失业保险")),
            ),
        ),
        Question(
            name="year",
            label=_("查询年份"),
            hint=_("例如 2025"),
            limit=4,
            form="(19|20)[0-9]{2}",
            correction=_("%(field)s：请填写四位数字的年份，例如 2025"),
        ),
    ),
)
_PENSION: Final = Item(
    slug="pension-eligibility",
    icon="certificate",
    title=_("养老金领取资格认证"),
    summary=_("每年一次，确认由本人继续领取养老金。"),
    level=Level.REAL_PERSON,
    reason=_("养老金只能由本人领取，需要用第二种方式确认是您本人在办理。"),
    questions=(
        Question(
            name="living",
            label=_("现在居住在哪里"),
            choices=(("home", _("参保地")), ("elsewhere", _("其他省份"))),
        ),
        Question(
            name="contact",
            label=_("联系电话"),
            hint=_("手机或固定电话"),
            limit=20,
            fills="tel",
        ),
    ),
)
_COMPANY: Final = Item(
    slug="company-change",
    icon="company",
    title=_("企业变更登记"),
    summary=_("由企业的经办人申请变更住所或经营范围。"),
    level=Level.STRONG,
    legal=True,
    reason=_("变更登记具有法律效力，需要企业经办人用数字证书登录。"),
    questions=(
        Question(
            name="change",
            label=_("变更什么"),
            choices=(("address", _("住所")), ("scope", _("经营范围"))),
        ),
        Question(name="to", label=_("变更为")),
    ),
)
_RESIDENCE: Final = Item(
    slug="residence-permit",
    icon="place",
    title=_("居住证签注"),
    summary=_("为外省户籍的居住人办理居住证年度签注。"),
    level=Level.REAL_NAME,
    reason=_("签注会记在您的名下，需要先核对您的姓名和证件号码。"),
    questions=(
        Question(
            name="address",
            label=_("现居住地址"),
            hint=_("写到门牌号"),
            fills="street-address",
        ),
    ),
)

NATIONAL: Final = Counter((_GUIDE, _INSURANCE, _PENSION, _COMPANY))
PROVINCIAL: Final = Counter((_GUIDE, _RESIDENCE, _INSURANCE, _PENSION, _COMPANY))
