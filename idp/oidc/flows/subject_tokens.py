"""Tokens of others that are brought to be exchanged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from idp.clients.domain import ExchangePolicy
from idp.oidc.checks import rfc8693
from idp.oidc.domain.exchanges import Actor
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.reach import bound_to
from idp.oidc.domain.senders import Sender, TokenRequest
from idp.oidc.errors import SubjectTokenRefused, TokenRefused
from idp.oidc.flows.live_tokens import LiveAccess, LiveTokens
from idp.oidc.flows.proofs import confirmation_of


@dataclass(frozen=True, slots=True)
class SubjectToken:
    """A person's access token that counts now, and the grant behind it.

    ``is_vouched_for``: who exchanges it did not prove to hold its key, but was sent it.
    """

    live: LiveAccess
    grant: Grant
    is_vouched_for: bool = False


@dataclass(frozen=True, slots=True)
class SubjectTokens:
    """Reads subject and actor tokens; what does not count now is refused."""

    live: LiveTokens

    def own(self, asked: TokenRequest) -> SubjectToken:
        """Return a person's token that the client may exchange, and whose key it holds.

        Raises:
            SubjectTokenRefused, TokenTypeRefused, ParameterMissing: as they say.
            StandingUnknown: nobody can tell at the moment.

        Source: RFC 8693 §2.1, §2.2.2.
        """
        found, bound = self._read(asked, "subject_token")
        rfc8693.sender_is_proven(bound, asked.sender)
        return _of_person(found)

    def sent(self, asked: TokenRequest, policies: Sequence[ExchangePolicy]) -> SubjectToken:
        """Return a person's token as ``own`` does, or one whose sender was checked by it.

        Raises:
            SubjectTokenRefused, TokenTypeRefused, ParameterMissing: as they say.
            StandingUnknown: nobody can tell at the moment.

        Source: RFC 8693 §2.1, §2.2.2, RFC 9449 §7.1.
        """
        found, bound = self._read(asked, "subject_token")
        subject = _of_person(found)
        try:
            rfc8693.sender_is_proven(bound, asked.sender)
        except SubjectTokenRefused:
            if found.client.id == asked.client.id:
                raise  # nobody vouches for a token of his own: who got it holds the key
            rfc8693.recipient_may_vouch(policies)
            subject = replace(subject, is_vouched_for=True)
        to_be = bound_to(asked.client, asked.sender)
        rfc8693.what_was_bound_stays_bound(bound, to_be)
        return subject

    def actor(self, asked: TokenRequest) -> Actor | None:
        """Return whom the actor token speaks for; None: none was brought.

        Raises:
            SubjectTokenRefused, TokenTypeRefused: as for ``subject``.
        """
        rfc8693.actor_type_stands_beside_its_token(asked.form)
        if asked.form.optional("actor_token") is None:
            return None
        found, bound = self._read(asked, "actor_token")
        rfc8693.sender_is_proven(bound, asked.sender)
        subject, client = str(found.claims["sub"]), found.client
        if found.grant is None:
            return Actor(subject, client.id, client.person)
        return Actor(subject, client.id, found.grant.person, is_client=False)

    def _read(self, asked: TokenRequest, name: str) -> tuple[LiveAccess, Sender]:
        """RFC 8693 §2.1: a token that is brought counts, and is for who brings it."""
        token = rfc8693.token_is_of_known_type(asked.form, name)
        try:
            found = self.live.access(token)
            rfc8693.token_is_for(asked.client, found.claims)
            bound = confirmation_of(found.claims)
        except TokenRefused as cause:
            raise SubjectTokenRefused(cause.detail) from cause
        return found, bound


def _of_person(found: LiveAccess) -> SubjectToken:
    """RFC 8693 §1.1: who is spoken for is a person."""
    if found.grant is None:
        raise SubjectTokenRefused("no person")
    return SubjectToken(found, found.grant)
