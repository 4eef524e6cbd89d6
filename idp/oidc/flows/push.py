"""Pushed authorization requests."""

from dataclasses import dataclass, replace
from datetime import timedelta

from idp.clients.domain import AuthMethod, Client, federates_itself, rules_of
from idp.oidc.checks import rfc9126, rfc9449
from idp.oidc.domain.issuer import Lifetimes
from idp.oidc.domain.senders import TokenRequest
from idp.oidc.domain.signed import Opened, Pushed
from idp.oidc.events import RequestPushed
from idp.oidc.flows.authenticate import Authenticate
from idp.oidc.flows.meant import WhoIsMeant
from idp.oidc.flows.reception import Reception
from idp.oidc.flows.steps import At, request_of, walk
from idp.oidc.messages.authorization import PUSHED_PREFIX, REPEATABLE, as_kept
from idp.oidc.messages.credentials import Credentials, parse_credentials
from idp.oidc.messages.presented import Presented
from idp.oidc.ports import PushedStore
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.errors import Refused
from kernel.events import AuditTrail
from kernel.secret import Secret
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Parked:
    """A request that waits: its ``request_uri``, and for how long it counts."""

    uri: Secret
    lives: timedelta


@dataclass(frozen=True, slots=True)
class Parking:
    """Keeps a request under a name of 256 random bits, for a short while."""

    store: PushedStore
    entropy: Entropy
    clock: Clock
    lifetimes: Lifetimes

    def park(self, client: Client, opened: Opened) -> Parked:
        """Return under which name it waits, and how long (RFC 9126 §2.2)."""
        uri = Secret(PUSHED_PREFIX + token(self.entropy))
        digest, kept = uri.digest(), as_kept(opened.parameters)
        lives = min(self.lifetimes.pushed_request, rules_of(client).request_lifetime)
        self.store.add(
            Pushed(
                digest=digest,
                opened=replace(opened, parameters=kept, pushed=digest),
                client=client.id,
                expires_at=self.clock() + lives,
            )
        )
        return Parked(uri, lives)


@dataclass(frozen=True, slots=True)
class Push:
    """Takes a request from its client before the person's browser comes."""

    authenticate: Authenticate
    reception: Reception
    parking: Parking
    meant_by: WhoIsMeant
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, presented: Presented) -> Parked:
        """Return the name under which the request waits, and for how long.

        Raises:
            Refused: as the steps say; told in the answer, never by a redirect.

        Source: RFC 9126 §2.1, OpenID Federation 1.0 §12.1.1.2.
        """
        asked: TokenRequest | None = None
        try:
            form = presented.form
            form.single_valued(except_for=REPEATABLE)
            rfc9126.points_at_no_other(form)
            credentials = parse_credentials(presented.authorization, form)
            asked = self._asked(credentials, presented)
            client = asked.client
            opened = self._opened(asked)
        except Refused as refusal:
            self.reception.refused(refusal, None if asked is None else asked.client)
            raise
        with self.work():
            parked = self.parking.park(client, opened)
            self.trail.record(RequestPushed(relying_party=client.id))
        return parked

    def _asked(self, credentials: Credentials, presented: Presented) -> TokenRequest:
        """Return who pushes: authenticated, or a member whose signed object says so.

        OpenID Federation 1.0 §12.1.1.2: either of the two is enough for a member.
        """
        held, client = presented.form.optional("request"), credentials.client
        shows_nothing = credentials.method is AuthMethod.NONE
        if held is not None and shows_nothing and federates_itself(client):
            return self.authenticate.named(presented, client, held)
        return self.authenticate.asked(presented, held)

    def _opened(self, asked: TokenRequest) -> Opened:
        client = asked.client
        arrival = self.reception.pushed(client, asked.form)
        opened = arrival.request()
        pushed = replace(opened, is_proven=opened.is_signed or asked.is_proven)
        request = request_of(pushed, client, arrival.recipient.redirect_uri)
        walk(request, client, At.PAR)
        self.meant_by(request, client)
        sent = {**pushed.parameters, "client_id": client.id}
        key = rfc9449.key_of_pushed(sent, asked.sender)
        bound = {} if key is None else {"dpop_jkt": key}
        return replace(pushed, parameters={**sent, **bound})
