"""What a registration is held against: a table for each specification, a row a clause."""

from dataclasses import dataclass
from typing import Final, Protocol

from idp.clients.domain import Client, Profile
from idp.oidc.checks import registrations as found
from idp.oidc.domain.conformance import By, Holds, Line, Report, Strength


class Finding(Protocol):
    """What one clause finds in a registration."""

    def __call__(self, client: Client, /) -> Holds:
        """Return whether it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One clause, in both languages, and what asks after it."""

    clause: str
    strength: Strength
    finding: Finding
    zh: str
    en: str

    def line(self, client: Client) -> Line:
        """Return what is found of it in a registration."""
        by = By.SERVER if self.finding is found.always else By.RECORD
        holds = self.finding(client)
        return Line(self.clause, self.strength, by, holds, self.zh, self.en)


_MUST, _SHOULD = Strength.MUST, Strength.SHOULD

# fmt: off
OAUTH_2_1: Final = (
    Row("OAuth 2.1 §2.3.1", _MUST, found.redirects_are_registered,
        "返回地址已完整登记，逐字比较",
        "Redirect URIs are registered whole, and compared to the letter"),
    Row("RFC 8252 §8.3", _SHOULD, found.redirects_are_no_names_of_this_machine,
        "本机返回地址用 127.0.0.1 或 [::1]，不用 localhost",
        "Loopback redirects name 127.0.0.1 or [::1], not localhost"),
    Row("RFC 9700 §2.1.1", _MUST, found.challenge_or_nonce,
        "授权码有 PKCE 保护；机密客户端可以用 nonce 代替",
        "Codes are protected by PKCE, or by a nonce of a confidential client"),
    Row("OAuth 2.1 §4.1.1", _SHOULD, found.challenge_is_needed,
        "每个授权请求都要带 code_challenge（S256）",
        "Every authorization request needs a code_challenge (S256)"),
    Row("OAuth 2.1 §2.4", _MUST, found.confidential_clients_prove_themselves,
        "机密客户端每次都要证明身份",
        "A confidential client proves itself each time"),
    Row("RFC 9700 §2.5", _SHOULD, found.proves_itself_by_a_key,
        "用私钥（private_key_jwt 或双向 TLS）证明身份，不用共享密钥",
        "It proves itself by a key (private_key_jwt or mTLS), not by a shared secret"),
    Row("OAuth 2.1 §4.2", _MUST, found.own_tokens_need_a_secret,
        "只有机密客户端可以用 client_credentials",
        "Only a confidential client uses client_credentials"),
    Row("OAuth 2.1 §4.3.1", _MUST, found.public_refresh_is_rotated_or_bound,
        "公开客户端的刷新令牌用一次换一次，或绑定密钥",
        "Refresh tokens of a public client rotate, or are bound to a key"),
    Row("RFC 9700 §2.2.1", _SHOULD, found.tokens_are_bound,
        "访问令牌绑定密钥（DPoP 或双向 TLS）",
        "Access tokens are bound to a key (DPoP or mTLS)"),
    Row("RFC 9700 §2.4", _MUST, found.always,
        "没有密码授权，没有隐式授权",
        "No password grant, no implicit grant"),
    Row("RFC 9700 §2.3", _MUST, found.always,
        "访问令牌只对指定的受众有效",
        "Access tokens count at their audience only"),
    Row("RFC 9700 §4.3", _MUST, found.always,
        "令牌从不放在网址里",
        "Tokens never stand in an address"),
    Row("RFC 9700 §4.5", _MUST, found.always,
        "授权码只能用一次，再次出现就全部作废",
        "A code is used once; a second use ends all that came of it"),
    Row("RFC 9207 §2", _MUST, found.always,
        "每个授权应答都带 iss",
        "Every authorization response carries iss"),
)
"""OAuth 2.1, with the clauses of RFC 9700, RFC 8252 and RFC 9207 that it gathers."""

FAPI_2_0: Final = (
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.is_confidential,
        "只接受机密客户端",
        "Confidential clients only"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.fapi_method,
        "用 private_key_jwt 或双向 TLS 证明身份",
        "It proves itself by private_key_jwt or mTLS"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.audience_is_our_issuer,
        "断言的 aud 只能是本机构的 issuer 字符串",
        "aud of an assertion is our issuer, as one string"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.tokens_are_bound,
        "访问令牌绑定密钥（DPoP 或双向 TLS）",
        "Access tokens are bound to a key (DPoP or mTLS)"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.refresh_tokens_stay,
        "刷新令牌不轮换",
        "Refresh tokens do not rotate"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.codes_are_short,
        "授权码最多 60 秒",
        "A code lives 60 seconds at most"),
    Row("FAPI 2.0 §5.3.2.1", _MUST, found.always,
        "没有密码授权",
        "No password grant"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.always,
        "response_type 只有 code",
        "response_type is code and nothing else"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.requests_are_pushed,
        "授权请求必须先推送（PAR）",
        "Authorization requests are pushed (PAR)"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.pushed_requests_are_short,
        "request_uri 不到 600 秒",
        "A request_uri lives less than 600 seconds"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.challenge_is_needed,
        "必须用 PKCE（S256）",
        "PKCE with S256"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.answers_go_by_https,
        "返回地址用 https；原生应用可用本机地址",
        "Redirect URIs are https, or loopback addresses of native apps"),
    Row("FAPI 2.0 §5.3.2.2", _MUST, found.always,
        "每个授权应答都带 iss",
        "Every authorization response carries iss"),
    Row("FAPI 2.0 §5.4.1", _MUST, found.algorithms_are_strong,
        "签名只用 PS256、ES256 或 EdDSA",
        "Signatures by PS256, ES256 or EdDSA only"),
    Row("FAPI 2.0 §5.4.1", _MUST, found.always,
        "RSA 密钥不短于 2048 位，密钥名不重复",
        "RSA keys of 2048 bits or more, no key name twice"),
)
"""FAPI 2.0 Security Profile, Final."""
# fmt: on


def reports(client: Client) -> tuple[Report, ...]:
    """Return how a registration stands to each specification, line by line."""
    return (
        Report(name="OAuth 2.1", required=True, lines=_lines(OAUTH_2_1, client)),
        Report(
            name="FAPI 2.0 Security Profile",
            required=client.oidc.profile is Profile.FAPI2,
            lines=_lines(FAPI_2_0, client),
        ),
    )


def _lines(rows: tuple[Row, ...], client: Client) -> tuple[Line, ...]:
    return tuple(row.line(client) for row in rows)
