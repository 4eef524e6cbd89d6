"""Who asks, and where the answer goes: known before anything else is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.clients.domain import Client, RedirectUri
from idp.clients.errors import ClientUnknown, RedirectUriRefused
from idp.oidc.checks import oidc_core, rfc6749, rfc9700
from idp.oidc.domain.requests import Recipient
from idp.oidc.domain.signed import Opened
from idp.oidc.errors import (
    ClientNotKnown,
    RecipientUnknown,
    RedirectUriNotRegistered,
    RequestObjectRefused,
    RequestUriRefused,
)
from idp.oidc.events import AuthorizationRefused
from idp.oidc.flows.faults import fault_in, refused_client
from idp.oidc.flows.known import KnownClients, client_may_act
from idp.oidc.flows.opening import Opening
from idp.oidc.messages.authorization import parameters_of, recipient_parameters
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId
from kernel.standing import Standing
from kernel.web import Form

Sent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An authorization request whose recipient is known.

    Attributes:
        form: as it was sent.
        opened: what was inside an object, or waited here; None: what was sent is all.
        refusal: why the object, or what it was to be read from, is refused, where the
            address beside it can be told so.
    """

    recipient: Recipient
    form: Form
    opened: Opened | None = None
    refusal: RequestObjectRefused | RequestUriRefused | None = None

    def request(self) -> Opened:
        """Return the parameters.

        Raises:
            RequestObjectRefused, RequestUriRefused: the object is refused.
            ParameterRepeated: one of those sent came twice.
        """
        if self.refusal is not None:
            raise self.refusal
        return self.opened or Opened(parameters=parameters_of(self.form))


@dataclass(frozen=True, slots=True)
class Reception:
    """Finds the recipient of an authorization request."""

    clients: KnownClients
    opening: Opening
    standing: Standing
    trail: AuditTrail

    def arrival(self, form: Form) -> Arrival:
        """Return client, address and request; until then nothing is redirected.

        Raises:
            RecipientUnknown: one of them is missing or not registered, or the answer
                could not be delivered as asked.
            TrustNotEstablished: the client federates itself, and is not believed.
            RequestObjectRefused, RequestUriRefused, PushedRequestRefused: and no address
                is known either.
            NotInGoodStanding: the relying party may not act any more.

        Source: RFC 6749 §4.1.2.1, RFC 9700 §4.11, OpenID Federation 1.0 §12.1.3.
        """
        named = recipient_parameters(form)
        return self._opened(self._client(named), form, named)

    def recipient(self, sent: Sent) -> Recipient:
        """Return whom a request that waited here is to be answered to.

        Raises:
            RecipientUnknown, TrustNotEstablished, NotInGoodStanding: as for ``arrival``.
        """
        return recipient_of(self._client(sent), sent)

    def pushed(self, client: Client, form: Form) -> Arrival:
        """Return what an authenticated client pushes; every refusal is raised.

        Source: RFC 9126 §2.1.
        """
        opened = self.opening.opened(client, recipient_parameters(form))
        sent = parameters_of(form) if opened is None else opened.parameters
        return Arrival(recipient_of(client, sent), form, opened)

    def refused(self, refusal: Refused, client: Client | None = None) -> None:
        """Record a refusal, in a transaction of its own; of whom, where that is known."""
        self.trail.record(
            AuthorizationRefused(
                relying_party=refused_client(refusal, client),
                outcome=Outcome.REFUSED,
                reason=refusal.code,
                fault=fault_in(refusal),
            )
        )

    def _client(self, sent: Sent) -> Client:
        """RFC 6749 §4.1.2.1: client_id is of a client that is known here and may act."""
        named = sent.get("client_id")
        if named is None:
            raise ClientNotKnown("missing")
        try:
            client = self.clients.asked_by(ClientId(named), sent.get("request"))
        except ClientUnknown as cause:
            raise ClientNotKnown(named[:64]) from cause
        client_may_act(client, self.standing)
        return client

    def _opened(self, client: Client, form: Form, named: Sent) -> Arrival:
        """RFC 9101 §6.3: of an object that is refused, only what is beside it is known."""
        try:
            opened = self.opening.opened(client, named)
        except (RequestObjectRefused, RequestUriRefused) as refusal:
            if "redirect_uri" not in named:
                raise
            return Arrival(recipient_of(client, named), form, refusal=refusal)
        sent = named if opened is None else opened.parameters
        return Arrival(recipient_of(client, sent), form, opened)


def recipient_of(client: Client, sent: Sent) -> Recipient:
    """Return whom to answer and how, the address held against what is registered."""
    try:
        return _answerable(client, sent)
    except RecipientUnknown as refusal:
        refusal.client = client.id
        raise


def _answerable(client: Client, sent: Sent) -> Recipient:
    redirect_uri = _redirect_uri(client, sent)
    return Recipient(
        client=client,
        redirect_uri=redirect_uri,
        state=sent.get("state"),
        mode=oidc_core.response_mode_of(sent.get("response_mode"), redirect_uri),
    )


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
    rfc9700.address_says_no_answer(presented)
    return presented
