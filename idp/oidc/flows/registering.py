"""A client enters itself (RFC 7591, OIDC Registration)."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from idp.clients.domain import Client, rules_of
from idp.oidc.checks import rfc7591
from idp.oidc.domain.registering import OwnRecord
from idp.oidc.errors import ClientPageUnreachable
from idp.oidc.events import ClientEnteredItself, OwnRecordRefused
from idp.oidc.flows.admission import Admission
from idp.oidc.flows.client_keys import read_keys
from idp.oidc.flows.faults import fault_in
from idp.oidc.flows.software_statements import SoftwareStatements
from idp.oidc.messages.client_information import Information
from idp.oidc.messages.client_metadata import Told, described, parse_metadata
from idp.oidc.messages.members import Members
from idp.oidc.ports import ClientPages, OwnRecords, RegisteredClients
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.errors import Refused
from kernel.events import AuditTrail, Outcome
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.work import UnitOfWork

_MEANT: Final = "RS256"


@dataclass(frozen=True, slots=True)
class Reading:
    """Turns what a client says of itself into what its record will say."""

    statements: SoftwareStatements
    pages: ClientPages
    algorithms: frozenset[str]

    def __call__(self, members: Members, base: Client) -> Told:
        """Return the record that ``members`` describe, over ``base``.

        Addresses in it are asked here, once: the sector's must answer, the keys' may be
        asked again later.

        Raises:
            ClientMetadataRefused, RedirectUriRefused, SectorMissing: as they say.
            StatementRefused, StatementNotApproved: as they say.
            ClientPageUnreachable: the sector's address gave no answer.

        Source: RFC 7591 §2, §3.1.1; OIDC Registration §2, §5.
        """
        members = self.statements.applied(members)
        told = described(members, base)
        told = replace(told, client=self._with_algorithm(members, told.client))
        told = replace(told, client=with_nonce(told.client))
        return replace(told, client=self._with_keys(self._with_sector(told.client)))

    def _with_algorithm(self, members: Members, client: Client) -> Client:
        """OIDC Registration §2: who names no algorithm for ID tokens means RS256.

        Libraries go by that, whatever the answer says; not so under a profile that
        forbids it, nor where there is no such key.
        """
        unnamed = members.text("id_token_signed_response_alg") is None
        usable = self.algorithms & rules_of(client).token_algs
        if not (unnamed and _MEANT in usable):
            return client
        return replace(client, oidc=replace(client.oidc, id_token_alg=_MEANT))

    def _with_sector(self, client: Client) -> Client:
        """OIDC Core §8.1: the sector is the host of the address that lists it."""
        address = client.oidc.sector_identifier_uri
        if address is None:
            return client
        rfc7591.sector_is_told_by_answers(client)
        rfc7591.sector_holds_every_redirect(client, self.pages.json(address))
        sector = urlsplit(address).hostname or ""
        return replace(client, oidc=replace(client.oidc, sector=sector))

    def _with_keys(self, client: Client) -> Client:
        address = client.oidc.jwks_uri
        if address is None:
            return client
        try:
            keys = read_keys(self.pages, address)
        except ClientPageUnreachable:
            # Many clients serve their keys only once they know their own identifier.
            return client
        return replace(client, oidc=replace(client.oidc, keys=keys))


def with_nonce(client: Client) -> Client:
    """RFC 9700 §2.1.1: a confidential OpenID client may do with a nonce in place of PKCE.

    Who enters itself is of that kind: libraries certified for OpenID Connect send a nonce,
    and many of them no challenge. One that is sent counts all the same.
    """
    facet = client.oidc
    may = rules_of(client).nonce_may_do and not facet.is_public
    relies = may and "openid" in facet.scopes
    return replace(client, oidc=replace(facet, relies_on_nonce=relies))


@dataclass(frozen=True, slots=True)
class Fresh:
    """Where identifiers and tokens of clients that enter themselves come from."""

    clock: Clock
    entropy: Entropy

    def blank(self) -> Client:
        """Return a client nobody has described yet, under a name nobody has."""
        named = ClientId(f"app-{self.entropy(10).hex()}")
        return Client(id=named, name_zh="", name_en="", created_at=self.clock())

    def token(self) -> Secret:
        """Return a registration access token: 256 random bits."""
        return Secret(token(self.entropy))


@dataclass(frozen=True, slots=True)
class Registering:
    """Enters a client in the sandbox, by what it says and what lets it in."""

    admission: Admission
    reading: Reading
    registered: RegisteredClients
    own: OwnRecords
    fresh: Fresh
    trail: AuditTrail
    work: UnitOfWork

    def __call__(self, shown: Secret | None, body: bytes) -> Information:
        """Return the client with its secret and registration token, shown this once.

        Raises:
            Refused: the metadata, the statement or the ticket is not acceptable; nothing
                was kept, and the ticket has its use back.

        Source: RFC 7591 §3.
        """
        try:
            # Before any address in it is asked: strangers send us nowhere.
            self.admission.look(shown)
            told = self.reading(parse_metadata(body), self.fresh.blank())
            with self.work():
                self.admission.admit(shown)
                entered = self._entered(told, "open" if shown is None else "token")
        except (Refused, ClientPageUnreachable) as refusal:
            self.trail.record(
                OwnRecordRefused(
                    outcome=Outcome.REFUSED, reason=refusal.code, fault=fault_in(refusal)
                )
            )
            raise
        # Asked last, of who was let in: a record does without a picture.
        self.registered.read_picture(entered.client)
        return entered

    def _entered(self, told: Told, origin: str) -> Information:
        opens, new = self.fresh.token(), self.registered.enter(told.client)
        own = OwnRecord(
            client=new.client.id,
            token=opens.digest(),
            said=told.said,
            registered_at=new.client.created_at,
        )
        self.own.add(own)
        entered = ClientEnteredItself(relying_party=own.client, origin=origin)
        self.trail.record(entered)
        return Information(client=new.client, own=own, token=opens, secret=new.secret)
