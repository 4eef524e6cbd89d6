"""Nobody can be answered."""

from kernel.errors import NotFound, Refused
from kernel.ids import ClientId


class RecipientUnknown(Refused):
    """Nobody can be answered: these refusals end on a page, never in a redirect."""

    code = "recipient_unknown"
    client: ClientId | None = None
    """Whose request it is, where that was known already."""


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
