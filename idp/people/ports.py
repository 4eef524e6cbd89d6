"""What the room needs: its records, and somebody who hashes passwords."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from idp.people.domain import (
    Account,
    AuthenticatorRecord,
    Batch,
    BatchState,
    ImportId,
    Mandate,
    MandateId,
    Organisation,
    Person,
    PersonState,
    RowKept,
    RowState,
    UpstreamLink,
    Username,
)
from kernel.assurance import Level
from kernel.ids import AuthenticatorId, EntityId, OrganisationId, PersonId
from kernel.secret import Digest, Secret
from kernel.web import Page, PageAsked, Role


class PersonStore(Protocol):
    """People, their names, numbers and accounts.

    Names and numbers are sealed at rest, bound to their row. A number is found through a
    blind index only; nothing lists or searches numbers. One number belongs to at most one
    person, of any number of concurrent writers one wins.
    """

    def add(self, person: Person, name: str) -> None:
        """Keep somebody new."""
        ...

    def find(self, person: PersonId) -> Person:
        """Return one, or raise `PersonUnknown`."""
        ...

    def name(self, person: PersonId) -> str:
        """Return the name in clear, or raise `PersonUnknown`."""
        ...

    def id_number(self, person: PersonId) -> str | None:
        """Return the number in clear, None if none is on record."""
        ...

    def set_identity(self, person: PersonId, level: Level) -> None:
        """Put the identity level on record."""
        ...

    def set_proofed(self, person: PersonId, name: str, number: str) -> None:
        """Put the proofed name and number on record, or raise `NumberTaken`."""
        ...

    def by_id_number(self, number: str) -> PersonId | None:
        """Return whose number it is, through the blind index."""
        ...

    def set_state(self, person: PersonId, state: PersonState) -> None:
        """Put the state on record."""
        ...

    def set_roles(self, person: PersonId, roles: frozenset[Role]) -> None:
        """Put the roles on record."""
        ...

    def page(self, asked: PageAsked) -> Page[Person]:
        """Return people in the order of their ids, which is that of their making."""
        ...

    def add_account(self, account: Account) -> None:
        """Give somebody a username, or raise `UsernameTaken`: one of many wins."""
        ...

    def by_username(self, username: Username) -> PersonId | None:
        """Return whose username it is."""
        ...

    def username_of(self, person: PersonId) -> Username | None:
        """Return somebody's username, None if they have none here."""
        ...

    def let_go(self, person: PersonId) -> None:
        """Forget username and number: both are free again. Name and record stay."""
        ...


class LinkStore(Protocol):
    """Upstream links by (issuer, subject).

    ``add`` is decided once: of any number of concurrent calls for one (issuer, subject)
    one returns and the rest raise `kernel.errors.Conflict`.
    """

    def add(self, link: UpstreamLink) -> None:
        """Keep a link."""
        ...

    def find(self, issuer: EntityId, subject: str) -> PersonId | None:
        """Return whose link it is."""
        ...

    def of(self, person: PersonId) -> tuple[UpstreamLink, ...]:
        """Return somebody's links, oldest first."""
        ...

    def let_go(self, person: PersonId) -> None:
        """Forget somebody's links: their next sign-in there makes a new person."""
        ...


class AuthenticatorStore(Protocol):
    """Means of signing in. Their secrets are sealed at rest, bound to their row."""

    def add(self, record: AuthenticatorRecord, secret: Secret | None) -> None:
        """Keep one; of two with one certificate key the second raises `Conflict`."""
        ...

    def of(self, person: PersonId) -> tuple[AuthenticatorRecord, ...]:
        """Return somebody's, oldest first."""
        ...

    def by_key(self, digest: Digest) -> AuthenticatorRecord | None:
        """Return the certificate with this key."""
        ...

    def secret(self, authenticator: AuthenticatorId) -> Secret:
        """Return what it is checked with, or raise `AuthenticatorUnknown`."""
        ...

    def replace_secret(self, authenticator: AuthenticatorId, secret: Secret) -> None:
        """Put another secret in the place of the old one."""
        ...

    def rebind(self, authenticators: tuple[AuthenticatorId, ...], bound: Level) -> int:
        """Raise the bound of those below ``bound``; return how many were."""
        ...

    def used(self, authenticator: AuthenticatorId, at: datetime) -> None:
        """Note when it was used last."""
        ...

    def take_step(self, authenticator: AuthenticatorId, step: int) -> bool:
        """Use a TOTP time step up; False if it, or a later one, is used up (RFC 6238 §5.2).

        Of any number of concurrent calls for one step exactly one returns True.
        """
        ...

    def remove(self, person: PersonId, authenticator: AuthenticatorId) -> None:
        """Forget one of somebody's own, or raise `AuthenticatorUnknown`."""
        ...


