"""Words for an application's record: every member, and every value that is a code.

A name that engineers know stands behind its word, in brackets.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kernel.assurance import Level, UnknownLevel
from kernel.infra.pages import gettext
from kernel.infra.pages import mark as _
from portals.console.domain import BETWEEN

MEMBER: Final[Mapping[str, str]] = MappingProxyType({
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
})  # fmt: skip
PROTOCOL: Final[Mapping[str, str]] = MappingProxyType({
    "profile": _("安全级别"),
    "token_endpoint_auth_method": _("证明身份的方式"),
    "grant_types": _("授权方式"),
    "redirect_uris": _("返回地址"),
    "post_logout_redirect_uris": _("退出后的返回地址"),
    "backchannel_logout_uri": _("退出通知地址"),
    "backchannel_logout_session_required": _("退出通知须带会话编号"),
    "backchannel_ca": _("退出通知地址的证书机构"),
    "frontchannel_logout_uri": _("浏览器退出通知地址"),
    "frontchannel_logout_session_required": _("浏览器退出通知须带会话编号"),
    "initiate_login_uri": _("第三方发起登录的地址"),
    "scopes": _("可以申请的范围"),
    "sector": _("用户标识所属的域"),
    "sector_identifier_uri": _("用户标识域的说明地址"),
    "jwks": _("公钥"),
    "keys": _("密钥"),
    "jwks_uri": _("公钥地址"),
    "request_uris": _("请求对象的地址"),
    "request_object_signing_alg": _("请求对象的签名算法"),
    "token_endpoint_auth_signing_alg": _("证明身份的签名算法"),
    "require_signed_request_object": _("请求必须签名"),
    "require_pushed_authorization_requests": _("请求必须先推送"),
    "relies_on_nonce": _("以 nonce 代替 PKCE"),
    "id_token_signed_response_alg": _("身份令牌的签名算法"),
    "id_token_encrypted_response_alg": _("身份令牌的密钥加密算法"),
    "id_token_encrypted_response_enc": _("身份令牌的内容加密算法"),
    "userinfo_signed_response_alg": _("用户信息的签名算法"),
    "userinfo_encrypted_response_alg": _("用户信息的密钥加密算法"),
    "userinfo_encrypted_response_enc": _("用户信息的内容加密算法"),
    "opaque_access_tokens": _("访问令牌不含内容"),
    "dpop_bound_access_tokens": _("访问令牌绑定应用的密钥"),
    "tls_client_certificate_bound_access_tokens": _("访问令牌绑定应用的证书"),
    "tls_client_auth_subject_dn": _("证书主体"),
    "tls_client_auth_san_dns": _("证书中的域名"),
    "tls_client_auth_san_uri": _("证书中的网址"),
    "tls_client_auth_san_ip": _("证书中的 IP 地址"),
    "tls_client_auth_san_email": _("证书中的邮箱"),
    "default_max_age": _("登录多少秒后须重新登录"),
    "require_auth_time": _("必须告知登录时刻"),
    "default_acr_values": _("没有说明时要求的等级"),
    "resources": _("可以访问的接口"),
    "exchanges": _("可以交换令牌的对象"),
    "audience": _("对象"),
    "may_impersonate": _("可以只以本人的名义"),
    "may_transfer": _("可以把登录转交过去"),
    "may_vouch": _("可以交换由它核对过出示者的绑定令牌"),
})  # fmt: skip
_BASIS: Final[Mapping[str, str]] = MappingProxyType({
    "consent": _("本人同意"),
    "statutory": _("法律规定"),
})  # fmt: skip
_CLAIM: Final[Mapping[str, str]] = MappingProxyType({
    "name": _("姓名"),
    "identity_level": _("实名等级"),
    "person_kind": _("人员类型"),
    "id_number": _("公民身份号码"),
    "organisations": _("可以代表的单位"),
})  # fmt: skip
_PROFILE: Final[Mapping[str, str]] = MappingProxyType({
    "oidc": _("通用"),
    "fapi2-security": _("高安全"),
    "native": _("装在用户设备上的应用"),
    "kiosk": _("多人共用的终端"),
})  # fmt: skip
_METHOD: Final[Mapping[str, str]] = MappingProxyType({
    "client_secret_basic": _("密钥，放在请求头"),
    "client_secret_post": _("密钥，放在请求正文"),
    "client_secret_jwt": _("以密钥签名"),
    "private_key_jwt": _("以私钥签名"),
    "tls_client_auth": _("机构签发的证书"),
    "self_signed_tls_client_auth": _("自签证书"),
    "none": _("不证明"),
})  # fmt: skip
_GRANT: Final[Mapping[str, str]] = MappingProxyType({
    "authorization_code": _("授权码"),
    "refresh_token": _("刷新令牌"),
    "client_credentials": _("应用自身的凭证"),
    "urn:ietf:params:oauth:grant-type:device_code": _("在另一台设备上登录"),
    "urn:ietf:params:oauth:grant-type:token-exchange": _("令牌交换"),
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _("签名断言"),
})  # fmt: skip
_SCOPE: Final[Mapping[str, str]] = MappingProxyType({
    "openid": _("登录"),
    "profile": _("基本信息"),
    "identity_document": _("公民身份号码"),
    "organisations": _("可以代表的单位"),
    "offline_access": _("本人不在时继续使用"),
})  # fmt: skip
_YES_NO: Final[Mapping[str, str]] = MappingProxyType({"True": _("是"), "False": _("否")})
PLAIN: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "basis": _BASIS,
    "name": _CLAIM,
    "backchannel_logout_session_required": _YES_NO,
    "frontchannel_logout_session_required": _YES_NO,
    "require_signed_request_object": _YES_NO,
    "require_pushed_authorization_requests": _YES_NO,
    "relies_on_nonce": _YES_NO,
    "opaque_access_tokens": _YES_NO,
    "dpop_bound_access_tokens": _YES_NO,
    "tls_client_certificate_bound_access_tokens": _YES_NO,
    "require_auth_time": _YES_NO,
    "may_impersonate": _YES_NO,
    "may_transfer": _YES_NO,
    "may_vouch": _YES_NO,
})  # fmt: skip
"""Words of values that stand alone."""
NAMED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "profile": _PROFILE,
    "token_endpoint_auth_method": _METHOD,
    "grant_types": _GRANT,
    "scopes": _SCOPE,
})  # fmt: skip
"""Words of values whose own name engineers know: it stands behind them."""


def path(names: tuple[str, ...]) -> str:
    """Return the words for a value's place in the record."""
    return " / ".join(_part(name) for name in names)


