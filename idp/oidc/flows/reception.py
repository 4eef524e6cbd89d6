"""Who asks, and where the answer goes: known before anything else is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.clients.domain import Client, RedirectUri
from idp.clients.errors import ClientUnknown, RedirectUriRefused
from idp.clients.ports import ClientLookup
from idp.oidc.checks import rfc6749
from idp.oidc.domain.requests import Recipient
from idp.oidc.errors import (
    ClientNotKnown,
    RedirectUriNotRegistered,
    ResponseModeNotSupported,
)
from idp.oidc.events import AuthorizationRefused
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId
from kernel.standing import Standing

Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reception:
    """Finds the recipient of an authorization request."""

    clients: ClientLookup
    standing: Standing
    trail: AuditTrail

    def recipient(self, sent: Sent) -> Recipient:
        """Return client and redirect URI, both checked; until then nothing is redirected.

        Raises:
            RecipientUnknown: one of them is missing or not registered, or the answer
                could not be delivered as asked.
            NotInGoodStanding: the relying party may not act any more.

        Source: RFC 6749 §4.1.2.1, RFC 9700 §4.11.
        """
        try:
            client = self._client(sent)
            self.standing.require(client.party)
            redirect_uri = _redirect_uri(client, sent)
            response_mode_is_query(sent)
        except Refused as refusal:
            self.refused(refusal, None)
            raise
        return Recipient(client=client, redirect_uri=redirect_uri, state=sent.get("state"))

    def refused(self, refusal: Refused, recipient: Recipient | None) -> None:
        """Record a refusal, in a transaction of its own."""
        self.trail.record(
            AuthorizationRefused(
                relying_party=None if recipient is None else recipient.client.id,
                outcome=Outcome.REFUSED,
                reason=refusal.code,
            )
        )

    def _client(self, sent: Sent) -> Client:
        named = sent.get("client_id")
        if named is None:
            raise ClientNotKnown("missing")
        try:
            return self.clients.find(ClientId(named))
        except ClientUnknown as cause:
            raise ClientNotKnown(named[:64]) from cause


def _redirect_uri(client: Client, sent: Sent) -> RedirectUri:
    """OIDC Core §3.1.2.1: redirect_uri is REQUIRED, even where only one is registered."""
    raw = sent.get("redirect_uri")
    if raw is None:
        raise RedirectUriNotRegistered("missing")
    try:
        presented = RedirectUri.parse(raw)
    except RedirectUriRefused as cause:
        raise RedirectUriNotRegistered(client.id) from cause
    rfc6749.redirect_uri_is_registered(client, presented)
    return presented


def response_mode_is_query(sent: Sent) -> None:
    """OIDC Core §3.1.2.6: a mode we cannot answer in gets no answer by redirect."""
    if sent.get("response_mode", "query") != "query":
        raise ResponseModeNotSupported
