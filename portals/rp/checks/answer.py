"""What an authorization answer must be before its code is looked at."""

from datetime import datetime
from typing import Final

from kernel.secret import Digest, Secret
from portals.rp.domain import Answer, Attempt
from portals.rp.errors import (
    AttemptExpired,
    BrowserDiffers,
    HubAnsweredError,
    IssuerDiffers,
    IssuerMissing,
    LevelNotReached,
    SignInDeclined,
)

# OIDC Core §3.1.2.6: what prompt=none answers when a page would have been needed.
_NEEDS_A_PAGE: Final = frozenset(
    {
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
    }
)
_LEVEL: Final = "unmet_authentication_requirements"


def came_to_its_browser(attempt: Attempt, browser: Secret | None) -> None:
    """RFC 9700 §4.7.1: the state is bound to the browser that began."""
    if browser is None or not browser.matches(Digest(attempt.browser)):
        raise BrowserDiffers


def is_in_time(attempt: Attempt, now: datetime) -> None:
    """RFC 6749 §10.12: a state is good for one sign-in, not for ever."""
    if now >= attempt.expires_at:
        raise AttemptExpired


def was_given_by(answer: Answer, issuer: str) -> None:
    """RFC 9207 §2.4: ``iss`` must be the issuer we asked; so in errors too."""
    if answer.iss is None:
        raise IssuerMissing
    if answer.iss != issuer:
        raise IssuerDiffers(answer.iss[:128])


def needs_a_page(answer: Answer, attempt: Attempt) -> bool:
    """OIDC Core §3.1.2.6: tell whether a silent sign-in just was not possible."""
    return attempt.silent and answer.error in _NEEDS_A_PAGE


def asks_for_less(answer: Answer, attempt: Attempt) -> bool:
    """RFC 6749 §4.1.2.1 invalid_scope: tell whether less than was asked would do."""
    return attempt.wide and answer.error == "invalid_scope"


def is_no_error(answer: Answer) -> None:
    """RFC 6749 §4.1.2.1: an error ends the attempt."""
    if answer.error is None:
        return
    if answer.error == "access_denied":
        raise SignInDeclined
    if answer.error == _LEVEL:
        raise LevelNotReached(_LEVEL)
    raise HubAnsweredError(answer.error[:64])
