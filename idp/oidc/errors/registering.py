"""Ways in which a client that enters itself is refused (RFC 7591 §3.2.2, RFC 7592 §3)."""

from kernel.errors import Malformed, Refused, Unavailable


class ClientMetadataRefused(Malformed):
    """A member of the metadata is not acceptable; the detail names it."""

    code = "client_metadata_refused"


class StatementRefused(Malformed):
    """The software statement is malformed, expired, or not signed by its issuer."""

    code = "software_statement_refused"


class StatementNotApproved(Refused):
    """Nobody here approved the issuer of the software statement."""

    code = "software_statement_not_approved"


class RegistrationTokenMissing(Refused):
    """No token came with the request, and one is needed (RFC 7591 §3)."""

    code = "registration_token_missing"


class RegistrationTokenRefused(Refused):
    """The token opens nothing here: unknown, spent, expired, or of another client."""

    code = "registration_token_refused"


class RegistrationClosed(Refused):
    """Nobody may enter themselves here: operators register clients."""

    code = "registration_closed"


class RecordNotYours(Refused):
    """The client is past its trial: only an operator changes its record (RFC 7592 §1)."""

    code = "record_not_yours"


class ClientPageUnreachable(Unavailable):
    """An address the client named gave no answer in time."""

    code = "client_page_unreachable"


class QuickstartNotOffered(Refused):
    """The library cannot do what this client is registered for; the detail says what."""

    code = "quickstart_not_offered"


class LibraryUnknown(Malformed):
    """There is no quick-start for a library of this name."""

    code = "library_unknown"
