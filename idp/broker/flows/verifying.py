"""From a token answer to whom it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.broker.checks.id_token import (
    Expected,
    authenticated_at,
    id_token_holds,
    level_is_met,
    signed_claims,
    subject_is_named,
)
from idp.broker.domain import (
    Attempt,
    TokenAnswer,
    TrustedProvider,
    UpstreamIdentity,
)
from idp.broker.errors import IdTokenKeyUnknown, UserinfoOfAnother
from idp.broker.flows.keys import UpstreamKeys
from idp.broker.ports import UpstreamCalls
from kernel.clock import Clock
from kernel.ids import correlation
from kernel.proof.jose import VerifiedClaims

_AMR_VALUES: Final = 10
_AMR_LENGTH: Final = 16
_NAME_LENGTH: Final = 100
_SID_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class IdTokens:
    """Verifies ID tokens with the keys that the chain vouches for."""

    keys: UpstreamKeys
    clock: Clock

    def read(
        self, trusted: TrustedProvider, attempt: Attempt, answer: TokenAnswer
    ) -> UpstreamIdentity:
        """Return whom the ID token speaks of.

        Raises:
            UpstreamRefused: a rule of OIDC Core §3.1.3.7 is broken; each has its class.
        """
        claims = self._signed(trusted, answer.id_token)
        expected = Expected(
            attempt=attempt,
            client_id=attempt.client_id,
            access_token=answer.access_token,
            now=self.clock(),
        )
        id_token_holds(claims, expected)
        identity = _identity(claims, trusted, attempt)
        level_is_met(identity.claimed, trusted.demanded(attempt.asked))
        return identity

    def _signed(self, trusted: TrustedProvider, token: str) -> VerifiedClaims:
        for keys in self.keys.sets(trusted):
            try:
                return signed_claims(token, keys, trusted.metadata.algorithms)
            except IdTokenKeyUnknown:
                continue
        raise IdTokenKeyUnknown


@dataclass(frozen=True, slots=True)
class Names:
    """Learns what somebody new is called, where their provider may say so."""

    calls: UpstreamCalls

    def of(
        self, identity: UpstreamIdentity, trusted: TrustedProvider, answer: TokenAnswer
    ) -> str | None:
        """Return the name, from the ID token, else from userinfo; None if neither may.

        Raises:
            UserinfoOfAnother: it speaks of somebody else.
            UpstreamUnavailable, UserinfoMalformed: it could not be had.

        Source: OIDC Core §5.3.
        """
        endpoint = trusted.metadata.userinfo_endpoint
        if identity.name or endpoint is None or trusted.their_claim("name") is None:
            return identity.name
        said = self.calls.userinfo(endpoint, answer.access_token)
        userinfo_is_about(said, identity.subject)
        return allowed_name(said, trusted)


def userinfo_is_about(said: Mapping[str, object], subject: str) -> None:
    """OIDC Core §5.3.2: its ``sub`` MUST be that of the ID token, to the letter."""
    if said.get("sub") != subject:
        raise UserinfoOfAnother


def allowed_name(said: Mapping[str, object], trusted: TrustedProvider) -> str | None:
    """OpenID Federation 1.0 §6: no claim that it may not assert, under its own name."""
    theirs = trusted.their_claim("name")
    name = None if theirs is None else said.get(theirs)
    if not isinstance(name, str):
        return None
    plain = name.strip()
    is_a_name = plain.isprintable() and len(plain) <= _NAME_LENGTH
    return plain if plain and is_a_name else None


def _identity(
    claims: VerifiedClaims, trusted: TrustedProvider, attempt: Attempt
) -> UpstreamIdentity:
    jti = claims.get("jti")
    named = jti if isinstance(jti, str) and jti else attempt.nonce
    return UpstreamIdentity(
        issuer=attempt.issuer,
        subject=subject_is_named(claims),
        claimed=trusted.provider.level(claims.get("acr")),
        amr=_methods(claims.get("amr")),
        sid=_session_id(claims.get("sid")),
        name=allowed_name(claims, trusted),
        correlation=correlation(attempt.issuer, named),
        authenticated_at=authenticated_at(claims, attempt),
    )


def _methods(said: object) -> tuple[str, ...]:
    """RFC 8176 §1: names of methods; what is no such name is passed over."""
    if not isinstance(said, list):
        return ()
    plain = (one for one in said if isinstance(one, str) and one.isalnum())
    short = (one for one in plain if one.isascii() and len(one) <= _AMR_LENGTH)
    return tuple(dict.fromkeys(short))[:_AMR_VALUES]


def _session_id(said: object) -> str | None:
    """OIDC Back-Channel Logout §2.1: an opaque name of the upstream's session."""
    if not isinstance(said, str) or not 0 < len(said) <= _SID_LENGTH:
        return None
    return said
