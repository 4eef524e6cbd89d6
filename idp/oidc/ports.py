"""What this room needs, with the promises it counts on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from federation.domain import VerifiedChain
from idp.broker.domain import Provider, Slug, TrustedProvider
from idp.clients.domain import Client, NewSecret
from idp.oidc.domain.devices import DeviceRequest
from idp.oidc.domain.grants import Grant, Pending, RefreshToken
from idp.oidc.domain.quickstarts import Library, Start, StartFile
from idp.oidc.domain.registering import OwnRecord, Ticket
from idp.oidc.domain.signed import Pushed
from idp.oidc.domain.transfers import Match, Transfer, TransferId
from idp.session.domain import SignOut
from kernel.ids import (
    ClientId,
    EntityId,
    GrantId,
    InteractionId,
    PersonId,
    Pseudonym,
    SessionId,
)
from kernel.proof.jose import JwsProfile, KeySet, VerifiedClaims
from kernel.secret import Digest
from kernel.standing import Party
from kernel.web import Role


class GrantStore(Protocol):
    """Grants by id and by the digest of their code; part of the unit of work.

    ``redeem`` is linearizable: of any number of concurrent calls with one digest exactly
    one returns True. Redeemed grants stay findable by their code for 24 h, so that a
    replay can be told from a guess.
    """

    def add(self, grant: Grant, code: Digest) -> None:
        """Keep a fresh grant and the digest of its code."""
        ...

    def by_code(self, code: Digest) -> Grant | None:
        """Return the grant of a code, redeemed and ended ones too."""
        ...

    def find(self, grant: GrantId) -> Grant | None:
        """Return one, ended ones too."""
        ...

    def redeem(self, code: Digest, at: datetime) -> bool:
        """Use the code up; True for exactly one caller, ever."""
        ...

    def end(self, grant: GrantId, at: datetime, reason: str) -> bool:
        """Revoke all that descends from a grant; True for whoever did it."""
        ...

    def end_all_of(self, party: Party, at: datetime) -> int:
        """Revoke all that hangs on a client, person or member and was issued until ``at``.

        Grants that end with their session anyway are left to it where the party is a
        member. Returns how many.
        """
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete grants issued before ``instant`` with their refresh tokens."""
        ...


