"""Ways in which a request to the issuer is refused; api has the answer to each."""

from kernel.errors import Decision, Malformed, NotFound, Refused


class RecipientUnknown(Refused):
    """Nobody can be answered: these refusals end on a page, never in a redirect."""

    code = "recipient_unknown"


class ClientNotKnown(RecipientUnknown):
    """``client_id`` is missing or names nobody (RFC 6749 §4.1.2.1)."""

    code = "client_not_known"


class RedirectUriNotRegistered(RecipientUnknown):
    """``redirect_uri`` is missing or not registered to the letter (RFC 9700 §4.1)."""

    code = "redirect_uri_not_registered"


class ResponseModeNotSupported(RecipientUnknown):
    """``response_mode`` is another than ``query`` (OIDC Core §3.1.2.6: no redirect)."""

    code = "response_mode_not_supported"


class InteractionNotYours(RecipientUnknown, NotFound):
    """The interaction is another browser's, or was never begun (attack: login CSRF)."""

    code = "interaction_not_yours"


# -------------------------------------------------------------- the authorization request


class RequestMalformed(Malformed):
    """A parameter is missing, repeated or not of its form."""

    code = "request_malformed"


class ResponseTypeNotSupported(Refused):
    """``response_type`` is another than ``code`` (RFC 9700 §2.1.2)."""

    code = "response_type_not_supported"


class ChallengeMissing(RequestMalformed):
    """PKCE is mandatory and the challenge is missing (RFC 7636 §4.4.1)."""

    code = "challenge_missing"


class ChallengeMethodRefused(RequestMalformed):
    """The challenge method is another than S256, absent meaning ``plain``."""

    code = "challenge_method_refused"


class PromptContradictory(RequestMalformed):
    """``none`` stands beside another value (OIDC Core §3.1.2.1)."""

    code = "prompt_contradictory"


class RequestObjectNotSupported(Refused):
    """A ``request`` parameter was sent (OIDC Core §6.1)."""

    code = "request_object_not_supported"


class RequestUriNotSupported(Refused):
    """A ``request_uri`` parameter was sent (OIDC Core §6.2)."""

    code = "request_uri_not_supported"


class RegistrationNotSupported(Refused):
    """A ``registration`` parameter was sent (OIDC Core §7.2.1)."""

    code = "registration_not_supported"


class ScopeRefused(Refused):
    """Nothing of the scope that is asked may be granted (RFC 6749 §3.3)."""

    code = "scope_refused"


class GrantTypeNotAllowed(Refused):
    """This client may not use this grant type (RFC 6749 §5.2)."""

    code = "grant_type_not_allowed"


class SignInNeeded(Refused):
    """``prompt=none``, and nobody is signed in freshly enough (OIDC Core §3.1.2.6)."""

    code = "sign_in_needed"


class InteractionNeeded(Refused):
    """``prompt=none``, and the level needs a step the person must take."""

    code = "interaction_needed"


class ConsentNeeded(Refused):
    """``prompt=none``, and the person has not agreed or been told yet."""

    code = "consent_needed"


class LevelNotReached(Refused):
    """The person signed in, but below a level that is essential (OIDC Core §5.5.1.1)."""

    code = "level_not_reached"


class DeniedByPerson(Refused):
    """The person turned the request down, or sign-in was given up."""

    code = "denied_by_person"


# --------------------------------------------------------------------- the token endpoint


class ClientNotAuthenticated(Refused):
    """The client did not prove who it is, or not in its registered way (RFC 6749 §5.2)."""

    code = "client_not_authenticated"


class TwoAuthenticationMethods(RequestMalformed):
    """The client used more than one way to authenticate (RFC 6749 §2.3)."""

    code = "two_authentication_methods"


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


# ------------------------------------------------------------------ tokens at our own door


class TokenMissing(Refused):
    """No access token was sent (RFC 6750 §3.1: a bare challenge)."""

    code = "token_missing"


class TokenRefused(Refused):
    """The access token is malformed, expired, revoked or for another audience."""

    code = "token_refused"


class ScopeInsufficient(Refused):
    """The access token does not carry the scope this needs."""

    code = "scope_insufficient"


# --------------------------------------------------------------------------- signing out


class LogoutRefused(Refused):
    """A sign-out request that names what does not belong together: a page, no redirect."""

    code = "logout_refused"


class LogoutTokenNotTaken(Refused):
    """A relying party did not take its logout token."""

    code = "logout_token_not_taken"
