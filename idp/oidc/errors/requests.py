"""Ways in which an authorization request is refused."""

from kernel.errors import Malformed, Refused


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


class NonceMissing(RequestMalformed):
    """The client sends a nonce in place of a challenge, and did not (RFC 9700 §2.1.1)."""

    code = "nonce_missing"


class RequestNotPushed(RequestMalformed):
    """The client is heard by pushed requests only (RFC 9126 §6, FAPI 2.0 §5.3.2.2)."""

    code = "request_not_pushed"


class ResourceRefused(Refused):
    """A named resource is none of the client's, or was not granted (RFC 8707 §2)."""

    code = "resource_refused"


class PromptContradictory(RequestMalformed):
    """``none`` stands beside another value (OIDC Core §3.1.2.1)."""

    code = "prompt_contradictory"


class PromptNoneOfDevice(RequestMalformed):
    """``prompt=none`` from a device, whose request is answered on pages (RFC 8628 §3.3)."""

    code = "prompt_none_of_device"


class RequestUriNotSupported(Refused):
    """A ``request_uri`` of a client that has registered none (OIDC Core §6.2)."""

    code = "request_uri_not_supported"


class RegistrationNotSupported(Refused):
    """A ``registration`` parameter was sent (OIDC Core §7.2.1)."""

    code = "registration_not_supported"


class ScopeRefused(Refused):
    """Nothing of the scope that is asked may be granted (RFC 6749 §3.3)."""

    code = "scope_refused"


class OpenidMissing(ScopeRefused):
    """The scope has no ``openid``, which every code here needs (OIDC Core §3.1.2.1)."""

    code = "openid_missing"


class GrantTypeNotAllowed(Refused):
    """This client may not use this grant type (RFC 6749 §5.2)."""

    code = "grant_type_not_allowed"


class SignInNeeded(Refused):
    """Nobody is signed in as asked: in time, and who is meant (OIDC Core §3.1.2.6)."""

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
