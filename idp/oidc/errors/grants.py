"""Ways in which grants beyond the code, introspection and revocation refuse."""

from idp.oidc.errors.requests import RequestMalformed
from idp.oidc.errors.tokens import GrantRefused
from kernel.errors import Decision, NotFound, Refused


class DeviceAnswerPending(Decision, Refused):
    """Nobody has answered the device's request yet (RFC 8628 §3.5)."""

    code = "device_answer_pending"


class DevicePolledTooSoon(Decision, Refused):
    """The device asked before its interval was over; it must wait longer from now on."""

    code = "device_polled_too_soon"


class DeviceCodeExpired(Refused):
    """The device code is too old (RFC 8628 §3.5)."""

    code = "device_code_expired"


class DeviceDenied(Refused):
    """The person turned the device's request down (RFC 8628 §3.5)."""

    code = "device_denied"


class DeviceCodeUnknown(GrantRefused):
    """No device code has this digest, or it is long forgotten."""

    code = "device_code_unknown"


class DeviceGrantUnknown(NotFound):
    """This person let no device have that."""

    code = "device_grant_unknown"


class UserCodeUnknown(NotFound):
    """Nobody waits under the code that was typed, or not any more."""

    code = "user_code_unknown"


class TooManyUserCodes(Refused):
    """Too many codes were typed in short time: somebody guesses (RFC 8628 §5.1)."""

    code = "too_many_user_codes"


class SubjectTokenRefused(RequestMalformed):
    """The subject or actor token is not acceptable (RFC 8693 §2.2.2)."""

    code = "subject_token_refused"


class TokenTypeRefused(RequestMalformed):
    """A token type is asked for or brought that is not exchanged here (RFC 8693 §2.1)."""

    code = "token_type_refused"


class GrantAssertionRefused(GrantRefused):
    """An assertion about a person is not believed; the detail names the rule."""

    code = "grant_assertion_refused"
