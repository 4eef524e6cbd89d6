"""The conditions that many modules share, each as the suite states it."""

import base64
import hashlib
import json
import math
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.attacks.house import ISSUER, Answer
from tests.flows.openid.visit import Back

_DESCRIPTION: Final = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749 §5.2
_TOKEN: Final = re.compile(r"[\x20-\x7e]+")  # RFC 6749 appendix A.12, A.17
_ADDRESS: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 appendix A.9
_ALGORITHMS: Final = ("ES256", "RS256", "PS256", "EdDSA")
_SKEW_S: Final = 300
_SHORTEST: Final = 16
_LEAST_BITS: Final = 96
_BESIDE: Final = ("error_description", "error_uri")
_TEXTS: Final = (
    *("sub", "name", "given_name", "family_name", "middle_name", "nickname", "profile"),
    *("preferred_username", "picture", "website", "email", "gender", "birthdate"),
    *("zoneinfo", "locale", "phone_number"),
)
_TYPES: Final[Mapping[str, type]] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(("email_verified", "phone_number_verified"), bool),
    **dict.fromkeys(("address", "_claim_names", "_claim_sources"), dict),
    "updated_at": int,
}
"""OIDC Core §5.1, §5.6.2: what each standard claim is."""
Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a token endpoint gave, checked."""

    access_token: str
    id_token: str
    claims: Claims
    refresh_token: str | None
    raw: Mapping[str, Any] = field(repr=False)


def answer_is_to_the_request(back: Back) -> None:
    """CheckCallbackLocation, CheckMatchingState, ValidateIss; by the mode asked for."""
    assert back.address == back.asked["redirect_uri"]
    assert back.by == back.asked.get("response_mode", "query")
    assert back.parameters.get("state") == back.asked.get("state")
    assert back.parameters.get("iss") == ISSUER


def authorization_succeeded(back: Back) -> None:
    """CheckIfAuthorizationEndpointError, EnsureMinimumAuthorizationCodeLength, …Entropy.

    Nothing unexpected is beside the code.
    """
    answer_is_to_the_request(back)
    assert "error" not in back.parameters, dict(back.parameters)
    nobody_guesses(back.code)
    assert back.parameters.keys() <= {"code", "state", "iss"}


def authorization_failed(back: Back, *errors: str) -> None:
    """EnsureErrorFromAuthorizationEndpointResponse, RejectAuthCode…, nothing unexpected."""
    answer_is_to_the_request(back)
    assert back.parameters.get("error") in errors, dict(back.parameters)
    _error_is_well_said(back.parameters)
    assert back.parameters.keys() <= {"state", "iss", "error", *_BESIDE}


def token_error(answer: Answer, error: str) -> None:
    """CheckTokenEndpointHttpStatus400, …ReturnedJsonContentType, its error; no token."""
    expected = {400, 401} if error == "invalid_client" else {400}
    assert answer.status in expected, answer
    assert answer.header("Content-Type").startswith("application/json")
    said = answer.json()
    assert said.get("error") == error, said
    _error_is_well_said(said)
    assert "access_token" not in said


def token_response(answer: Answer) -> dict[str, Any]:
    """CheckTokenEndpointHttpStatus200, CheckTokenTypeIsBearer, ValidateExpiresIn.

    CheckTokenEndpointCacheHeaders, CheckForAccessTokenValue; each token is of the letters
    it may be of, and nobody guesses it.
    """
    assert answer.status == 200, answer
    assert answer.header("Content-Type").startswith("application/json")
    assert "no-store" in answer.header("Cache-Control")
    assert "no-cache" in (answer.header("Pragma") or "no-cache")
    said = answer.json()
    assert "error" not in said
    assert str(said["token_type"]).lower() == "bearer"
    expires = said["expires_in"]
    assert isinstance(expires, int)
    assert expires > 0
    for name in ("access_token", *({"refresh_token"} & said.keys())):
        value = said[name]
        assert isinstance(value, str)
        assert _TOKEN.fullmatch(value)
        nobody_guesses(value)
    return said


def nobody_guesses(value: str) -> None:
    """EnsureMinimum…Length, EnsureMinimum…Entropy: 128 bits, as far as one value shows."""
    assert len(value.encode()) >= _SHORTEST, value
    shares = [count / len(value) for count in Counter(value).values()]
    bits = -sum(share * math.log2(share) for share in shares) * len(value)
    assert bits > _LEAST_BITS, value


def claims_are_of_their_types(claims: Claims) -> None:
    """ValidateIdTokenStandardClaims, ValidateUserInfoStandardClaims: none empty."""
    assert claims
    for name, value in claims.items():
        kind = _TYPES.get(name, object)
        assert isinstance(value, kind), name
        assert kind is bool or value not in ("", {}, None), name


def same_after_refresh(first: Claims, second: Claims) -> None:
    """CompareIdTokenClaims: the same sign-in, told at another time; OIDC Core §12.2."""
    for name in ("iss", "sub", "aud", "auth_time", "azp"):
        assert first.get(name) == second.get(name), name
    assert second["iat"] > first["iat"]
    assert second.get("nonce", first.get("nonce")) == first.get("nonce")


def _error_is_well_said(said: Claims) -> None:
    """ValidateErrorDescriptionFrom…, ValidateErrorUriFrom…: RFC 6749 §4.1.2.1, §5.2."""
    assert _DESCRIPTION.fullmatch(str(said.get("error_description", "")))
    assert _ADDRESS.fullmatch(str(said.get("error_uri", "-")))


def id_token_is_good(
    token: str, jwks: Mapping[str, Any], client: str, nonce: str | None, ahead_s: int = 0
) -> Claims:
    """PerformStandardIdTokenChecks: signature by kid, iss, aud, azp, sub, times, nonce."""
    header = header_of(token)
    named = [key for key in jwks["keys"] if key["kid"] == header.get("kid")]
    assert len(named) == 1, header
    claims = jwt.decode(
        token, KeySet.import_key_set({"keys": named}), algorithms=list(_ALGORITHMS)
    ).claims
    now = time.time() + ahead_s
    assert claims["iss"] == ISSUER
    assert claims["aud"] in (client, [client])
    assert claims.get("azp", client) == client
    claims_are_of_their_types(claims)
    assert 0 < len(claims["sub"].encode("ascii")) <= 255
    assert claims["exp"] > now
    assert abs(now - claims["iat"]) < _SKEW_S
    assert claims.get("nonce") == nonce
    assert isinstance(claims.get("acr", ""), str)
    return claims


def access_token_hash_is_right(token: str, access_token: str) -> None:
    """OIDC Core §3.1.3.8: ValidateAtHash, where there is one."""
    algorithm = header_of(token)["alg"]
    digest = hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256
    whole = digest(access_token.encode("ascii")).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).decode().rstrip("=")
    assert claims_of(token)["at_hash"] == half


def header_of(token: str) -> dict[str, Any]:
    """Return the header of a JWT, unverified."""
    return _part(token, 0)


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unverified."""
    return _part(token, 1)


def _part(token: str, place: int) -> dict[str, Any]:
    part = token.split(".")[place]
    said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(said, dict)
    return said


def same_authentication(first: Claims, second: Claims) -> None:
    """CheckIdTokenAuthTimeClaimsSameIfPresent, CheckIdTokenSubConsistent."""
    assert first["sub"] == second["sub"]
    assert first.get("auth_time") == second.get("auth_time")


def later_authentication(first: Claims, second: Claims) -> None:
    """CheckSecondIdTokenAuthTimeIsLaterIfPresent; the person is still the same."""
    assert first["sub"] == second["sub"]
    assert second["auth_time"] > first["auth_time"]
