"""Ways in which a visitor is not handed over."""

from idp.oidc.errors.requests import RequestMalformed, ResourceRefused
from kernel.errors import Decision, NotFound


class TransferNotAllowed(ResourceRefused):
    """The client may not hand its visitors over to that one (RFC 8693 §2.2.2)."""

    code = "transfer_not_allowed"


class TransferTooLong(ResourceRefused):
    """The person was handed over too often since they signed in."""

    code = "transfer_too_long"


class TransferSessionOver(RequestMalformed):
    """The person is not signed in any more: there is nobody to hand over."""

    code = "transfer_session_over"


class TransferTicketRefused(RequestMalformed):
    """The ticket is unknown, expired, for somebody else, or of an ended grant or pair."""

    code = "transfer_ticket_refused"


class TransferTicketReplayed(Decision, TransferTicketRefused):
    """The ticket came a second time; all that came of it was revoked."""

    code = "transfer_ticket_replayed"


class TransferUnknown(NotFound):
    """There is no such transfer for this browser or session, or not any more."""

    code = "transfer_unknown"
