"""Tokens of others that are brought to be exchanged."""

from dataclasses import dataclass

from idp.oidc.checks import rfc8693
from idp.oidc.domain.exchanges import Actor
from idp.oidc.domain.grants import Grant
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import SubjectTokenRefused, TokenOfOtherSender, TokenRefused
from idp.oidc.flows.live_tokens import LiveAccess, LiveTokens
from idp.oidc.flows.proofs import confirmation_of


@dataclass(frozen=True, slots=True)
class SubjectToken:
    """A person's access token that counts now, and the grant behind it."""

    live: LiveAccess
    grant: Grant


@dataclass(frozen=True, slots=True)
class SubjectTokens:
    """Reads subject and actor tokens; what does not count now is refused."""

    live: LiveTokens

    def subject(self, asked: TokenRequest) -> SubjectToken:
        """Return a person's token that the client may exchange.

        Raises:
            SubjectTokenRefused, TokenTypeRefused, ParameterMissing: as they say.
            StandingUnknown: nobody can tell at the moment.

        Source: RFC 8693 §2.1, §2.2.2.
        """
        found = self._read(asked, "subject_token")
        if found.grant is None:
            raise SubjectTokenRefused("no person")
        return SubjectToken(found, found.grant)

    def actor(self, asked: TokenRequest) -> Actor | None:
        """Return whom the actor token speaks for; None: none was brought.

        Raises:
            SubjectTokenRefused, TokenTypeRefused: as for ``subject``.
        """
        rfc8693.actor_type_stands_beside_its_token(asked.form)
        if asked.form.optional("actor_token") is None:
            return None
        found = self._read(asked, "actor_token")
        subject, client = str(found.claims["sub"]), found.client
        if found.grant is None:
            return Actor(subject, client.id, client.person)
        return Actor(subject, client.id, found.grant.person, is_client=False)

    def _read(self, asked: TokenRequest, name: str) -> LiveAccess:
        """RFC 8693 §2.1: a token that is brought counts, and is for who brings it."""
        token = rfc8693.token_is_of_known_type(asked.form, name)
        try:
            found = self.live.access(token)
            rfc8693.token_is_for(asked.client, found.claims)
            rfc8693.sender_is_proven(confirmation_of(found.claims), asked.sender)
        except (TokenRefused, TokenOfOtherSender) as cause:
            raise SubjectTokenRefused(cause.detail) from cause
        return found
