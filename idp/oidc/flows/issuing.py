"""Signs tokens. No rule here: who calls has decided."""

from dataclasses import dataclass, field

from idp.clients.domain import Client
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.issuer import API_SCOPES, Issuer, Lifetimes
from idp.oidc.messages.claims import released
from idp.oidc.messages.tokens import (
    Validity,
    client_access_claims,
    id_token_claims,
    left_half_hash,
    person_access_claims,
)
from idp.people.service import People
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105  a media type
REGISTRATION_TYPE = "explicit-registration-response+jwt"
_JTI_BYTES = 16


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs access and ID tokens with the key of the purpose ``tokens``."""

    issuer: Issuer
    signer: Signer
    clock: Clock
    entropy: Entropy
    lifetimes: Lifetimes = field(default_factory=Lifetimes)

    def for_client(self, client: Client, scope: str) -> tuple[Tokens, str]:
        """Return a token for our API and its ``jti``.

        Its subject is the person the client is bound to, else the client itself: the two
        cannot be confused, for people are UUIDs and clients are not (RFC 9700 §4.15).
        """
        subject = client.id if client.person is None else str(client.person)
        validity = Validity.starting(self.clock(), self.lifetimes.access_token)
        claims = client_access_claims(
            self.issuer.url, self.issuer.api, client.id, subject, validity
        )
        jti = claims["jti"] = token(self.entropy, _JTI_BYTES)
        claims["scope"] = scope
        signed = self.signer.sign(Purpose.TOKENS, ACCESS_TOKEN_TYPE, claims)
        return Tokens(
            access_token=signed, expires_in_s=validity.exp - validity.iat, scope=scope
        ), jti

    def access_token(self, grant: Grant, scopes: frozenset[str]) -> Tokens:
        """Return a token for userinfo, and for our API if it may go there (RFC 9068)."""
        validity = Validity.starting(self.clock(), self.lifetimes.access_token)
        claims = person_access_claims(self.issuer, scopes, grant, validity)
        claims["jti"] = token(self.entropy, _JTI_BYTES)
        signed = self.signer.sign(Purpose.TOKENS, ACCESS_TOKEN_TYPE, claims)
        scope = str(claims["scope"])
        return Tokens(
            access_token=signed, expires_in_s=validity.exp - validity.iat, scope=scope
        )

    def id_token(self, grant: Grant, access_token: str, about: dict[str, object]) -> str:
        """Return an ID token bound to ``access_token`` (OIDC Core §2, §3.1.3.6)."""
        validity = Validity.starting(self.clock(), self.lifetimes.id_token)
        claims = id_token_claims(self.issuer.url, grant, validity)
        claims["at_hash"] = left_half_hash(access_token)
        return self.signer.sign(Purpose.TOKENS, "JWT", {**about, **claims})

    def logout_token(self, claims: dict[str, object]) -> str:
        """Return a logout token (OIDC Back-Channel Logout §2.4); ``jti`` is added."""
        whole = {**claims, "jti": token(self.entropy, _JTI_BYTES)}
        return self.signer.sign(Purpose.TOKENS, "logout+jwt", whole)

    def registration(self, claims: dict[str, object]) -> str:
        """Return a registration, signed by the entity (OpenID Federation 1.0 §12.2.3)."""
        return self.signer.sign(Purpose.ENTITY, REGISTRATION_TYPE, claims)

    def opaque(self) -> Secret:
        """Return a code or refresh token: 256 random bits."""
        return Secret(token(self.entropy))


@dataclass(frozen=True, slots=True)
class PersonTokens:
    """Access and ID token of one grant, with the claims it may hold."""

    issuing: TokenIssuer
    people: People

    def issue(self, grant: Grant, scopes: frozenset[str]) -> Tokens:
        """Return both tokens; the level told is the grant's, whatever has come since."""
        tokens = self.issuing.access_token(grant, self._held(grant, scopes))
        about = self._about(grant)
        id_token = self.issuing.id_token(grant, tokens.access_token, about)
        return Tokens(
            access_token=tokens.access_token,
            expires_in_s=tokens.expires_in_s,
            scope=tokens.scope,
            id_token=id_token,
        )

    def _held(self, grant: Grant, scopes: frozenset[str]) -> frozenset[str]:
        """RFC 6749 §3.3: scopes of our API are only for those who hold a role in it."""
        if not scopes & API_SCOPES or self.people.find(grant.person).roles:
            return scopes
        return scopes - API_SCOPES

    def _about(self, grant: Grant) -> dict[str, object]:
        if not grant.id_token_claims:
            return {}
        claims = self.people.claims(grant.person)
        return released(claims, grant.id_token_claims, grant.acting_for)
