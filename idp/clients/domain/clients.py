"""Relying parties: one record, with a facet for each protocol they speak."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from idp.clients.domain.claims import ClaimAsked
from idp.clients.domain.facets import OidcFacet
from idp.clients.domain.states import ON_TRIAL, ClientState
from kernel.assurance import Level
from kernel.ids import ClientId, EntityId, PersonId
from kernel.secret import Digest, Secret
from kernel.standing import Party, PartyKind


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in both languages of every page."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Pages of a relying party that people may be shown (RFC 7591 §2); None: no such.

    Those with ``_en`` are for readers of English (RFC 7591 §2.2), the others for everybody.
    """

    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    policy_uri_en: str | None = None
    tos_uri_en: str | None = None

    def named(self) -> dict[str, str | None]:
        """Return the addresses by the names of these fields."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Registration(StrEnum):
    """How a relying party that federates itself is registered here."""

    AUTOMATIC = "automatic"
    EXPLICIT = "explicit"


@dataclass(frozen=True, slots=True)
class Membership:
    """What a relying party that federates itself rests on (OpenID Federation 1.0 §12).

    Attributes:
        path: itself, its superiors, and the anchor last.
        expires_at: when the chain ends; the registration never outlives it.
        parties: everybody on the path, its bonds and the keys that signed, as standing
            names them; each must be in good standing.
    """

    registration: Registration
    path: tuple[EntityId, ...]
    expires_at: datetime
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What is kept of a member: its chain, from which everything else is derived anew.

    Attributes:
        chain: statements, the member's own first.
        secret: digest of what an explicit registration gave it; None: it signs.
        expires_at: the chain's end.
    """

    entity: EntityId
    registration: Registration
    chain: tuple[str, ...]
    secret: Digest | None = field(default=None, repr=False)
    registered_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One relying party, whatever protocol it speaks.

    Attributes:
        secret: digest of a secret of 256 random bits; None for a public client.
        level: the least level it is content with.
        claims: what it may have of a person, each with its ground.
        recipient, purpose, retention: what the person is told about that.
        person: the one person its own tokens speak for (client_credentials, ``sub``).
        contacts: whom an operator reaches, as mail addresses.
        pages: pages of its own.
        sealed_secret: the secret once more, sealed: who proves itself by a signature with
            it (``client_secret_jwt``) cannot be checked by a digest. None for all others.
        resumes: the state it was suspended from, where a second person may restore that.
        membership: what it rests on if it federates itself; None: it is kept here.
        version: counts changes, for If-Match.
    """

    id: ClientId
    name_zh: str
    name_en: str
    secret: Digest | None = field(default=None, repr=False)
    sealed_secret: bytes | None = field(default=None, repr=False)
    level: Level = Level.SELF_ASSERTED
    claims: tuple[ClaimAsked, ...] = ()
    recipient: LocalText = LocalText("", "")
    purpose: LocalText = LocalText("", "")
    retention: LocalText = LocalText("", "")
    person: PersonId | None = None
    contacts: tuple[str, ...] = ()
    pages: PublicPages = PublicPages()
    state: ClientState = ClientState.SANDBOX
    resumes: ClientState | None = None
    oidc: OidcFacet = field(default_factory=OidcFacet)
    membership: Membership | None = None
    version: int = 1
    created_at: datetime
    # Asked for at every request, so laid out once for each record.
    _parties: tuple[Party, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out whose standing it hangs on."""
        person = (Party(PartyKind.PERSON, str(self.person)),) if self.person else ()
        above = () if self.membership is None else self.membership.parties
        object.__setattr__(self, "_parties", (self.party, *person, *above))

    @property
    def party(self) -> Party:
        """The name under which its standing is kept."""
        return Party(PartyKind.RELYING_PARTY, self.id)

    def parties(self) -> tuple[Party, ...]:
        """Return everybody whose standing its own tokens hang on."""
        return self._parties

    @property
    def is_member(self) -> bool:
        """Whether it federates itself: its identifier is its entity identifier."""
        return self.membership is not None

    @property
    def is_on_trial(self) -> bool:
        """Whether it is for test people only."""
        return self.state in ON_TRIAL

    def claims_named(self, names: frozenset[str]) -> tuple[ClaimAsked, ...]:
        """Return those of its claims that are among ``names``."""
        return tuple(claim for claim in self.claims if claim.name in names)


def federates_itself(client: ClientId) -> bool:
    """Whether the name is an Entity Identifier: names that are kept here have no colon."""
    return "://" in client


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client and its secret, which is shown this once and kept as a digest only."""

    client: Client
    secret: Secret | None
