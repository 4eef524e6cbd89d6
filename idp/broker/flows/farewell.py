"""Signing out upstream: only the person's own browser can, so it is sent there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from idp.broker.domain import ATTEMPT_LIFETIME, NOT_SAID, Farewell, Reading, Slug
from idp.broker.errors import StateExpired, StateUnknown, StateUsed
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.start import Surroundings
from idp.broker.flows.trust import Trust
from idp.broker.messages.requests import with_members
from idp.broker.ports import FarewellStore, ProviderStore
from idp.session.domain import Delivery, Participant, SignOut
from idp.session.service import DeliveryOrder, Sessions, SignOuts
from idp.session.service.sign_outs import BROKER
from kernel.entropy import token
from kernel.errors import Refused, Unavailable
from kernel.secret import Secret

BY_PERSON = "signed_out"
"""Why a session ended whose browser is at hand (`idp.oidc.flows.sign_out`)."""


class BrowserOnItsWay(Unavailable):
    """The browser may still be on its way to the upstream and back."""

    code = "browser_on_its_way"


@dataclass(frozen=True, slots=True)
class Farewells:
    """Sends a browser that signs out here on to its upstream, and hears of its return."""

    providers: ProviderStore
    farewells: FarewellStore
    sessions: Sessions
    sign_outs: SignOuts
    trust: Trust
    addresses: Addresses
    around: Surroundings

    PATIENCE: ClassVar[timedelta] = timedelta(minutes=1)

    def address(
        self, sign_out: SignOut, then: str, reads: Reading = NOT_SAID
    ) -> str | None:
        """Return where the browser goes to sign out upstream; None: nowhere to go.

        ``then`` is the local address at which it goes on afterwards, ``reads`` how its
        person reads.

        Source: OIDC RP-Initiated Logout §2.
        """
        upstream = self.sessions.find(sign_out.session).upstream
        endpoint = None if upstream is None else self._endpoint(Slug(upstream.provider))
        if upstream is None or endpoint is None or upstream_of(sign_out) is None:
            return None
        provider, state = Slug(upstream.provider), Secret(token(self.around.entropy))
        self.farewells.add(self._farewell(state, provider, sign_out, then))
        hint = upstream.id_token
        members = {
            "id_token_hint": "" if hint is None else hint.reveal(),
            "client_id": self.providers.find(provider).client_id,
            "post_logout_redirect_uri": self.addresses.signed_out(provider),
            "state": state.reveal(),
            **reads.members,
        }
        return with_members(endpoint, members)

    def returned(self, slug: Slug, state: Secret) -> str:
        """Note that the upstream was told, and return where the browser goes on.

        Raises:
            StateUnknown, StateUsed, StateExpired: it is not the end of a way begun here.

        Source: OIDC RP-Initiated Logout §3.
        """
        now, held = self.around.clock(), self.farewells.find(state.digest())
        if held is None or held.provider != slug:
            raise StateUnknown
        if now >= held.expires_at:
            raise StateExpired
        if not self.farewells.take(held.state, now):
            raise StateUsed
        participant = upstream_of(self.sign_outs.show(held.sign_out))
        if participant is not None:
            self.sign_outs.delivered(DeliveryOrder(held.sign_out, participant))
        return held.then

    def carry_out(self, order: DeliveryOrder) -> None:
        """The job ``broker.sign_out``: wait for the browser, or say that nobody was told.

        An OpenID provider takes no word of ours without the browser: OpenID Connect has no
        back channel in that direction.

        Raises:
            BrowserOnItsWay: not yet; try again.
        """
        sign_out = self.sign_outs.show(order.sign_out)
        if sign_out.reason != BY_PERSON or not self._endpoint(
            Slug(order.participant.client)
        ):
            self.sign_outs.failed(order, "no_back_channel")
        elif self.around.clock() - sign_out.started_at < self.PATIENCE:
            if order.participant in sign_out.with_state(Delivery.PENDING):
                raise BrowserOnItsWay
        else:
            self.sign_outs.failed(order, "browser_did_not_return")

    def _farewell(
        self, state: Secret, provider: Slug, sign_out: SignOut, then: str
    ) -> Farewell:
        return Farewell(
            state=state.digest(),
            provider=provider,
            sign_out=sign_out.id,
            then=then,
            expires_at=self.around.clock() + ATTEMPT_LIFETIME,
        )

    def _endpoint(self, slug: Slug) -> str | None:
        """A provider that may not be relied on is not sent anybody, nor an ID token."""
        try:
            provider = self.providers.find(slug)
            return self.trust.require(provider).metadata.end_session_endpoint
        except Refused:
            return None


def upstream_of(sign_out: SignOut) -> Participant | None:
    """Return the upstream among those to be told."""
    named = (one for one in sign_out.participants if one.protocol == BROKER)
    return next(named, None)
