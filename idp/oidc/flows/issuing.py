"""Signs tokens. No rule here: who calls has decided."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from idp.clients.domain import Client
from idp.oidc.domain.grants import Grant, Tokens
from idp.oidc.domain.issuer import API_SCOPES, Issuer, Lifetimes
from idp.oidc.domain.own_tokens import OwnToken
from idp.oidc.domain.reach import bound_to, reach_of
from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.flows.claims_told import ClaimsTold
from idp.oidc.flows.enveloping import sealed_claims, sealed_token
from idp.oidc.flows.opaque import OpaqueAccess
from idp.oidc.messages.tokens import (
    Claims,
    Validity,
    client_access_claims,
    confirmed,
    id_token_claims,
    introspection_claims,
    left_half_hash,
    person_access_claims,
    signed_userinfo,
)
from idp.people.service import People
from kernel.clock import Clock, from_epoch_seconds
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105  a media type
INTROSPECTION_TYPE = "token-introspection+jwt"
REGISTRATION_TYPE = "explicit-registration-response+jwt"
_JTI_BYTES = 16


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Signs access and ID tokens with the keys of the purpose ``tokens``.

    Without ``hiding`` every access token says what it is.
    """

    issuer: Issuer
    signer: Signer
    clock: Clock
    entropy: Entropy
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    hiding: OpaqueAccess | None = None

    def own_token(
        self,
        client: Client,
        scope: str,
        *,
        sender: Sender = UNPROVEN,
        resources: tuple[str, ...] = (),
    ) -> OwnToken:
        """Return what the client's own token says: for our API, or for what was named.

        Its subject is the person the client is bound to, else the client itself: the two
        cannot be confused, for people are UUIDs and clients are not (RFC 9700 §4.15). Only
        our API is told the person.
        """
        asked = resources or (self.issuer.api,)
        reach = reach_of(self.issuer, frozenset(scope.split()), asked=asked)
        person = client.person if reach.names_person else None
        subject = client.id if person is None else str(person)
        bound = bound_to(client, sender)
        claims = {
            **client_access_claims(self.issuer.url, reach.aud, client.id, subject),
            "scope": " ".join(sorted(reach.scopes)),
            **confirmed(bound),
        }
        return OwnToken(client, bound, claims)

    def for_client(self, own: OwnToken) -> tuple[Tokens, str]:
        """Return the token that was decided, from now on, and its ``jti``."""
        validity = Validity.starting(self.clock(), self.lifetimes.access_token)
        claims = dict(own.claims)
        tokens = self._access(claims, validity, own.client, own.bound)
        return tokens, str(claims["jti"])

    def access_token(  # noqa: PLR0913  what a token is made of
        self,
        grant: Grant,
        scopes: frozenset[str],
        *,
        client: Client,
        sender: Sender = UNPROVEN,
        resources: tuple[str, ...] | None = None,
        not_after: datetime | None = None,
    ) -> Tokens:
        """Return a token for userinfo, our API and the grant's resources (RFC 9068).

        ``resources`` are those that the token request named: the token is for just those
        (RFC 8707 §2.2); None: it named none. ``sender`` is who alone may use it. It ends
        at ``not_after`` at the latest.
        """
        lifetime = self.lifetimes.access_token
        validity = Validity.starting(self.clock(), lifetime, not_after)
        reach = reach_of(self.issuer, scopes, grant.resources, resources)
        bound = bound_to(client, sender)
        claims = person_access_claims(self.issuer, reach, grant)
        claims |= confirmed(bound)
        return self._access(claims, validity, client, bound)

    def _access(
        self, claims: Claims, validity: Validity, client: Client, bound: Sender
    ) -> Tokens:
        """Add the name of a token and when it counts, and sign it.

        It is read by ourselves and by resources, so its algorithm is ours, whatever the
        client wishes; a client that is to see nothing in it gets a name for it.
        """
        claims["jti"] = token(self.entropy, _JTI_BYTES)
        claims["iat"], claims["exp"] = validity.iat, validity.exp
        signed = self.signer.sign(Purpose.TOKENS, ACCESS_TOKEN_TYPE, claims)
        if client.oidc.takes_opaque_tokens and self.hiding is not None:
            signed = self.hiding.hidden(signed, from_epoch_seconds(validity.exp))
        return Tokens(
            access_token=signed,
            expires_in_s=validity.exp - validity.iat,
            scope=str(claims["scope"]),
            token_type="Bearer" if bound.jkt is None else "DPoP",
        )

    def id_token(
        self,
        grant: Grant,
        access_token: str,
        about: dict[str, object],
        client: Client,
        nonce: str | None,
    ) -> str:
        """Return an ID token bound to ``access_token`` (OIDC Core §2, §3.1.3.6)."""
        validity = Validity.starting(self.clock(), self.lifetimes.id_token)
        claims = id_token_claims(self.issuer.url, grant, validity, nonce)
        claims["at_hash"] = left_half_hash(access_token, client.oidc.id_token_alg)
        signed = self._signed_for(client, "JWT", {**about, **claims})
        wish = client.oidc.id_token_encryption
        return signed if wish is None else sealed_token(client, wish, signed)

    def userinfo(self, client: Client, told: dict[str, object]) -> dict[str, object] | str:
        """Return an answer of userinfo as its client takes it (OIDC Core §5.3.2).

        Plain JSON as it is, else a token: signed, or encrypted, or first this, then that.
        """
        wish, algorithm = client.oidc.userinfo_encryption, client.oidc.userinfo_alg
        if algorithm is None:
            return told if wish is None else sealed_claims(client, wish, told)
        claims = signed_userinfo(self.issuer.url, client.id, told)
        signed = self._signed_for(client, "JWT", claims, algorithm)
        return signed if wish is None else sealed_token(client, wish, signed)

    def logout_token(self, client: Client, claims: dict[str, object]) -> str:
        """Return a logout token (OIDC Back-Channel Logout §2.4); ``jti`` is added.

        It is signed as the client's ID tokens are, and encrypted where they are: one that
        is not SHOULD be rejected there (§2.6 steps 1 and 2).

        Raises:
            ClientKeyMissing: the client has no key that takes it.
        """
        whole = {**claims, "jti": token(self.entropy, _JTI_BYTES)}
        signed = self._signed_for(client, "logout+jwt", whole)
        wish = client.oidc.id_token_encryption
        return signed if wish is None else sealed_token(client, wish, signed)

    def introspection(self, client: Client, body: dict[str, object]) -> str:
        """Return a signed answer of introspection for the one who asked (RFC 9701 §5)."""
        claims = introspection_claims(self.issuer.url, client.id, self.clock(), body)
        return self._signed_for(client, INTROSPECTION_TYPE, claims)

    def _signed_for(
        self,
        client: Client,
        typ: str,
        claims: dict[str, object],
        algorithm: str | None = None,
    ) -> str:
        """OIDC Registration §2: by the algorithm that the client named for it."""
        chosen = algorithm or client.oidc.id_token_alg
        return self.signer.sign_by(chosen, Purpose.TOKENS, typ, claims)

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
    told: ClaimsTold

    def issue(  # noqa: PLR0913  what tokens are made of
        self,
        grant: Grant,
        scopes: frozenset[str],
        *,
        client: Client,
        sender: Sender = UNPROVEN,
        resources: tuple[str, ...] | None = None,
        nonce: str | None = None,
        refresh_token: Secret | None = None,
    ) -> Tokens:
        """Return the tokens; the level told is the grant's, whatever has come since.

        An ID token is only for those who asked for ``openid`` (OIDC Core §3.1.2.1). The
        first one tells the ``nonce`` of the request; one by refresh SHOULD NOT (OIDC Core
        §12.2).
        ``refresh_token`` goes with them as it is.
        """
        held = self._held(grant, scopes)
        tokens = self.issuing.access_token(
            grant, held, client=client, sender=sender, resources=resources
        )
        signed = None
        if "openid" in grant.scopes:
            about = self.told(grant, grant.id_token_claims)
            access = tokens.access_token
            signed = self.issuing.id_token(grant, access, about, client, nonce)
        return replace(tokens, id_token=signed, refresh_token=refresh_token)

    def _held(self, grant: Grant, scopes: frozenset[str]) -> frozenset[str]:
        """RFC 6749 §3.3: scopes of our API are only for those who hold a role in it."""
        if not scopes & API_SCOPES or self.people.find(grant.person).roles:
            return scopes
        return scopes - API_SCOPES
