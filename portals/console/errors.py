"""Ways in which the console, or the hub behind it, refuses."""

from kernel.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class ApiRefused(Refused):
    """The hub's API said no.

    Attributes:
        status: the HTTP status.
        reason: its machine name of the refusal, from docs/errors.md; "" if it gave none.
        title: its own words, in English.
        reference: under this the hub's log has it; "" if it gave none.
    """

    code = "console_api_refused"

    def __init__(
        self, status: int, *, reason: str = "", title: str = "", reference: str = ""
    ) -> None:
        """Keep what the API said."""
        super().__init__(f"{status} {reason} {reference}")
        self.status = status
        self.reason = reason
        self.title = title
        self.reference = reference


class ApiUnavailable(Unavailable):
    """The hub's API did not answer, or not as an API does."""

    code = "console_api_unavailable"

    def __init__(self, detail: str = "", *, reference: str = "") -> None:
        """Keep the reference, if there was an answer at all."""
        super().__init__(detail)
        self.reference = reference


class ChangeMoved(Conflict):
    """What is to be approved is not what was on the page any more."""

    code = "console_change_moved"


class DigestForged(Refused):
    """The digest the hub names is not that of the change it shows."""

    code = "console_digest_forged"


class AddressMalformed(NotFound):
    """The address names no object of the hub."""

    code = "console_address_malformed"


class FormIncomplete(Malformed):
    """Fields are missing or too long."""

    code = "console_form_incomplete"

    def __init__(self, fields: tuple[str, ...]) -> None:
        """Name the fields, in the order of the form."""
        super().__init__(" ".join(fields))
        self.fields = fields
