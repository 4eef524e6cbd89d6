"""Introspection: whether a token counts now, for those who may know."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.clients.domain import Client
from idp.oidc.checks import rfc7662
from idp.oidc.errors import TokenRefused
from idp.oidc.events import IntrospectionRefused
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.live_tokens import LiveTokens
from idp.oidc.messages.introspection import INACTIVE, access_answer, refresh_answer
from idp.oidc.messages.presented import Presented
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class Introspection:
    """What was found, and for whom."""

    caller: Client
    answer: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Introspect:
    """Tells clients about their tokens, and resource servers about those for them."""

    authenticate: Authenticate
    live: LiveTokens
    issuing: TokenIssuer
    trail: AuditTrail

    def __call__(self, presented: Presented) -> Introspection:
        """Return the answer; unknown, ended and foreign tokens all look alike.

        Raises:
            Refused: the caller is not authenticated, or the request is malformed.
            StandingUnknown: nobody can tell at the moment.

        Source: RFC 7662 §2.1, §2.2.
        """
        caller: Client | None = None
        try:
            presented.form.single_valued()
            asked = self.authenticate.asked(presented).client
            rfc7662.caller_is_authenticated(asked)
            caller = asked
            token = presented.form.required("token")
        except Refused as refusal:
            self.trail.record(
                IntrospectionRefused(
                    relying_party=refused_client(refusal, caller),
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                    fault=fault_in(refusal),
                )
            )
            raise
        return Introspection(caller, self._answer(caller, token))

    def signed(self, found: Introspection) -> str:
        """RFC 9701 §5: the answer as a JWT for its caller alone."""
        return self.issuing.introspection(found.caller, dict(found.answer))

    def _answer(self, caller: Client, token: str) -> Mapping[str, object]:
        """RFC 7662 §2.1: the hint only says where to look first; here all is looked at."""
        try:
            return self._about_access(caller, token)
        except TokenRefused:
            return self._about_refresh(caller, token)

    def _about_access(self, caller: Client, token: str) -> Mapping[str, object]:
        found = self.live.access(token)
        rfc7662.caller_may_see(caller, found.claims)
        return access_answer(found.claims, found.scopes)

    def _about_refresh(self, caller: Client, token: str) -> Mapping[str, object]:
        try:
            found = self.live.refresh(Secret(token))
        except TokenRefused:
            return INACTIVE
        if found.grant.client != caller.id:
            return INACTIVE
        return refresh_answer(self.issuing.issuer.url, found.token, found.grant)
