"""The token endpoint: who asks, with which grant, and what they get."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Client
from idp.oidc.domain.grants import Tokens
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.errors import DeviceAnswerPending, GrantTypeNotSupported
from idp.oidc.events import TokenRequestRefused
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.grant_flow import GrantFlow
from idp.oidc.flows.once import Once
from idp.oidc.flows.recurring import Recurring
from idp.oidc.flows.sender_steps import sender_is_proven
from idp.oidc.messages.presented import Presented
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.web import Form

REPEATABLE: Final = frozenset({"resource", "audience"})
"""What may come more than once (RFC 8707 §2, RFC 8693 §2.1)."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """RFC 6749 §3.2: a table of grants behind one way to authenticate."""

    authenticate: Authenticate
    once: Once
    grants: Mapping[str, GrantFlow]
    recurring: Recurring
    trail: AuditTrail

    def __call__(self, presented: Presented) -> Tokens:
        """Return tokens; a refusal is recorded on its own, after everything rolled back.

        Raises:
            Refused: as the steps say; `api.errors` has the answer to each.
        """
        try:
            known = self.recurring.again(presented)
        except Refused as refusal:
            self._record(refusal, None)
            raise
        return known or self._walked(presented)

    def _walked(self, presented: Presented) -> Tokens:
        asked: TokenRequest | None = None
        unspent = Unspent()
        try:
            try:
                presented.form.single_valued(except_for=REPEATABLE)
                asked = self.authenticate.looked_at(presented, unspent)
                sender_is_proven(asked)
                tokens = self._grant(asked.form)(asked)
            finally:
                # Whoever shows it a second time is told so, whatever else went wrong.
                self.once.use_up(unspent.taken())
        except DeviceAnswerPending:
            # RFC 8628 §3.5: the device is to ask again; nothing was refused.
            raise
        except Refused as refusal:
            self._record(refusal, None if asked is None else asked.client)
            raise
        self.recurring.keep(presented, asked)
        return tokens

    def _grant(self, form: Form) -> GrantFlow:
        """RFC 6749 §5.2 unsupported_grant_type; password and implicit are not here."""
        grant = self.grants.get(form.required("grant_type"))
        if grant is None:
            raise GrantTypeNotSupported
        return grant

    def _record(self, refusal: Refused, client: Client | None) -> None:
        self.trail.record(
            TokenRequestRefused(
                relying_party=refused_client(refusal, client),
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
            )
        )
