"""Provider records; the client secret is sealed to its row."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from idp.broker.domain import Provider, ProviderKind, Registration, Slug
from idp.broker.errors import ProviderExists, ProviderUnknown
from idp.broker.models import broker_provider
from kernel.ids import ClientId, EntityId
from kernel.infra.db import AlreadyStored, Database, Prepared
from kernel.proof.seal import Place, Sealer
from kernel.secret import Secret
from kernel.web import Page, PageAsked

_T = broker_provider
_ALL: Final = Prepared(select(_T).order_by(_T.c.code, _T.c.slug))


@dataclass(frozen=True, slots=True)
class SqlProviders:
    """The `ProviderStore` over SQL."""

    db: Database
    sealer: Sealer

    def add(self, provider: Provider, secret: Secret | None) -> None:
        """Keep a new record, or raise `ProviderExists`."""
        revealed = "" if secret is None else secret.reveal()
        sealed = self.sealer.seal(revealed.encode(), _place(provider.slug))
        try:
            self.db.write(insert(_T).values(secret=sealed, **_columns(provider)))
        except AlreadyStored as cause:
            raise ProviderExists(provider.slug) from cause

    def find(self, slug: Slug) -> Provider:
        """Return one, or raise `ProviderUnknown`."""
        return _provider(self._row(slug))

    def secret(self, slug: Slug) -> Secret | None:
        """Return our client secret there, None without one, or raise `ProviderUnknown`."""
        row = self._row(slug)
        opened = self.sealer.open(row.secret, _place(slug)).decode()
        return Secret(opened) if opened else None

    def set_maintenance(self, slug: Slug, words: str) -> None:
        """Say why it is out of use; "" for in use again."""
        self.db.write(update(_T).where(_T.c.slug == slug).values(maintenance=words))

    def page(self, asked: PageAsked) -> Page[Provider]:
        """Return records in the order of their slugs."""
        rows = self.db.read(
            select(_T)
            .where(_T.c.slug > (asked.after or ""))
            .order_by(_T.c.slug)
            .limit(asked.limit + 1)
        )
        shown = tuple(_provider(row) for row in rows[: asked.limit])
        more = len(rows) > asked.limit
        return Page(shown, shown[-1].slug if more else None)

    def all(self) -> tuple[Provider, ...]:
        """Return every record, in the order of code and slug."""
        return tuple(_provider(row) for row in self.db.read(_ALL))

    def _row(self, slug: Slug) -> Row[*tuple[Any, ...]]:
        row = self.db.read_one(select(_T).where(_T.c.slug == slug))
        if row is None:
            raise ProviderUnknown(slug[:32])
        return row


def _place(slug: Slug) -> Place:
    return Place("idp.broker", "secret", slug)


def _columns(provider: Provider) -> dict[str, object]:
    return {
        "slug": provider.slug,
        "entity_id": provider.entity_id,
        "kind": provider.kind.value,
        "code": provider.code,
        "name_zh": provider.name_zh,
        "name_en": provider.name_en,
        "pinyin": provider.pinyin,
        "client_id": provider.client_id,
        "maintenance": provider.maintenance,
        "created_at": provider.created_at,
        "registration": provider.registration.value,
    }


def _provider(row: Row[*tuple[Any, ...]]) -> Provider:
    return Provider(
        slug=Slug(row.slug),
        entity_id=EntityId(row.entity_id),
        kind=ProviderKind(row.kind),
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        pinyin=row.pinyin,
        client_id=ClientId(row.client_id),
        maintenance=row.maintenance,
        created_at=row.created_at,
        registration=Registration(row.registration or Registration.STATIC),
    )
