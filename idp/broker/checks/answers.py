"""Rules about the answer that a browser brings back."""

from datetime import datetime

from idp.broker.domain import Attempt, Slug
from idp.broker.errors import (
    CodeMissing,
    IssuerMissing,
    IssuerMixedUp,
    StateExpired,
    StateForeign,
    StateUsed,
)
from idp.broker.messages.requests import AuthorizationAnswer
from kernel.ids import EntityId, same
from kernel.secret import Secret


def state_is_ours(attempt: Attempt, provider: Slug, browser: Secret | None) -> None:
    """RFC 6749 §10.12: the state is bound to the browser it was sent with.

    And to the callback address of one provider (RFC 9700 §4.4.2.2).
    """
    if browser is None or not browser.matches(attempt.browser):
        raise StateForeign("browser")
    if attempt.provider != provider:
        raise StateForeign("provider")


def provider_is_the_one_asked(attempt: Attempt, issuer: EntityId) -> None:
    """RFC 9700 §4.4: a slug may have passed to another since; whoever was asked answers."""
    if attempt.issuer != issuer:
        raise StateForeign("issuer")


def state_is_fresh(attempt: Attempt, now: datetime) -> None:
    """RFC 9700 §4.7.1: one-time, and for a short time only."""
    if attempt.used_at is not None:
        raise StateUsed
    if now >= attempt.expires_at:
        raise StateExpired


def issuer_is_the_one_asked(answer: AuthorizationAnswer, attempt: Attempt) -> None:
    """RFC 9207 §2.4: an ``iss``, in errors too, is the issuer that was asked."""
    if answer.issuer is not None and not same(answer.issuer, attempt.issuer):
        raise IssuerMixedUp(answer.issuer[:200])


def issuer_is_there(answer: AuthorizationAnswer) -> None:
    """RFC 9207 §2.4: who says that its answers carry ``iss`` is held to it."""
    if answer.issuer is None:
        raise IssuerMissing


def code_is_there(answer: AuthorizationAnswer) -> Secret:
    """RFC 6749 §4.1.2: an answer without error holds a code."""
    if answer.code is None:
        raise CodeMissing
    return answer.code