class OrganisationStore(Protocol):
    """Legal persons and who may act for them. One number, one organisation."""

    def add(self, organisation: Organisation) -> None:
        """Keep one, or raise `OrganisationKnown`."""
        ...

    def find(self, organisation: OrganisationId) -> Organisation:
        """Return one, or raise `OrganisationUnknown`."""
        ...

    def by_uscc(self, uscc: str) -> Organisation | None:
        """Return the one with this number."""
        ...

    def page(self, asked: PageAsked) -> Page[Organisation]:
        """Return organisations in the order of their ids."""
        ...

    def add_mandate(self, mandate: Mandate) -> None:
        """Keep a mandate."""
        ...

    def mandates_of(self, person: PersonId) -> tuple[Mandate, ...]:
        """Return somebody's mandates, ended ones too."""
        ...

    def find_mandate(self, mandate: MandateId) -> Mandate:
        """Return one, or raise `kernel.errors.NotFound`."""
        ...

    def end_mandate(self, mandate: MandateId, at: datetime) -> None:
        """Let a mandate end at ``at``."""
        ...


class ImportStore(Protocol):
    """Batches and their rows. Rows are sealed at rest, bound to batch and key.

    A row that comes again under its key takes the place of the first and keeps its number.
    """

    def add(self, batch: Batch) -> None:
        """Keep a new batch."""
        ...

    def find(self, batch: ImportId) -> Batch:
        """Return one, or raise `ImportUnknown`."""
        ...

    def move(self, batch: Batch, source: BatchState) -> None:
        """Replace a batch that is in state ``source``, or raise `ImportNotOpen`.

        Of two at the same time one returns.
        """
        ...

    def put_row(self, batch: ImportId, row: RowKept, sealed: bytes | None) -> None:
        """Keep a row, in place of one with the same key; ``sealed`` is what came."""
        ...

    def next_number(self, batch: ImportId) -> int:
        """Return the number of the next new row."""
        ...

    def row(self, batch: ImportId, key: str) -> RowKept | None:
        """Return the row with this key."""
        ...

    def content(self, batch: ImportId, key: str) -> bytes:
        """Return what came, in clear, or raise `ImportUnknown` when it is gone."""
        ...

    def rows(
        self, batch: ImportId, state: RowState | None, after: int, limit: int
    ) -> tuple[RowKept, ...]:
        """Return rows after a number, in the order of the source."""
        ...

    def settle_row(self, batch: ImportId, row: RowKept, source: RowState) -> None:
        """Do as ``set_row`` for a row that still is in ``source``, else `RowSettled`.

        Of any number of concurrent calls one returns.
        """
        ...

    def set_row(self, batch: ImportId, row: RowKept) -> None:
        """Put what became of a row on record, and forget what came."""
        ...

    def counts(self, batch: ImportId) -> Mapping[RowState, int]:
        """Return how many rows are where."""
        ...


class PasswordHashing(Protocol):
    """Hashes and checks passwords, bounded in time and number at once.

    Both raise `kernel.errors.Unavailable` at once when too many wait already.
    """

    def hash(self, password: Secret) -> Secret:
        """Return the encoded hash, with its own salt and parameters."""
        ...

    def verify(self, encoded: Secret | None, password: Secret) -> bool:
        """Tell whether the password fits; None costs as much and is always False."""
        ...
