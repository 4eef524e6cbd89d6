"""ID tokens, honest or not (OIDC Core §2)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.clock import epoch_seconds
from kernel.proof.jose import compact, signing_input, to_base64url
from peers.mock_op.domain import LEAST_ACR, TOKEN_LIFE, Fault, Grant
from peers.mock_op.ports import TokenKey
from peers.mock_op.service.switch import Switch

_LONG = timedelta(hours=1)
_ELSEWHERE = "https://issuer.invalid"
_SOMEBODY = "somebody-else"


@dataclass(frozen=True, slots=True)
class IdTokens:
    """Builds and signs; every switch that is on spoils one thing.

    ``stranger`` is a key that is published nowhere.
    """

    issuer: str
    key: TokenKey
    stranger: TokenKey
    switch: Switch

    def of(self, grant: Grant, now: datetime) -> str:
        """Return the ID token of a grant."""
        claims = self._spoilt(self._honest(grant, now), now)
        return self._signed({name: each for name, each in claims.items() if each})

    def _honest(self, grant: Grant, now: datetime) -> dict[str, object]:
        return {
            "iss": self.issuer,
            "sub": grant.who.account.subject,
            "aud": grant.asked.client_id,
            "iat": epoch_seconds(now),
            "exp": epoch_seconds(now + TOKEN_LIFE),
            "auth_time": epoch_seconds(grant.who.at),
            "nonce": grant.asked.nonce,
            "acr": grant.who.account.acr,
            "amr": ["pwd"],
            "sid": grant.who.sid,
        }

    def _spoilt(self, claims: Mapping[str, object], now: datetime) -> dict[str, object]:
        """Put every fault that is on in place of what is right; None leaves a claim out."""
        early, late = epoch_seconds(now - _LONG), epoch_seconds(now + _LONG)
        lies: dict[Fault, dict[str, object]] = {
            Fault.WRONG_ISS: {"iss": _ELSEWHERE},
            Fault.WRONG_AUD: {"aud": _SOMEBODY},
            Fault.WRONG_NONCE: {"nonce": to_base64url(bytes(32))},
            Fault.MISSING_NONCE: {"nonce": None},
            Fault.EXPIRED: {"iat": early - 300, "exp": early},
            Fault.FUTURE: {"iat": late, "exp": late + 300},
            Fault.NO_SUB: {"sub": None},
            Fault.LOW_ACR: {"acr": LEAST_ACR},
            Fault.SEVERAL_AUD_WITHOUT_AZP: {"aud": [claims["aud"], _SOMEBODY]},
        }
        spoilt = dict(claims)
        for fault, lie in lies.items():
            spoilt |= lie if self.switch.has(fault) else {}
        return spoilt

    def _signed(self, claims: Mapping[str, object]) -> str:
        kid = str(self.key.jwk()["kid"])
        if self.switch.has(Fault.ALG_NONE):
            unsigned = signing_input({"alg": "none", "typ": "JWT"}, claims)
            return f"{unsigned.decode('ascii')}."
        if self.switch.has(Fault.HS256):
            return self._by_public_key(claims, kid)
        if self.switch.has(Fault.UNPUBLISHED_KEY):
            return _token(self.stranger, str(self.stranger.jwk()["kid"]), claims)
        if self.switch.has(Fault.BAD_SIGNATURE):
            return _token(self.stranger, kid, claims)
        return _token(self.key, kid, claims)

    def _by_public_key(self, claims: Mapping[str, object], kid: str) -> str:
        """RFC 8725 §2.1: HS256 with the published key as if it were a secret."""
        signed = signing_input({"alg": "HS256", "typ": "JWT", "kid": kid}, claims)
        secret = str(self.key.jwk()["x"]).encode()
        return compact(signed, hmac.digest(secret, signed, hashlib.sha256))


def _token(key: TokenKey, kid: str, claims: Mapping[str, object]) -> str:
    signed = signing_input({"alg": "ES256", "typ": "JWT", "kid": kid}, claims)
    return compact(signed, key.sign(signed))
