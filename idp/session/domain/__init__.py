"""The values that carry a journey: interaction, session, sign-out."""

from idp.session.domain.cookies import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    browser_cookie_name,
    cookie_name,
    session_cookie_name,
)
from idp.session.domain.interactions import (
    Denied,
    Hints,
    Interaction,
    InteractionKind,
    InteractionOutcome,
    SignedIn,
    belongs_to,
    is_open,
)
from idp.session.domain.sessions import (
    Lifetimes,
    Session,
    Upstream,
    fresh_enough,
    same_person,
)
from idp.session.domain.sign_outs import (
    Delivery,
    Participant,
    SignOut,
    SignOutId,
    Telling,
)

__all__ = [
    "BROWSER_COOKIE",
    "SESSION_COOKIE",
    "Delivery",
    "Denied",
    "Hints",
    "Interaction",
    "InteractionKind",
    "InteractionOutcome",
    "Lifetimes",
    "Participant",
    "Session",
    "SignOut",
    "SignOutId",
    "SignedIn",
    "Telling",
    "Upstream",
    "belongs_to",
    "browser_cookie_name",
    "cookie_name",
    "fresh_enough",
    "is_open",
    "same_person",
    "session_cookie_name",
]
