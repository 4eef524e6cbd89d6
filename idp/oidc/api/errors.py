"""One table for each family of answers: what a refusal looks like from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from idp.clients.errors import (
    MemberMetadataRefused,
    MemberRedirectRefused,
    OnTrial,
    TrustAnchorRefused,
    TrustNotEstablished,
)
from idp.oidc import errors
from idp.oidc.domain.parameters import parameter_of
from kernel.errors import DomainError, Malformed, Refused, Unavailable
from kernel.standing import NotInGoodStanding
from kernel.web import FORM, BodyTooLarge, ContentTypeNotAccepted, Reply, Request


@dataclass(frozen=True, slots=True)
class OAuthError:
    """One row: RFC 6749 code, HTTP status, and a fixed text that leaks nothing."""

    error: str
    status: int
    description: str
    headers: tuple[tuple[str, str], ...] = ()


Rows = Mapping[type[DomainError], OAuthError]

_UNAUTHENTICATED: Final = 401

_UNAVAILABLE: Final = OAuthError(
    "temporarily_unavailable", 503, "Try again.", (("Retry-After", "2"),)
)
_SERVER_ERROR: Final = OAuthError("server_error", 500, "Something failed here.")
_MALFORMED: Final = OAuthError(
    "invalid_request", 400, "A parameter is missing, repeated or malformed."
)
_INVALID_GRANT: Final = OAuthError(
    "invalid_grant", 400, "The code or token is invalid, used, expired or revoked."
)
_INVALID_SCOPE: Final = OAuthError(
    "invalid_scope", 400, "The scope is not one this client may be granted."
)
_INVALID_TARGET: Final = OAuthError(
    "invalid_target", 400, "A resource is not one this client may have a token for."
)
_UNAUTHORIZED: Final = OAuthError(
    "unauthorized_client", 400, "The client may not use this grant type."
)

_DPOP: Final[Rows] = {
    errors.DpopProofRefused: OAuthError(
        "invalid_dpop_proof", 400, "The DPoP proof is missing, invalid or used."
    ),
    errors.DpopNonceNeeded: OAuthError(
        "use_dpop_nonce", 400, "The DPoP proof needs the nonce of this answer."
    ),
}
"""RFC 9449 §5, §8."""

_NO_KEY: Final = OAuthError(
    "invalid_request", 400, "The client is registered with no key to encrypt to."
)
_DEVICE: Final[Rows] = {
    errors.DeviceAnswerPending: OAuthError(
        "authorization_pending", 400, "Nobody has answered yet; ask again."
    ),
    errors.DevicePolledTooSoon: OAuthError(
        "slow_down", 400, "Wait five seconds longer between two requests from now on."
    ),
    errors.DeviceCodeExpired: OAuthError(
        "expired_token", 400, "The device code is too old; begin anew."
    ),
    errors.DeviceDenied: OAuthError(
        "access_denied", 400, "The person turned the request down."
    ),
}
"""RFC 8628 §3.5."""

_NO_PARAMETER: Final[Rows] = {
    ContentTypeNotAccepted: OAuthError(
        "invalid_request", 400, f"The body must be sent as {FORM}."
    ),
    errors.SubjectTokenRefused: OAuthError(
        "invalid_request", 400, "The subject or actor token does not count for this."
    ),
    errors.TransferSessionOver: OAuthError(
        "invalid_request", 400, "The person is not signed in any more."
    ),
    errors.DpopProofMissing: OAuthError(
        "invalid_request", 400, "The client's tokens are bound; a DPoP proof is needed."
    ),
    errors.CertificateMissing: OAuthError(
        "invalid_request", 400, "The client's tokens are bound; a certificate is needed."
    ),
    errors.SenderNotProven: OAuthError(
        "invalid_request", 400, "Tokens are bound; a DPoP proof or a certificate is needed."
    ),
}
"""RFC 6749 §5.2 invalid_request without a parameter to blame; RFC 8693 §2.2.2."""

TOKEN_ERRORS: Final[Rows] = {
    errors.ClientKeyMissing: _NO_KEY,
    errors.ClientNotAuthenticated: OAuthError(
        "invalid_client", 401, "Client authentication failed."
    ),
    errors.TwoAuthenticationMethods: OAuthError(
        "invalid_request", 400, "The client used more than one way to authenticate."
    ),
    TrustNotEstablished: OAuthError(
        "invalid_client", 401, "The client is not known, and no trust chain leads to it."
    ),
    **_DPOP,
    **_DEVICE,
    **_NO_PARAMETER,
    errors.GrantTypeNotSupported: OAuthError(
        "unsupported_grant_type", 400, "There is no such grant type here."
    ),
    errors.GrantTypeNotAllowed: _UNAUTHORIZED,
    errors.GrantRefused: _INVALID_GRANT,
    errors.ScopeRefused: _INVALID_SCOPE,
    errors.ResourceRefused: _INVALID_TARGET,
    NotInGoodStanding: OAuthError(
        "unauthorized_client", 400, "The client or its person is suspended."
    ),
    Malformed: _MALFORMED,
    Refused: _MALFORMED,
    Unavailable: _UNAVAILABLE,
    DomainError: _SERVER_ERROR,
}
"""RFC 6749 §5.2."""

AUTHORIZATION_ERRORS: Final[Rows] = {
    errors.ResponseTypeNotSupported: OAuthError(
        "unsupported_response_type", 303, "Only response_type code is supported."
    ),
    errors.ChallengeMissing: OAuthError(
        "invalid_request", 303, "PKCE is required: code_challenge is missing."
    ),
    errors.ChallengeMethodRefused: OAuthError(
        "invalid_request", 303, "code_challenge_method must be S256."
    ),
    errors.RequestNotProven: OAuthError(
        "invalid_request", 303, "The request must be signed or pushed by the client."
    ),
    errors.RequestNotSigned: OAuthError(
        "invalid_request", 303, "The client's requests must be signed, pushed ones too."
    ),
    errors.RequestObjectRefused: OAuthError(
        "invalid_request_object", 303, "The request object is invalid or used."
    ),
    errors.PushedRequestRefused: OAuthError(
        "invalid_request_uri", 303, "The request_uri is unknown, expired or used."
    ),
    errors.RequestUriRefused: OAuthError(
        "invalid_request_uri", 303, "Nothing usable lies at the request_uri."
    ),
    errors.RequestUriNotSupported: OAuthError(
        "request_uri_not_supported", 303, "The client has registered no request_uri."
    ),
    errors.RequestNotPushed: OAuthError(
        "invalid_request", 303, "The request must be pushed by the client."
    ),
    errors.NonceMissing: OAuthError(
        "invalid_request", 303, "code_challenge is missing, and so is nonce."
    ),
    errors.RegistrationNotSupported: OAuthError(
        "registration_not_supported", 303, "The registration parameter is not supported."
    ),
    errors.GrantTypeNotAllowed: _UNAUTHORIZED,
    errors.OpenidMissing: OAuthError("invalid_scope", 303, "The scope must have openid."),
    errors.ScopeRefused: _INVALID_SCOPE,
    errors.ResourceRefused: _INVALID_TARGET,
    errors.SignInNeeded: OAuthError(
        "login_required", 303, "Nobody is signed in in the way that the request asks for."
    ),
    errors.InteractionNeeded: OAuthError(
        "interaction_required", 303, "A step is needed, and no page may be shown."
    ),
    errors.ConsentNeeded: OAuthError(
        "consent_required", 303, "The person must agree, and no page may be shown."
    ),
    errors.LevelNotReached: OAuthError(
        "unmet_authentication_requirements", 303, "The level asked for was not reached."
    ),
    errors.DeniedByPerson: OAuthError(
        "access_denied", 303, "The person turned the request down."
    ),
    OnTrial: OAuthError(
        "access_denied", 303, "The client is on trial, and this is no test person."
    ),
    NotInGoodStanding: OAuthError(
        "access_denied", 303, "The person or provider may not act at present."
    ),
    Malformed: _MALFORMED,
    Refused: _MALFORMED,
    Unavailable: _UNAVAILABLE,
    DomainError: _SERVER_ERROR,
}
"""RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6: told to the client by a redirect."""

_TRUST: Final[Rows] = {
    TrustAnchorRefused: OAuthError(
        "invalid_trust_anchor", 404, "The chain ends at no Trust Anchor of ours."
    ),
    TrustNotEstablished: OAuthError(
        "invalid_trust_chain", 400, "No valid Trust Chain leads to the client."
    ),
    MemberMetadataRefused: OAuthError(
        "invalid_metadata", 400, "The client's resolved metadata is not acceptable."
    ),
}
"""OpenID Federation 1.0 §8.9, §12.1.3: told in the answer, never by a redirect."""

PUSHED_ERRORS: Final[Rows] = {
    **{kind: replace(row, status=400) for kind, row in AUTHORIZATION_ERRORS.items()},
    **TOKEN_ERRORS,
    **_TRUST,
    errors.RedirectUriNotRegistered: OAuthError(
        "invalid_request", 400, "redirect_uri is missing, or not one of the client's."
    ),
    errors.ResponseModeNotSupported: OAuthError(
        "invalid_request", 400, "No answer goes to this redirect_uri in this response_mode."
    ),
    BodyTooLarge: OAuthError("invalid_request", 413, "The request is too large."),
}
"""RFC 9126 §2.3: as at the token endpoint, whatever rule was broken; 413 for its size."""

REGISTRATION_ERRORS: Final[Rows] = {
    **_TRUST,
    MemberRedirectRefused: OAuthError(
        "invalid_redirect_uri", 400, "A redirect URI is not acceptable."
    ),
    errors.RegistrationNotForUs: OAuthError(
        "invalid_request", 400, "aud must be this provider's entity identifier alone."
    ),
    errors.RequestObjectReplayed: OAuthError(
        "invalid_request", 400, "This configuration has registered already."
    ),
    NotInGoodStanding: OAuthError(
        "invalid_trust_chain", 400, "An entity of the Trust Chain is suspended."
    ),
    Malformed: _MALFORMED,
    Refused: _MALFORMED,
    Unavailable: _UNAVAILABLE,
    DomainError: _SERVER_ERROR,
}
"""OpenID Federation 1.0 §12.2.4, RFC 7591 §3.2.2."""

RESOURCE_ERRORS: Final[Rows] = {
    **{kind: replace(row, status=401) for kind, row in _DPOP.items()},
    errors.TokenMissing: OAuthError("", 401, "An access token is needed."),
    errors.TokenRefused: OAuthError(
        "invalid_token", 401, "The access token is not valid; get a new one."
    ),
    errors.ScopeInsufficient: OAuthError(
        "insufficient_scope", 403, "The access token does not carry the scope openid."
    ),
    errors.ClientKeyMissing: _NO_KEY,
    Malformed: _MALFORMED,
    Refused: _MALFORMED,
    Unavailable: _UNAVAILABLE,
    DomainError: _SERVER_ERROR,
}
"""RFC 6750 §3.1; `api.resources` lays the challenges beside them."""


def row_of(error: DomainError, rows: Rows) -> OAuthError:
    """Return the row nearest to the error in its line of ancestors.

    A `Decision` stands before `Refused` in it, so a family with its own row is found.
    """
    return next(rows[kind] for kind in type(error).__mro__ if kind in rows)


def description(row: OAuthError, error: DomainError) -> str:
    """RFC 6749 §5.2: the row's text, with the name of the parameter at fault.

    Only names of our own list are told, never what was sent: all of it is of the charset.
    """
    named = parameter_of(error)
    if row is not _MALFORMED or named is None:
        return row.description
    return f"{row.description.rstrip('.')}: {named}."


@dataclass(frozen=True, slots=True)
class OAuthTable:
    """Answers a failure as RFC 6749 §5.2 lays it out, with the reference beside it."""

    rows: Rows = field(default_factory=lambda: TOKEN_ERRORS)

    def reply(self, error: DomainError, request: Request) -> Reply:
        """Return the answer; a 401 names the one scheme that is taken in the head.

        RFC 9110 §15.5.2: each has a challenge; RFC 6749 §5.2: that of the scheme used.
        """
        row = row_of(error, self.rows)
        body = {"error": row.error} if row.error else {}
        body |= {
            "error_description": description(row, error),
            "reference": request.reference,
        }
        reply = Reply.json(body, row.status).with_headers(*row.headers)
        if isinstance(error, errors.DpopNonceNeeded):  # RFC 9449 §8, §9
            return reply.with_headers(("DPoP-Nonce", error.nonce))
        if row.status == _UNAUTHENTICATED:
            return reply.with_headers(("WWW-Authenticate", 'Basic realm="token"'))
        return reply
