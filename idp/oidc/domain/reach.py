"""Where an access token counts, for whom, and what it may do there."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idp.clients.domain import Client, rules_of
from idp.oidc.domain.issuer import API_SCOPES, Issuer
from idp.oidc.domain.senders import Sender

NO_SCOPES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a token counts and with which scopes.

    ``names_person`` tells that its subject is the person as our API knows them; to
    everybody else a person is the pairwise ``sub`` of the client.
    """

    audience: tuple[str, ...]
    scopes: frozenset[str]
    names_person: bool

    @property
    def aud(self) -> str | list[str]:
        """The claim: a text for one, an array for several (RFC 7519 §4.1.3)."""
        return self.audience[0] if len(self.audience) == 1 else list(self.audience)


@lru_cache(maxsize=1024)
def reach_of(
    issuer: Issuer,
    scopes: frozenset[str],
    granted: tuple[str, ...] = (),
    asked: tuple[str, ...] | None = None,
) -> Reach:
    """RFC 9068 §3, RFC 8707 §2.2: for whom a token is, so that no scope is ambiguous.

    ``asked`` are the resources that the token request named: the token is for exactly
    those. Else it is for all that were ``granted``, and for userinfo with ``openid``.
    What goes to a resource of somebody else carries no scope of our API, nor the name by
    which our API knows the person.

    It follows from its arguments alone, and of these there are as many as clients have
    ways to ask: what was decided once is kept.
    """
    named = granted if asked is None else asked
    others = tuple(resource for resource in named if resource not in _own(issuer))
    here = scopes - API_SCOPES if others else scopes
    alone = not others
    own = _unasked(issuer, here) if asked is None else _asked(issuer, asked, alone=alone)
    audience = (*own, *others) or (issuer.userinfo,)
    at_api, elsewhere = issuer.api in audience, audience != (issuer.api,)
    told = (here & API_SCOPES if at_api else NO_SCOPES) | (
        here - API_SCOPES if elsewhere else NO_SCOPES
    )
    return Reach(audience, told, names_person=bool(told & API_SCOPES))


def _own(issuer: Issuer) -> tuple[str, ...]:
    return (issuer.api, issuer.userinfo)


def _unasked(issuer: Issuer, scopes: frozenset[str]) -> tuple[str, ...]:
    """Our API for its scopes, userinfo for ``openid``."""
    api = (issuer.api,) if scopes & API_SCOPES else ()
    return (*api, issuer.userinfo) if "openid" in scopes else api


def _asked(issuer: Issuer, asked: tuple[str, ...], *, alone: bool) -> tuple[str, ...]:
    """What of ours was named; our API only where nobody else gets the token."""
    held = _own(issuer) if alone else (issuer.userinfo,)
    return tuple(resource for resource in asked if resource in held)


def bound_to(client: Client, sender: Sender) -> Sender:
    """RFC 9449 §5, RFC 8705 §3: to which of the sender's keys its token is bound.

    A proof of possession that was sent is honoured; a certificate that was only shown to
    prove who the client is binds where the client's record or its profile says so.
    """
    needed = rules_of(client).needs_sender_constraint and sender.jkt is None
    if client.oidc.binds_to_certificate or needed:
        return sender
    return Sender(jkt=sender.jkt)
