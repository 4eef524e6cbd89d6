"""Ways in which the token endpoint, and our own door, refuse."""

from idp.oidc.errors.requests import RequestMalformed
from kernel.errors import Decision, Refused, Unavailable
from kernel.ids import ClientId
from kernel.standing import NotInGoodStanding


class ClientNotAuthenticated(Refused):
    """The client did not prove who it is, or not in its registered way (RFC 6749 §5.2)."""

    code = "client_not_authenticated"


class ClientMayNotAct(NotInGoodStanding):
    """A client that proved what it has to, or whom it stands by, may act no more."""

    def __init__(self, client: ClientId, lost: NotInGoodStanding) -> None:
        """Name the client, for the event of the refusal."""
        super().__init__(lost.party)
        self.client = client


class TwoAuthenticationMethods(RequestMalformed):
    """The client used more than one way to authenticate (RFC 6749 §2.3)."""

    code = "two_authentication_methods"


class AssertionRefused(ClientNotAuthenticated):
    """A client's assertion is not believed; the detail names the rule (RFC 7523 §3)."""

    code = "assertion_refused"


class AssertionReplayed(AssertionRefused):
    """An assertion of this client with this ``jti`` was used before (OIDC Core §9)."""

    code = "assertion_replayed"


class ClientKeyMissing(Refused):
    """The client wants something encrypted and has no key that takes it."""

    code = "client_key_missing"


class CertificateRefused(ClientNotAuthenticated):
    """The client's certificate is not believed; the detail names the rule (RFC 8705 §2)."""

    code = "certificate_refused"


class AuthoritiesUnreadable(Unavailable):
    """The file of authorities is not there, or holds none: nothing is served then."""

    code = "authorities_unreadable"


class GrantTypeNotSupported(Refused):
    """There is no such grant here (RFC 6749 §5.2)."""

    code = "grant_type_not_supported"


class GrantRefused(Refused):
    """What was presented gives no tokens; outside, all these look alike."""

    code = "grant_refused"


class CodeUnknown(GrantRefused):
    """No code has this digest, or it is long forgotten."""

    code = "code_unknown"


class CodeExpired(GrantRefused):
    """The code is older than a minute (RFC 6749 §4.1.2)."""

    code = "code_expired"


class GrantOfOtherClient(GrantRefused):
    """The code or token was issued to another client (RFC 6749 §4.1.3, §6)."""

    code = "grant_of_other_client"


class RedirectUriDiffers(GrantRefused):
    """``redirect_uri`` is not the one of the authorization request (RFC 6749 §4.1.3)."""

    code = "redirect_uri_differs"


class VerifierWrong(GrantRefused):
    """The verifier does not open the challenge (RFC 7636 §4.6)."""

    code = "verifier_wrong"


class GrantEnded(GrantRefused):
    """The grant was revoked, or its person, session or provider may not act any more."""

    code = "grant_ended"


class RefreshTokenUnknown(GrantRefused):
    """No refresh token has this digest."""

    code = "refresh_token_unknown"


class RefreshTokenExpired(GrantRefused):
    """The refresh token, or its whole family, is too old."""

    code = "refresh_token_expired"


class CodeReplayed(Decision, GrantRefused):
    """A code came a second time: all that descends from it is revoked."""

    code = "code_replayed"


class RefreshTokenReused(Decision, GrantRefused):
    """A rotated refresh token came again: its family is revoked (RFC 9700 §4.14)."""

    code = "refresh_token_reused"


class TokenMissing(Refused):
    """No access token was sent (RFC 6750 §3.1: a bare challenge)."""

    code = "token_missing"


class TokenRefused(Refused):
    """The access token is malformed, expired, revoked or for another audience."""

    code = "token_refused"


class ScopeInsufficient(Refused):
    """The access token does not carry the scope this needs."""

    code = "scope_insufficient"
