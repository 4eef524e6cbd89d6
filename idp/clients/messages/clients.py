"""What is said of a relying party, whatever it speaks, and how the API shows one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from idp.clients.domain import (
    Basis,
    ClaimAsked,
    Client,
    ClientState,
    LocalText,
    PublicPages,
)
from idp.clients.messages.deciding import ProposalShown, proposal_shown
from idp.clients.messages.oidc import OidcBody
from idp.clients.messages.written import oidc_body
from kernel.approval import Proposal
from kernel.assurance import Level
from kernel.ids import ClientId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimBody:
    """A claim asked for, its basis, and the provision where that is a statute."""

    name: str
    basis: Basis = Basis.CONSENT
    ground: str = ""

    @classmethod
    def of(cls, asked: ClaimAsked) -> Self:
        """Lay one out."""
        return cls(name=asked.name, basis=asked.basis, ground=asked.ground)

    def asked(self) -> ClaimAsked:
        """Return the claim it describes."""
        return ClaimAsked(self.name, self.basis, self.ground.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """A text in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBody:
    """What an operator says about a relying party; a change says all of it again.

    ``client_id`` None: one is made. It cannot be changed later.
    """

    client_id: str | None = None
    name_zh: str
    name_en: str
    level: Level = Level.SELF_ASSERTED
    claims: tuple[ClaimBody, ...] = ()
    recipient: TextBody = TextBody()
    purpose: TextBody = TextBody()
    retention: TextBody = TextBody()
    person: UUID | None = None
    contacts: tuple[str, ...] = ()
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    policy_uri_en: str | None = None
    tos_uri_en: str | None = None
    oidc: OidcBody = field(default_factory=OidcBody)

    def client(self, identifier: ClientId, created_at: datetime) -> Client:
        """Return the record it describes, without secret, in its first state."""
        return Client(
            id=identifier,
            name_zh=self.name_zh.strip(),
            name_en=self.name_en.strip(),
            level=self.level,
            claims=tuple(claim.asked() for claim in self.claims),
            recipient=LocalText(self.recipient.zh, self.recipient.en),
            purpose=LocalText(self.purpose.zh, self.purpose.en),
            retention=LocalText(self.retention.zh, self.retention.en),
            person=None if self.person is None else PersonId(self.person),
            contacts=self.contacts,
            pages=self.pages(),
            oidc=self.oidc.facet(),
            created_at=created_at,
        )

    def pages(self) -> PublicPages:
        """Return the pages it names."""
        return PublicPages(
            client_uri=self.client_uri,
            logo_uri=self.logo_uri,
            policy_uri=self.policy_uri,
            tos_uri=self.tos_uri,
            policy_uri_en=self.policy_uri_en,
            tos_uri_en=self.tos_uri_en,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationBody(ClientBody):
    """What an operator says about a new one; a draft may do nothing yet."""

    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReply:
    """A relying party as the API shows it: never its secret, nor the digest.

    ``waiting`` is what a second person has to approve, if anything does.
    """

    client_id: str
    state: ClientState
    version: int
    created_at: datetime
    name_zh: str
    name_en: str
    level: Level
    claims: tuple[ClaimBody, ...]
    recipient: TextBody
    purpose: TextBody
    retention: TextBody
    person: UUID | None
    contacts: tuple[str, ...]
    client_uri: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None
    policy_uri_en: str | None
    tos_uri_en: str | None
    oidc: OidcBody
    waiting: ProposalShown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecretReply:
    """A relying party and its secret: shown this once."""

    client_secret: str | None
    client: ClientReply


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPage:
    """Some relying parties, and where the next ones begin."""

    clients: tuple[ClientReply, ...]
    next: str | None


def client_body(client: Client) -> ClientBody:
    """Return what an operator would say to describe ``client``."""
    return ClientBody(
        client_id=client.id,
        name_zh=client.name_zh,
        name_en=client.name_en,
        level=client.level,
        claims=tuple(ClaimBody.of(claim) for claim in client.claims),
        recipient=_text(client.recipient),
        purpose=_text(client.purpose),
        retention=_text(client.retention),
        person=client.person,
        contacts=client.contacts,
        **client.pages.named(),
        oidc=oidc_body(client.oidc),
    )


def client_reply(
    client: Client, waiting: Proposal | None = None, reader: PersonId | None = None
) -> ClientReply:
    """Lay a relying party out for the API, as ``reader`` sees it."""
    body = client_body(client)
    return ClientReply(
        client_id=client.id,
        state=client.state,
        version=client.version,
        created_at=client.created_at,
        name_zh=body.name_zh,
        name_en=body.name_en,
        level=body.level,
        claims=body.claims,
        recipient=body.recipient,
        purpose=body.purpose,
        retention=body.retention,
        person=body.person,
        contacts=body.contacts,
        client_uri=body.client_uri,
        logo_uri=body.logo_uri,
        policy_uri=body.policy_uri,
        tos_uri=body.tos_uri,
        policy_uri_en=body.policy_uri_en,
        tos_uri_en=body.tos_uri_en,
        oidc=body.oidc,
        waiting=None if waiting is None else proposal_shown(waiting, reader),
    )


def _text(text: LocalText) -> TextBody:
    return TextBody(zh=text.zh, en=text.en)
