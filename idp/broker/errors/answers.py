"""Ways in which an upstream's answer is refused, or is not to be had."""

from kernel.errors import Refused, Unavailable


class UpstreamRefused(Refused):
    """What the upstream answered does not hold. Nobody is signed in by it."""

    code = "upstream_refused"


class IssuerMissing(UpstreamRefused):
    """The answer does not say whose it is (RFC 9207 §2.4)."""

    code = "issuer_missing"


class IssuerMixedUp(UpstreamRefused):
    """The answer is another issuer's than the one asked (RFC 9207 §2.4)."""

    code = "issuer_mixed_up"


class UpstreamError(UpstreamRefused):
    """The upstream answered with an error of its own; the detail is its code."""

    code = "upstream_error"


class PushNotTaken(UpstreamRefused):
    """The provider refused the request we pushed; the detail is its error code."""

    code = "push_not_taken"


class CodeMissing(UpstreamRefused):
    """The answer holds neither a code nor an error (RFC 6749 §4.1.2)."""

    code = "code_missing"


class CodeNotTaken(UpstreamRefused):
    """The token endpoint refused the code; the detail is its error code."""

    code = "code_not_taken"


class TokenAnswerMalformed(UpstreamRefused):
    """The token endpoint's answer is not that of OIDC Core §3.1.3.3."""

    code = "token_answer_malformed"


class IdTokenMalformed(UpstreamRefused):
    """The ID token is no such thing; the detail is the reason of the JOSE layer."""

    code = "id_token_malformed"


class IdTokenAlgorithm(UpstreamRefused):
    """The ID token is signed with an algorithm its metadata does not name."""

    code = "id_token_algorithm"


class IdTokenUnsigned(IdTokenAlgorithm):
    """The ID token carries no signature at all (RFC 7518 §3.6)."""

    code = "id_token_unsigned"


class IdTokenSymmetric(IdTokenAlgorithm):
    """The ID token is signed with a secret: a published key would do (RFC 8725 §2.1)."""

    code = "id_token_symmetric"


class IdTokenKeyUnknown(UpstreamRefused):
    """The ID token names a key that the provider does not publish."""

    code = "id_token_key_unknown"


class IdTokenSignature(UpstreamRefused):
    """The ID token's signature is not that of the key it names."""

    code = "id_token_signature"


class IdTokenIssuer(UpstreamRefused):
    """The ID token is another issuer's."""

    code = "id_token_issuer"


class IdTokenAudience(UpstreamRefused):
    """The ID token is not for us."""

    code = "id_token_audience"


class IdTokenParty(UpstreamRefused):
    """The ID token was issued to another party (``azp``), or to several without one."""

    code = "id_token_party"


class IdTokenExpired(UpstreamRefused):
    """The ID token's time is over."""

    code = "id_token_expired"


class IdTokenFromFuture(UpstreamRefused):
    """The ID token is not valid yet."""

    code = "id_token_from_future"


class IdTokenOld(UpstreamRefused):
    """The ID token was issued before we asked for it."""

    code = "id_token_old"


class IdTokenNonce(UpstreamRefused):
    """The ID token answers another request than ours."""

    code = "id_token_nonce"


class IdTokenNonceMissing(IdTokenNonce):
    """The ID token does not say which request it answers."""

    code = "id_token_nonce_missing"


class IdTokenSubject(UpstreamRefused):
    """The ID token names nobody, or not in the form of OIDC Core §2."""

    code = "id_token_subject"


class IdTokenAccessTokenHash(UpstreamRefused):
    """The access token is not the one that the ID token came with."""

    code = "id_token_at_hash"


class AuthenticationTooOld(UpstreamRefused):
    """The person authenticated longer ago than was asked for, or it is not said when."""

    code = "authentication_too_old"


class LevelNotMet(UpstreamRefused):
    """The level that was asked for as essential was not reached (OIDC Core §5.5.1.1)."""

    code = "level_not_met"


class UserinfoOfAnother(UpstreamRefused):
    """Userinfo speaks of somebody else than the ID token (OIDC Core §5.3.2)."""

    code = "userinfo_of_another"


class UserinfoMalformed(UpstreamRefused):
    """Userinfo is not a JSON object about somebody."""

    code = "userinfo_malformed"


class UpstreamUnavailable(Unavailable):
    """The upstream did not answer in time, or not with anything of use."""

    code = "upstream_unavailable"


class UpstreamSlow(UpstreamUnavailable):
    """The upstream's answer took longer than a browser can wait."""

    code = "upstream_slow"


class UpstreamAnswerTooLarge(UpstreamUnavailable):
    """The upstream's answer was larger than any answer of its kind."""

    code = "upstream_answer_too_large"


class UpstreamKeysMissing(Unavailable):
    """The upstream's keys were never fetched; the worker goes on trying."""

    code = "upstream_keys_missing"
