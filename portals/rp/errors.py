"""Ways in which a sign-in at a portal fails, one per reason; none leaves a session."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class SignInRefused(Refused):
    """What came back from the hub is not a sign-in we accept."""

    code = "rp_sign_in_refused"


class ReturnAddressRefused(Malformed):
    """The address to come back to is none of this portal."""

    code = "rp_return_address_refused"


class InitiationRefused(Malformed):
    """Somebody sends a visitor to sign in elsewhere, or to come back elsewhere."""

    code = "rp_initiation_refused"


class AttemptUnknown(Conflict):
    """No sign-in of this state is under way: it never was, is over, or was used before."""

    code = "rp_attempt_unknown"


class AttemptExpired(Conflict):
    """The sign-in took too long."""

    code = "rp_attempt_expired"


class BrowserDiffers(SignInRefused):
    """The answer came to another browser than the one that began."""

    code = "rp_browser_differs"


class IssuerMissing(SignInRefused):
    """The answer does not say who gave it (RFC 9207 §2.4)."""

    code = "rp_issuer_missing"


class IssuerDiffers(SignInRefused):
    """The answer was given by another provider (RFC 9207 §2.4)."""

    code = "rp_issuer_differs"


class SignInDeclined(SignInRefused):
    """The person went back or did not agree."""

    code = "rp_sign_in_declined"


class LevelNotReached(SignInRefused):
    """The sign-in is of a lower level than was asked as essential."""

    code = "rp_level_not_reached"


class SignInTooOld(SignInRefused):
    """The person signed in longer ago than was asked for."""

    code = "rp_sign_in_too_old"


class HubAnsweredError(SignInRefused):
    """The hub answered with an error of ours or of its own."""

    code = "rp_hub_answered_error"


class CodeMissing(SignInRefused):
    """The answer holds neither code nor error."""

    code = "rp_code_missing"


class CodeNotRedeemed(SignInRefused):
    """The hub does not exchange the code."""

    code = "rp_code_not_redeemed"


class TokenResponseMalformed(SignInRefused):
    """What the token endpoint sent is no token response (OIDC Core §3.1.3.3)."""

    code = "rp_token_response_malformed"


class TokenNotAccepted(SignInRefused):
    """The signature of an ID token held, and yet it is not for this sign-in."""

    code = "rp_token_not_accepted"


class NonceDiffers(TokenNotAccepted):
    """The ID token belongs to another request (OIDC Core §3.1.3.7, 11)."""

    code = "rp_nonce_differs"


class PartyDiffers(TokenNotAccepted):
    """``azp`` is missing or names somebody else (OIDC Core §3.1.3.7, 4 and 5)."""

    code = "rp_party_differs"


class SecondOpinionDiffers(TokenNotAccepted):
    """The second library does not read the token as the first one does."""

    code = "rp_second_opinion_differs"


class SubjectDiffers(SignInRefused):
    """Userinfo speaks of somebody else (OIDC Core §5.3.2)."""

    code = "rp_subject_differs"


class UserinfoMalformed(SignInRefused):
    """What the userinfo endpoint sent is not claims about anybody."""

    code = "rp_userinfo_malformed"


class LogoutTokenRefused(Refused):
    """A logout token that ends nothing (OIDC Back-Channel Logout §2.6)."""

    code = "rp_logout_token_refused"


class LogoutTokenReplayed(LogoutTokenRefused):
    """The logout token was received before."""

    code = "rp_logout_token_replayed"


class SignedOut(NotFound):
    """Nobody is signed in by this cookie, or no more."""

    code = "rp_signed_out"


class AccessEnded(SignedOut):
    """The hub gives no access token for this session any more: sign in again."""

    code = "rp_access_ended"


class HubUnavailable(Unavailable):
    """The hub does not answer, or not as a provider does."""

    code = "rp_hub_unavailable"


class HubMisconfigured(HubUnavailable):
    """The hub's metadata is not the one of the issuer we trust (OIDC Discovery §4.3)."""

    code = "rp_hub_misconfigured"


class KeyNotUsable(Unavailable):
    """A key file of the portal's own cannot be read, or holds no P-256 key."""

    code = "rp_key_not_usable"