def value(names: tuple[str, ...], text: str) -> str:
    """Return a value of the record in words, where it is a code or a list of codes."""
    last = names[-1]
    if not text:
        return ""
    if last == "level":
        return gettext("%(number)s 级", number=text)
    if last == "default_acr_values":
        return BETWEEN.join(_level(acr) for acr in text.split(BETWEEN))
    if last in NAMED:
        words = NAMED[last]
        return BETWEEN.join(_told(words, code) for code in text.split(BETWEEN))
    return gettext(PLAIN[last][text]) if text in PLAIN.get(last, ()) else text


def _part(name: str) -> str:
    if name in PROTOCOL:
        return with_name(gettext(PROTOCOL[name]), name)
    return gettext(MEMBER[name]) if name in MEMBER else name


def _told(words: Mapping[str, str], code: str) -> str:
    if code not in words:
        return code
    return with_name(gettext(words[code]), code.rpartition(":")[2])


def _level(acr: str) -> str:
    try:
        number = Level.from_acr(acr).value
    except UnknownLevel:
        return acr
    return with_name(gettext("%(number)s 级", number=number), acr)


def with_name(word: str, name: str) -> str:
    """Return a word with the name that engineers know behind it."""
    return gettext("%(word)s（%(name)s）", word=word, name=name)