class RefreshStore(Protocol):
    """Refresh tokens by digest; part of the unit of work.

    ``use`` is linearizable: of any number of concurrent calls for one token exactly one
    returns True, across processes and restarts. Used ones stay findable as long as their
    grant does.
    """

    def add(self, token: RefreshToken) -> None:
        """Keep a fresh one."""
        ...

    def find(self, token: Digest) -> RefreshToken | None:
        """Return one, used ones too."""
        ...

    def use(self, token: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def prolong(self, token: Digest, until: datetime) -> None:
        """Let one that does not rotate count until then, if it was not used up."""
        ...


class AccessStore(Protocol):
    """Access tokens: what opaque ones stand for, and which were taken back.

    What is denied in one process is denied in every other at once.
    """

    def keep(self, token: Digest, said: str, until: datetime) -> None:
        """Keep what an opaque token stands for."""
        ...

    def said(self, token: Digest) -> str | None:
        """Return what one stands for, expired ones too."""
        ...

    def deny(self, name: Digest, until: datetime) -> bool:
        """Take a token back by the digest of its name; True for whoever did it first."""
        ...

    def is_denied(self, name: Digest) -> bool:
        """Tell whether it was taken back."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete what ended before ``instant``."""
        ...


class DeviceStore(Protocol):
    """Requests of devices by device code, by user code, by interaction.

    ``settle`` is linearizable: of any number of concurrent calls exactly one returns True.
    """

    def add(self, request: DeviceRequest) -> bool:
        """Keep a fresh one; False: its user code is in use, and nothing was kept."""
        ...

    def by_code(self, code: Digest) -> DeviceRequest | None:
        """Return one, settled and expired ones too."""
        ...

    def by_user_code(self, user_code: str) -> DeviceRequest | None:
        """Return one, settled and expired ones too."""
        ...

    def by_interaction(self, interaction: InteractionId) -> DeviceRequest | None:
        """Return the one that an interaction answers at present."""
        ...

    def polled(self, code: Digest, at: datetime, interval: timedelta) -> None:
        """Note that the device asked, and how long it waits from now on."""
        ...

    def take_up(self, code: Digest, interaction: InteractionId) -> bool:
        """Let an interaction answer it in place of any before; False: it is settled."""
        ...

    def settle(self, code: Digest, interaction: InteractionId, at: datetime) -> bool:
        """End the waiting; True for exactly one caller of the interaction that answers."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class GuessStore(Protocol):
    """Counts of what was typed, by the name of where it came from.

    ``add`` is linearizable: a hundred at once get a hundred different counts.
    """

    def add(self, name: Digest, at: datetime, since: datetime) -> int:
        """Count one more; a window that began at ``since`` or before begins anew."""
        ...

    def give_back(self, name: Digest) -> None:
        """Take one off again: it was no guess."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete windows that began before ``instant``."""
        ...


class PendingStore(Protocol):
    """Authorization requests that wait for their interaction.

    ``take`` is linearizable: one interaction leads to at most one answer.
    """

    def add(self, pending: Pending) -> None:
        """Keep a fresh one."""
        ...

    def find(self, interaction: InteractionId) -> Pending | None:
        """Return one that was not taken."""
        ...

    def take(self, interaction: InteractionId) -> bool:
        """Remove it; True for exactly one caller."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those begun before ``instant``."""
        ...


class PersonLookup(Protocol):
    """What the API must know of the person behind a token; at most 1 s old."""

    def roles(self, person: PersonId) -> frozenset[Role]:
        """Return the roles, none for somebody unknown."""
        ...

    def pseudonym(self, person: PersonId) -> Pseudonym:
        """Return the person's name in events."""
        ...


class Callbacks(Protocol):
    """Where upstream providers send people back to: the broker knows."""

    def uris(self) -> tuple[str, ...]:
        """Return the redirect URIs of this installation as a relying party."""
        ...


class UpstreamFarewell(Protocol):
    """Signing out at the platform that a session came from: only a browser can."""

    def address(self, sign_out: SignOut, then: str) -> str | None:
        """Return where the browser signs out upstream; None: nowhere to go.

        ``then`` is the local address at which it goes on afterwards.
        """
        ...


class UpstreamNames(Protocol):
    """What the platforms upstream are called."""

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        ...


class LogoutDelivery(Protocol):
    """Carries logout tokens to relying parties, within the rules about calling out."""

    def post(self, client: Client, logout_token: str) -> None:
        """Deliver one (OIDC Back-Channel Logout §2.5), trusting the client's authority.

        Raises:
            LogoutTokenNotTaken: it answered with another status than 200 or 204.
            Unavailable: it could not be reached.
        """
        ...


class RequestFiles(Protocol):
    """Request objects that lie at an address of their client (RFC 9101 §5.2)."""

    def read(self, uri: str) -> str:
        """Return what lies there, as it is; nothing of it is believed.

        Only called with addresses that a client registered, in no unit of work.

        Raises:
            RequestUriRefused: there is nothing, it is no request object by its type, is
                too large or too slow, or lies where we do not call.
        """
        ...


class PushedStore(Protocol):
    """Pushed requests by the digest of their ``request_uri``.

    ``use`` is linearizable: of any number of concurrent calls exactly one returns True.
    """

    def add(self, pushed: Pushed) -> None:
        """Keep a fresh one; part of the unit of work."""
        ...

    def find(self, digest: Digest) -> Pushed | None:
        """Return one, used and expired ones too."""
        ...

    def use(self, digest: Digest, at: datetime) -> bool:
        """Use it up; True for exactly one caller, ever."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class OnceStore(Protocol):
    """Names that were used, until nobody would believe what bears them.

    ``use`` is linearizable across processes and restarts.
    """

    def use(self, name: Digest, until: datetime) -> bool:
        """Use a name up; True for exactly one caller before it is forgotten."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete names that are kept until ``instant`` or less."""
        ...


class RelyingParties(Protocol):
    """Relying parties that federate themselves (OpenID Federation 1.0 §12).

    What it returns rests on a chain that holds now; whether everybody on it may act is
    for the caller to ask. Raises `TrustNotEstablished` for whom it does not believe.
    """

    def meet(self, client: ClientId) -> Client:
        """Return one that may be here for the first time: it may be asked for, once."""
        ...

    def bring(self, client: ClientId, chain: Sequence[str]) -> Client:
        """Return one by the chain it brings along, which is kept to its end."""
        ...

    def anchor_of(self, entity: EntityId, chain: Sequence[str]) -> EntityId:
        """Return where a chain about ``entity`` ends that somebody brings along."""
        ...

    def chain_of(self, entity: EntityId) -> VerifiedChain:
        """Return a chain of an entity that may be here for the first time."""
        ...

    def examine(
        self, entity: EntityId, chain: Sequence[str]
    ) -> tuple[Client, VerifiedChain]:
        """Return what an explicit registration by a chain would be; keeps nothing."""
        ...

    def register(self, chain: VerifiedChain, secret: Digest | None) -> None:
        """Keep an explicit registration; one before it is void. In the unit of work."""
        ...


class TrustedIssuers(Protocol):
    """Providers upstream that may vouch for their people without a browser."""

    def vouched(
        self, assertion: str, profile: JwsProfile
    ) -> tuple[TrustedProvider, VerifiedClaims]:
        """Return who signed an assertion, and what it says under their signature.

        Everybody on the provider's chain may act at this moment.

        Raises:
            Refused: it is no such token, or its issuer may not be relied on.
            Unavailable: nobody can tell at the moment.
        """
        ...


class HeldMarks(Protocol):
    """Trust marks that were given to an entity of ours."""

    def marks_of(self, entity: EntityId) -> tuple[Mapping[str, str], ...]:
        """Return ``{trust_mark_type, trust_mark}`` of each that counts at present."""
        ...


class RegisteredClients(Protocol):
    """The records of clients, changed by who they are of; each change is one event."""

    def enter(self, client: Client) -> NewSecret:
        """Keep a new record, in the sandbox, with a secret if its method shares one.

        Raises:
            ClientMalformed: a rule of registrations is broken.
        """
        ...

    def find(self, client: ClientId) -> Client:
        """Return one as it is now, or raise `ClientUnknown`."""
        ...

    def change(self, client: Client) -> Client:
        """Put ``client`` in the place of its version; return it as it is then.

        Raises:
            ClientMalformed, ClientMoved, ClientHasNoSecret: as they say.
        """
        ...

    def end(self, client: ClientId) -> None:
        """Retire one; all that was granted through it ends."""
        ...

    def keep_keys(self, client: Client, keys: KeySet) -> None:
        """Keep the keys read at its address; who changed it meanwhile wins."""
        ...


class TicketStore(Protocol):
    """Initial access tokens by digest; part of the unit of work.

    ``use`` is linearizable: of any number of concurrent calls as many return True as uses
    were left.
    """

    def add(self, ticket: Ticket) -> None:
        """Keep a fresh one."""
        ...

    def use(self, ticket: Digest, now: datetime) -> bool:
        """Use one up once; False: unknown, spent or over."""
        ...

    def end(self, ticket: Digest) -> bool:
        """Delete one; False: there was none."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class OwnRecords(Protocol):
    """What is kept of clients that entered themselves; part of the unit of work."""

    def add(self, own: OwnRecord) -> None:
        """Keep a fresh one."""
        ...

    def find(self, client: ClientId) -> OwnRecord | None:
        """Return one, None: the client did not enter itself, or left."""
        ...

    def put(self, own: OwnRecord) -> None:
        """Take the place of what was kept of its client."""
        ...

    def remove(self, client: ClientId) -> None:
        """Delete one."""
        ...


class ClientPages(Protocol):
    """JSON that clients serve at addresses they name."""

    def json(self, url: str) -> object:
        """Return what is there.

        Raises:
            ClientMetadataRefused: the address may not be called, or serves no JSON.
            ClientPageUnreachable: no answer in time.
        """
        ...


class TransferStore(Protocol):
    """Transfer tickets by digest, and what came of them; part of the unit of work.

    ``redeem`` is linearizable: of any number of concurrent calls with one ticket exactly
    one returns True. ``led_to`` and ``end`` exclude each other: what was ended leads to
    nothing, and what led to a grant tells it to whoever ends it.
    """

    def add(self, transfer: Transfer, ticket: Digest) -> None:
        """Keep a fresh one."""
        ...

    def by_ticket(self, ticket: Digest) -> Transfer | None:
        """Return the one of a ticket, redeemed and ended ones too."""
        ...

    def find(self, transfer: TransferId) -> Transfer | None:
        """Return one, redeemed and ended ones too."""
        ...

    def redeem(
        self, transfer: TransferId, interaction: InteractionId, match: Match, at: datetime
    ) -> bool:
        """Use its ticket up; True for exactly one caller, ever."""
        ...

    def matched(self, transfer: TransferId) -> bool:
        """Note that the person matched a waiting one; True for exactly one caller."""
        ...

    def led_to(self, transfer: TransferId, child: GrantId) -> bool:
        """Note the grant that came of it; False: it has one already, or was ended."""
        ...

    def end(self, transfer: TransferId, at: datetime) -> Transfer | None:
        """End it; return it as it was before, or None: somebody did already."""
        ...

    def waiting_of(self, session: SessionId) -> tuple[Transfer, ...]:
        """Return those of a session that wait for a number, newest first."""
        ...

    def hops_to(self, grant: GrantId) -> int:
        """Return how many hops led to a grant; 0: none of ours did."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete the oldest that expired before ``instant``, a batch; return how many."""
        ...


class Quickstarts(Protocol):
    """Files to begin with, written for one client and one library."""

    def written(self, library: Library, start: Start) -> tuple[StartFile, ...]:
        """Return them; nothing secret is in them."""
        ...
