"""What the page asks, step by step, and which answers it takes.

These are first words only, for people: the rules of `checks` decide when it is handed in.
"""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from kernel.errors import Refused
from kernel.identifiers import CreditCode
from kernel.infra.pages import mark as _
from kernel.proof.jose import KeySet
from trustroot.registry.domain import MemberKind, mail_address
from trustroot.registry.views.draft import Draft

STEPS: Final = ("organisation", "contact", "system", "terms", "review")
KINDS: Final = (
    MemberKind.PLATFORM,
    MemberKind.IDENTITY_PROVIDER,
    MemberKind.RELYING_PARTY,
    MemberKind.ATTRIBUTE_SOURCE,
)
"""Who may apply here; certificate authorities and witnesses come another way."""
ATTRIBUTES: Final = (
    "name",
    "id_number",
    "identity_level",
    "person_kind",
    "organisations",
    "birthdate",
    "gender",
    "phone_number",
    "address",
    "email",
)
LEVELS: Final = ("1", "2", "3", "4")
FEDERATION, OPENID = "federation", "openid"
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "organisation": ("kind", "name_zh", "name_en", "uscc", "code"),
    "contact": ("contact",),
    "system": (
        "way", "entity_id", "jwks", "client_id", "client_secret", "slug", "redirect_uris"
    ),
    "terms": (
        "level", "regions", *(f"want_{a}" for a in ATTRIBUTES),
        *(f"basis_{a}" for a in ATTRIBUTES),
    ),
    "review": (),
})  # fmt: skip
_REGION: Final = re.compile(r"(?:[0-9]{2}){1,3}", re.ASCII)
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_NAME_LIMIT: Final = 200
_BASIS_LIMIT: Final = 500
_URIS_LIMIT: Final = 10
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
Wrong = dict[str, str]
"""Field name → message id."""


def given(step: str, form: Mapping[str, str]) -> dict[str, str]:
    """Return a step's answers as typed, without blanks around; unticked boxes are ""."""
    typed = {name: form.get(name, "").strip() for name in _FIELDS[step]}
    if "uscc" in typed:
        typed["uscc"] = _normal_code(typed["uscc"])
    if "entity_id" in typed:
        typed["entity_id"] = typed["entity_id"].removesuffix(_WELL_KNOWN)
    return typed


def wrong(step: str, draft: Draft) -> Wrong:
    """Return what is wrong with a step's answers; nothing: the next one may follow."""
    return _CHECKS[step](draft)


def first_open(draft: Draft) -> str:
    """Return the first step whose answers are not complete; the last, if all are."""
    return next((step for step in STEPS if wrong(step, draft)), STEPS[-1])


def _organisation(draft: Draft) -> Wrong:
    found: Wrong = {}
    if draft.get("kind") not in KINDS:
        found["kind"] = _("请选择申请加入的身份")
    for name in ("name_zh", "name_en"):
        if not 0 < len(draft.get(name)) <= _NAME_LIMIT or not draft.get(name).isprintable():
            found[name] = _("请填写名称，不超过 200 字")
    if not _is_credit_code(draft.get("uscc")):
        found["uscc"] = _("统一社会信用代码不正确，请核对 18 位代码和校验码")
    if draft.get("kind") == MemberKind.PLATFORM and not draft.get("code"):
        found["code"] = _("认证平台请填写地区代码，例如 44")
    if draft.get("code") and not _REGION.fullmatch(draft.get("code")):
        found["code"] = _("地区代码是 2、4 或 6 位数字")
    return found


def _contact(draft: Draft) -> Wrong:
    if mail_address(draft.get("contact")) is None:
        return {"contact": _("请填写能够收信的电子邮箱")}
    return {} if draft.contact_is_proven else {"code": _("请先用邮件中的验证码确认邮箱")}


def _system(draft: Draft) -> Wrong:
    found: Wrong = {}
    if draft.get("way") not in {FEDERATION, OPENID}:
        found["way"] = _("请选择系统的接入方式")
    if not _is_web(draft.get("entity_id")):
        found["entity_id"] = _("请填写以 https:// 开头的完整网址")
    if draft.get("way") == FEDERATION and not _is_key_set(draft.get("jwks")):
        found["jwks"] = _("请粘贴完整的公钥集（JWK Set），其中至少有一个签名公钥")
    if draft.get("way") == OPENID:
        found |= _represented(draft)
    uris = lines(draft.get("redirect_uris"))
    if draft.get("kind") == MemberKind.RELYING_PARTY and not uris:
        found["redirect_uris"] = _("应用方请至少填写一个回调地址")
    if len(uris) > _URIS_LIMIT or not all(_is_web(uri) for uri in uris):
        found["redirect_uris"] = _("每行一个完整网址，最多 10 个，不能带 # 片段")
    return found


def _represented(draft: Draft) -> Wrong:
    found: Wrong = {}
    if draft.get("kind") == MemberKind.RELYING_PARTY:
        found["way"] = _("应用方请选择“支持 OpenID Federation”")
    if not draft.get("client_id").isascii() or not draft.get("client_id"):
        found["client_id"] = _("请填写您在贵方系统中为本中心登记的客户端名")
    if not _SLUG.fullmatch(draft.get("slug")):
        found["slug"] = _("请用小写字母、数字和连字符，例如 example-pay")
    return found


def _terms(draft: Draft) -> Wrong:
    found: Wrong = {}
    if draft.get("level") not in LEVELS:
        found["level"] = _("请选择申请的等级上限")
    if any(not _REGION.fullmatch(code) for code in draft.get("regions").split()):
        found["regions"] = _("地区代码是 2、4 或 6 位数字，用空格分开")
    for name in wanted(draft):
        if not 0 < len(draft.get(f"basis_{name}")) <= _BASIS_LIMIT:
            found[f"basis_{name}"] = _("请写明这项信息的法律依据或用途，不超过 500 字")
    return found


def _nothing(_draft: Draft) -> Wrong:
    return {}


_CHECKS: Final[Mapping[str, Callable[[Draft], Wrong]]] = MappingProxyType({
    "organisation": _organisation,
    "contact": _contact,
    "system": _system,
    "terms": _terms,
    "review": _nothing,
})  # fmt: skip


def wanted(draft: Draft) -> tuple[str, ...]:
    """Return the attributes that are ticked, in the order they are asked."""
    return tuple(name for name in ATTRIBUTES if draft.get(f"want_{name}"))


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that hold something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _normal_code(raw: str) -> str:
    try:
        return CreditCode.parse(raw).value
    except Refused:
        return raw


def _is_credit_code(text: str) -> bool:
    try:
        return CreditCode.parse(text).value == text
    except Refused:
        return False


def _is_web(url: str) -> bool:
    """OpenID Federation 1.0 §1.2: https; http is taken on one's own machine only."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    plain = url.isascii() and not parts.fragment and not parts.username
    return plain and bool(parts.hostname) and (parts.scheme == "https" or local)


def _is_key_set(text: str) -> bool:
    try:
        said = json.loads(text)
        return isinstance(said, dict) and bool(KeySet.parse(said).by_kid)
    except (ValueError, RecursionError, Refused):
        return False
