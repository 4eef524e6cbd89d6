"""Provider records over the API; the secret goes in and never comes out."""

from dataclasses import dataclass
from datetime import datetime

from idp.broker.domain import Provider, ProviderKind, Registration, Slug
from kernel.ids import ClientId, EntityId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderBody:
    """What an operator says of a new upstream.

    Attributes:
        slug: short name in addresses, lower case.
        entity_id: its issuer, to the letter.
        client_id, client_secret: how we authenticate there (client_secret_basic), where
            the registration is ``static``; else nothing.
        registration: ``static``, ``automatic`` or ``explicit``.
    """

    slug: str
    entity_id: str
    kind: ProviderKind = ProviderKind.PROVINCE
    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    pinyin: str = ""
    client_id: str = ""
    client_secret: str = ""
    registration: Registration = Registration.STATIC

    def provider(self, created_at: datetime) -> Provider:
        """Return the record it describes."""
        return Provider(
            slug=Slug(self.slug),
            entity_id=EntityId(self.entity_id),
            kind=self.kind,
            code=self.code,
            name_zh=self.name_zh.strip(),
            name_en=self.name_en.strip(),
            pinyin=self.pinyin.strip(),
            client_id=ClientId(self.client_id),
            created_at=created_at,
            registration=self.registration,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceBody:
    """Why a provider is out of use and until when, for people to read; "" ends it."""

    maintenance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReply:
    """A provider as the API shows it.

    Attributes:
        redirect_uri, backchannel_logout_uri, post_logout_redirect_uri: what we are to be
            registered with there.
        trusted: whether its chain is valid and its whole path in good standing now.
        trouble: why not; "" if it is.
        level: the most it may assert; None while nothing is known.
    """

    slug: str
    entity_id: str
    kind: ProviderKind
    code: str
    name_zh: str
    name_en: str
    pinyin: str
    client_id: str
    registration: Registration
    maintenance: str
    created_at: datetime
    redirect_uri: str
    backchannel_logout_uri: str
    post_logout_redirect_uri: str
    trusted: bool
    trouble: str
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPage:
    """Some providers, and where the next ones begin."""

    providers: tuple[ProviderReply, ...]
    next: str | None
