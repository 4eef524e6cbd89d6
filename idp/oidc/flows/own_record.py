"""A client reads, replaces and ends its own record (RFC 7592)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.oidc.checks import rfc7591
from idp.oidc.domain.registering import OwnRecord
from idp.oidc.errors import (
    ClientMetadataRefused,
    ClientPageUnreachable,
    RegistrationTokenMissing,
    RegistrationTokenRefused,
)
from idp.oidc.events import OwnRecordChanged, OwnRecordRefused
from idp.oidc.flows.faults import fault_in
from idp.oidc.flows.registering import Fresh, Reading
from idp.oidc.messages.client_information import Information
from idp.oidc.messages.client_metadata import parse_metadata
from idp.oidc.messages.members import Members
from idp.oidc.ports import OwnRecords, RegisteredClients
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.standing import Standing
from kernel.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record, opened by one of its tokens."""

    client: Client
    own: OwnRecord
    shown: Secret


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens a record for who shows its token and may still act."""

    registered: RegisteredClients
    own: OwnRecords
    standing: Standing

    def __call__(self, client: ClientId, shown: Secret | None) -> OpenRecord:
        """Return the record.

        Raises:
            RegistrationTokenMissing, RegistrationTokenRefused: as they say; whether there
                is such a client is not told (RFC 7592 §2.1).
            NotInGoodStanding: the client is suspended or retired; its token opens nothing
                then, least of all the way back (CVE-2026-9705).
        """
        if shown is None:
            raise RegistrationTokenMissing
        own = self.own.find(client)
        if own is None or not own.opens(shown):
            raise RegistrationTokenRefused("token")
        try:
            found = self.registered.find(client)
        except ClientUnknown as cause:
            raise RegistrationTokenRefused("client") from cause
        self.standing.require(*found.parties())
        return OpenRecord(found, own, shown)


@dataclass(frozen=True, slots=True)
class OwnRecordFlow:
    """The three things a client may do to its own record."""

    opening: Opening
    reading: Reading
    fresh: Fresh
    trail: AuditTrail
    work: UnitOfWork

    def read(self, client: ClientId, shown: Secret | None) -> Information:
        """Return what is registered (RFC 7592 §2.1); the token stays."""
        with self._told(client), self.work():
            held = self.opening(client, shown)
            own = self._used(held)
            return Information(client=held.client, own=own, token=held.shown)

    def replace(self, client: ClientId, shown: Secret | None, body: bytes) -> Information:
        """Put the metadata in the place of what was there (RFC 7592 §2.2).

        The answer holds the next token; the one that was shown ends when that is used.

        Raises:
            RecordNotYours: the client is past its trial.
            ClientMetadataRefused: as for a registration, or the secret is another.
        """
        with self._told(client):
            held, members = self.opening(client, shown), parse_metadata(body)
            rfc7591.record_is_still_its_own(held.client)
            rfc7591.change_says_whose(members, client)
            secret_is_the_same(members, held.client)
            told = self.reading(members, held.client)
            with self.work():
                own, opens = self._next(held, self._used(held), told.said)
                changed = self.opening.registered.change(told.client)
                self._record(client, "replace")
            self.opening.registered.read_picture(changed)
            return Information(client=changed, own=own, token=opens)

    def end(self, client: ClientId, shown: Secret | None) -> None:
        """Retire the client; its token ends with it (RFC 7592 §2.3).

        Raises:
            RecordNotYours: the client is past its trial.
        """
        with self._told(client), self.work():
            held = self.opening(client, shown)
            rfc7591.record_is_still_its_own(held.client)
            self.opening.registered.end(client)
            self.opening.own.remove(client)
            self._record(client, "end")

    def _used(self, held: OpenRecord) -> OwnRecord:
        """A newer token that is used for the first time ends the one before it."""
        own = held.own
        if own.previous is None or not held.shown.matches(own.token):
            return own
        alone = replace(own, previous=None)
        # Whoever came first at the same moment has done it, or has turned the token.
        self.opening.own.put(alone, over=own)
        return alone

    def _next(
        self, held: OpenRecord, now: OwnRecord, said: Mapping[str, str]
    ) -> tuple[OwnRecord, Secret]:
        """RFC 7592 §3: a fresh token; the one shown is good until this one is used.

        Raises:
            RegistrationTokenRefused: another change came first; its token is another.
        """
        opens = self.fresh.token()
        shown = held.shown.digest()
        own = replace(now, token=opens.digest(), previous=shown, said=said)
        if not self.opening.own.put(own, over=now):
            raise RegistrationTokenRefused("moved")
        return own, opens

    def _record(self, client: ClientId, action: str) -> None:
        self.trail.record(OwnRecordChanged(relying_party=client, action=action))

    @contextmanager
    def _told(self, client: ClientId) -> Iterator[None]:
        try:
            yield
        except (Refused, ClientPageUnreachable) as refusal:
            self.trail.record(
                OwnRecordRefused(
                    relying_party=client,
                    outcome=Outcome.REFUSED,
                    reason=refusal.code,
                    fault=fault_in(refusal),
                )
            )
            raise


def secret_is_the_same(members: Members, client: Client) -> None:
    """RFC 7592 §2.2: a secret that is sent is the present one; none is chosen here."""
    said = members.text("client_secret")
    if said is None:
        return
    if client.secret is None or not Secret(said).matches(client.secret):
        raise ClientMetadataRefused("client_secret")
