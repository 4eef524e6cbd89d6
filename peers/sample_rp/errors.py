"""Why a public client went no further."""

from kernel.errors import Malformed, Refused, Unavailable


class ProviderUnusable(Unavailable):
    """The provider cannot be reached, or lacks what is needed; the detail says what."""

    code = "provider_unusable"


class AnswerNotOurs(Refused):
    """The answer is of another issuer or request (RFC 9207 §2.4, RFC 6749 §10.12)."""

    code = "answer_not_ours"


class AnswerMalformed(Malformed):
    """The answer lacks what it must have; the detail says what."""

    code = "answer_malformed"


class TurnedDown(Refused):
    """The provider said no; the detail is its error code."""

    code = "turned_down"


class IdTokenWrong(Refused):
    """The ID token is not one for us, now, from this request (OIDC Core §3.1.3.7)."""

    code = "id_token_wrong"


class TimeIsUp(Refused):
    """Nobody entered the code in time (RFC 8628 §3.5)."""

    code = "time_is_up"
