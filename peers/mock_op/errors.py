"""Ways in which the provider refuses."""

from kernel.errors import Malformed, NotFound, Refused


class AddressRefused(Refused):
    """Client or redirect URI are not on file: nobody is sent anywhere."""

    code = "address_refused"


class TicketUnknown(NotFound):
    """No sign-in waits under this ticket, or it waited too long."""

    code = "ticket_unknown"


class PasswordRefused(Refused):
    """Nobody here has this name and password; the form is shown again."""

    code = "password_refused"


class FileMalformed(Malformed):
    """A file does not have its form; the detail names the member."""

    code = "file_malformed"


class ControlRefused(Refused):
    """Whoever wants to switch faults lacks the secret."""

    code = "control_refused"


class OAuthRefused(Refused):
    """A protocol refusal whose detail is its error code (RFC 6749 §4.1.2.1, §5.2)."""

    code = "oauth_refused"


class ClientRefused(OAuthRefused):
    """The client did not authenticate (RFC 6749 §5.2 invalid_client)."""

    code = "client_refused"


class TokenRefused(Refused):
    """The access token is none of ours, or its time is over (RFC 6750 §3.1)."""

    code = "token_refused"
