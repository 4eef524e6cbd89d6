"""What this room needs, with the promises it counts on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from federation.domain import VerifiedChain
from idp.clients.domain import Change, Client, PagesShown, Picture, Registered
from kernel.approval import Proposal, ProposalStore
from kernel.ids import ClientId, EntityId, PersonId, ProposalId
from kernel.proof.jose import KeySet
from kernel.secret import Digest, Secret
from kernel.web import Page, PageAsked


class ClientLookup(Protocol):
    """Finds relying parties; an answer is at most 1 s older than the record."""

    def find(self, client: ClientId) -> Client:
        """Return one relying party.

        Raises:
            ClientUnknown: there is none of this name.
        """
        ...


class ClientStore(ClientLookup, Protocol):
    """The records themselves, always as they are now; part of the unit of work."""

    def add(self, client: Client) -> None:
        """Keep a new record.

        Raises:
            ClientExists: its identifier is taken.
        """
        ...

    def replace(self, client: Client, version: int) -> None:
        """Put ``client`` in the place of its version ``version``.

        Linearizable: of two changes of one version exactly one returns.

        Raises:
            ClientMoved: the record is not of that version any more.
        """
        ...

    def page(self, asked: PageAsked) -> Page[Client]:
        """Return records in the order of their identifiers."""
        ...


class ClientHistory(Protocol):
    """What was done to records, one entry a version; part of the unit of work."""

    def add(self, change: Change) -> None:
        """Keep an entry; that of a version that has one is refused by the store."""
        ...

    def of(self, client: ClientId) -> tuple[Change, ...]:
        """Return a record's entries, oldest first."""
        ...


class ClientProposals(ProposalStore, Protocol):
    """What two persons decide about applications, in one queue."""

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        """Return undecided ones proposed since an instant, in the order of their ids."""
        ...


class SharedSecrets(Protocol):
    """Secrets that must be known again, to check a signature made with them.

    OIDC Core §9 ``client_secret_jwt``: of no other client is more kept than a digest.
    """

    def seal(self, client: ClientId, secret: Secret) -> bytes:
        """Return what is kept: it opens for this client's record only."""
        ...

    def of(self, client: Client) -> Secret:
        """Return the secret of a client.

        Raises:
            ClientHasNoSecret: none is kept of it that could be known again.
            SealRefused: what is kept does not open.
        """
        ...


class PictureStore(Protocol):
    """Pictures by the record and the address they were read for; part of the unit of work.

    ``add`` is linearizable: of concurrent calls for one record and address the first stays,
    and nothing ever takes its place.
    """

    def add(self, client: ClientId, address: str, picture: Picture, at: datetime) -> bool:
        """Keep a picture; False: there is one for this record and address already."""
        ...

    def of(self, client: ClientId, address: str) -> Digest | None:
        """Return the name of the picture that is kept for a record and address."""
        ...

    def kept(self, client: ClientId) -> Mapping[str, Picture]:
        """Return all that is kept for a record, by address."""
        ...

    def find(self, digest: Digest) -> Picture:
        """Return a picture by its name, or raise `PictureUnknown`."""
        ...

    def drop_others(self, client: ClientId, addresses: Sequence[str]) -> None:
        """Delete a record's pictures but for those of ``addresses``."""
        ...

    def forget_retired(self) -> int:
        """Delete the pictures of who is retired for good."""
        ...


class PictureSource(Protocol):
    """Where pictures come from; a call out, never made inside a unit of work."""

    def fetch(self, address: str) -> bytes:
        """Return what lies there.

        Raises:
            PictureRefused: the address is not called, or too much lies there.
            PictureUnreachable: no usable answer.
        """
        ...


class PagesOfClients(Protocol):
    """What people are shown of a relying party's own pages; every page of ours asks it."""

    def of(self, client: Client) -> PagesShown:
        """Return it: the picture that is kept, and addresses that may be shown."""
        ...


class TrialPeople(Protocol):
    """People with whom applications on trial may be tried."""

    def add(self, person: PersonId, since: datetime) -> None:
        """Enter somebody; once is enough."""
        ...

    def remove(self, person: PersonId) -> None:
        """Take somebody off the list; who is not on it stays off."""
        ...

    def has(self, person: PersonId) -> bool:
        """Tell whether somebody is on the list now."""
        ...

    def all(self) -> tuple[PersonId, ...]:
        """Return everybody on the list."""
        ...


class Trial(Protocol):
    """Whom an application may serve before it is live; every front asks it."""

    def admits(self, client: Client, person: PersonId) -> None:
        """Return if the application may be told of this person.

        Raises:
            OnTrial: it is on trial, and they are no test person.
        """
        ...


class RegistrationStore(Protocol):
    """Registrations of members that federate themselves, one of each at a time.

    ``put`` takes the place of an earlier one (OpenID Federation 1.0 §12.2.2). Of concurrent
    ones the last stays.
    """

    def put(self, registered: Registered) -> None:
        """Keep a registration until its end."""
        ...

    def find(self, entity: EntityId) -> Registered | None:
        """Return one, expired ones too."""
        ...

    def forget_before(self, instant: datetime) -> int:
        """Delete those that ended before ``instant``."""
        ...


class KnownChains(Protocol):
    """Chains of entities: from what is kept, or by asking around."""

    def chain(self, entity: EntityId) -> VerifiedChain:
        """Return one, or raise `NoTrustChain` or `ChainExpired`."""
        ...


class BroughtChains(Protocol):
    """Chains that somebody brings along."""

    def accept(self, tokens: Sequence[str], *, subject: EntityId) -> VerifiedChain:
        """Return it if it holds and everybody on it may act; raise `ChainRefused` else."""
        ...


class KeysOfChains(Protocol):
    """The keys an entity signs with in its protocol."""

    def of(self, chain: VerifiedChain, entity_type: str) -> KeySet:
        """Return them, or raise `KeysNotUsable`."""
        ...


class ClientKeys(Protocol):
    """The public keys of a client, given or behind an address of its own (`jwks_uri`).

    Never raises: where the address does not answer, the keys read last stay. An address
    is asked at most once a minute for one client, whatever tokens name (RFC 9700 §2.5).
    """

    def of(self, client: Client) -> KeySet | None:
        """Return its keys as they were read last; None: it has none."""
        ...

    def for_token(self, client: Client, token: str) -> KeySet | None:
        """Return its keys to verify ``token`` with (OIDC Core §10.1.1).

        An address is read again if the token names a key that is not among them.
        """
        ...

    def for_key(self, client: Client, thumbprint: str) -> KeySet | None:
        """Return its keys to find that of a certificate among (RFC 8705 §2.2).

        An address is read again if it is not among them; ``thumbprint`` as in RFC 7638.
        """
        ...
