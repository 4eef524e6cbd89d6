"""Words for the members of a token, with the clause that defines each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.console.domain.decoded import Form, Now, Signature

_MEMBERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "alg": (_("签名算法"), "RFC 7515 §4.1.1"),
    "enc": (_("内容加密算法"), "RFC 7516 §4.1.2"),
    "kid": (_("用哪一把密钥"), "RFC 7515 §4.1.4"),
    "typ": (_("令牌种类，用途不同的令牌不能互换"), "RFC 8725 §3.11"),
    "cty": (_("里面装的是什么"), "RFC 7515 §4.1.10"),
    "crit": (_("必须理解的扩展；不理解就必须拒绝"), "RFC 7515 §4.1.11"),
    "iss": (_("谁签发的"), "RFC 7519 §4.1.1"),
    "sub": (_("说的是谁；各应用得到的标识不同，请只以它为准"), "OIDC Core §2, §8.1"),
    "aud": (_("给谁用的；不在其中的一方必须拒绝"), "RFC 7519 §4.1.3"),
    "exp": (_("到期时刻，此后不能再用"), "RFC 7519 §4.1.4"),
    "nbf": (_("此前不能用"), "RFC 7519 §4.1.5"),
    "iat": (_("签发时刻"), "RFC 7519 §4.1.6"),
    "jti": (_("这个令牌自己的编号"), "RFC 7519 §4.1.7"),
    "auth_time": (_("本人实际登录的时刻"), "OIDC Core §2"),
    "nonce": (_("应用在请求中给出的一次性值，应与请求一致"), "OIDC Core §2"),
    "acr": (_("达到的等级"), "OIDC Core §2"),
    "amr": (_("用什么方式登录"), "RFC 8176"),
    "azp": (_("令牌是发给哪个应用的"), "OIDC Core §2"),
    "at_hash": (_("同时签发的访问令牌的摘要"), "OIDC Core §3.1.3.6"),
    "c_hash": (_("同时签发的授权码的摘要"), "OIDC Core §3.3.2.11"),
    "sid": (_("会话编号，退出时用"), "OIDC Back-Channel Logout §2.1"),
    "client_id": (_("哪个应用取得的"), "RFC 9068 §2.2"),
    "scope": (_("可以做什么"), "RFC 9068 §2.2.3"),
    "cnf": (_("绑定的密钥：不能证明持有它的一方用不了"), "RFC 7800 §3.1"),
    "act": (_("谁在代办"), "RFC 8693 §4.1"),
    "may_act": (_("谁可以代办"), "RFC 8693 §4.4"),
    "grant": (_("由哪项授权产生（本中心的编号）"), ""),
    "events": (_("发生了什么事"), "RFC 8417 §2.2"),
    "authorization_details": (_("细化的授权内容"), "RFC 9396 §9"),
    "name": (_("姓名"), "OIDC Core §5.1"),
    "id_number": (_("证件号码"), ""),
    "identity_level": (_("身份等级"), ""),
    "person_kind": (_("自然人、经办人或公务人员"), ""),
    "organisations": (_("可以代表的单位"), ""),
})  # fmt: skip

_SIGNATURE: Final[Mapping[Signature, tuple[str, str]]] = MappingProxyType({
    Signature.HOLDS: ("ok", _("签名成立，是本中心签发的")),
    Signature.BROKEN: ("bad", _("签名不成立：内容被改过，或算法不被接受")),
    Signature.KEY_UNKNOWN: ("bad", _("本中心没有这把密钥：可能是伪造，或签发已久")),
    Signature.ANOTHER_ISSUER: ("note", _("不是本中心签发的，这里不能核验签名")),
    Signature.NO_KEYS: ("wait", _("现在取不到本中心的公钥，签名没有核验")),
    Signature.NOT_CHECKED: ("note", _("没有签名可以核验")),
})  # fmt: skip

_NOW: Final[Mapping[Now, tuple[str, str]]] = MappingProxyType({
    Now.COUNTS: ("ok", _("现在在有效期内；是否已被撤销，要在令牌状态端点查询")),
    Now.OVER: ("bad", _("已过期")),
    Now.NOT_YET: ("wait", _("还没有到生效时刻")),
    Now.UNSAID: ("note", _("没有写明有效期")),
})  # fmt: skip

_FORM: Final[Mapping[Form, str]] = MappingProxyType({
    Form.SIGNED: _("签名令牌，内容谁都能读"),
    Form.ENCRYPTED: _("加密令牌：只有持有私钥的一方能读里面的内容"),
    Form.OPAQUE: _("不含内容的令牌，或不是令牌：只能在令牌状态端点查询"),
})  # fmt: skip


def meaning(name: str) -> str:
    """Return what a member of a token means, "" where no clause of ours says it."""
    known = _MEMBERS.get(name)
    return "" if known is None else gettext(known[0])


def clause(name: str) -> str:
    """Return the clause that defines a member, "" for one of our own."""
    return _MEMBERS.get(name, ("", ""))[1]


def signature(found: Signature) -> tuple[str, str]:
    """Return shape and words of what was found of a signature."""
    shape, words = _SIGNATURE[found]
    return shape, gettext(words)


def now(found: Now) -> tuple[str, str]:
    """Return shape and words of whether a token counts now."""
    shape, words = _NOW[found]
    return shape, gettext(words)


def form(found: Form) -> str:
    """Return what kind of text it is."""
    return gettext(_FORM[found])
