"""Ways in which the console, or the hub behind it, refuses."""

from datetime import timedelta
from http import HTTPStatus

from kernel.assurance import Level
from kernel.errors import Conflict, NotFound, Refused, Unavailable


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


class StepUpAsked(ApiRefused):
    """Whoever is signed in did so too weakly, or too long ago (RFC 9470 §3).

    Attributes:
        level: the level that would do; None: it is not about that.
        max_age: how long ago it may be; None: it is not about that.
    """

    code = "console_step_up_asked"

    def __init__(
        self,
        level: Level | None,
        max_age: timedelta | None,
        *,
        reason: str = "",
        title: str = "",
        reference: str = "",
    ) -> None:
        """Keep what the API said and asks."""
        super().__init__(
            HTTPStatus.UNAUTHORIZED, reason=reason, title=title, reference=reference
        )
        self.level = level
        self.max_age = max_age


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


class FormIncomplete(Refused):
    """Fields are missing or too long."""

    code = "console_form_incomplete"

    def __init__(self, fields: tuple[str, ...]) -> None:
        """Name the fields, in the order of the form."""
        super().__init__(" ".join(fields))
        self.fields = fields
