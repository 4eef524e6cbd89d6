"""Upstream providers over the API: /api/v1/providers."""

from dataclasses import dataclass
from typing import Final

from idp.broker.domain import Provider, Slug
from idp.broker.flows.addresses import Addresses
from idp.broker.flows.providers import Providers
from idp.broker.messages.providers import (
    MaintenanceBody,
    ProviderBody,
    ProviderPage,
    ProviderReply,
)
from kernel.web import (
    JSON,
    Access,
    PageAsked,
    Reply,
    Request,
    Role,
    Route,
    Shape,
    read_body,
    write_body,
)

READ: Final = Access(scope="members:read")
WRITE: Final = Access(scope="members:write", role=Role.OPERATOR)
_PATH: Final = "/api/v1/providers"


@dataclass(frozen=True, slots=True)
class ProvidersApi:
    """The endpoints: each parses, calls the use case, lays the answer out."""

    providers: Providers
    addresses: Addresses

    def list(self, request: Request) -> Reply:
        """List upstream providers, a page at a time."""
        page = self.providers.page(PageAsked.parse(request.arguments))
        shown = tuple(self._shown(provider) for provider in page.rows)
        return Reply.json(write_body(ProviderPage(providers=shown, next=page.next_cursor)))

    def show(self, request: Request) -> Reply:
        """Show one, and whether it may be relied on now."""
        return self._reply(self.providers.find(_named(request)))

    def register(self, request: Request) -> Reply:
        """Enter one; its secret is sealed and shown to nobody again."""
        said = read_body(ProviderBody, request.body)
        actor = request.required_caller().pseudonym
        return self._reply(self.providers.register(said, actor=actor), 201)

    def maintain(self, request: Request) -> Reply:
        """Say why one is out of use, or that it no longer is."""
        said = read_body(MaintenanceBody, request.body)
        actor = request.required_caller().pseudonym
        changed = self.providers.set_maintenance(
            _named(request), said.maintenance, actor=actor
        )
        return self._reply(changed)

    def _reply(self, provider: Provider, status: int = 200) -> Reply:
        return Reply.json(write_body(self._shown(provider)), status)

    def _shown(self, provider: Provider) -> ProviderReply:
        health, to = self.providers.health(provider), self.addresses
        return ProviderReply(
            slug=provider.slug,
            entity_id=provider.entity_id,
            kind=provider.kind,
            code=provider.code,
            name_zh=provider.name_zh,
            name_en=provider.name_en,
            pinyin=provider.pinyin,
            client_id=provider.client_id,
            registration=provider.registration,
            maintenance=provider.maintenance,
            created_at=provider.created_at,
            redirect_uri=to.callback(provider.slug),
            backchannel_logout_uri=to.backchannel_logout(provider.slug),
            post_logout_redirect_uri=to.signed_out(provider.slug),
            trusted=health.trusted,
            trouble=health.trouble,
            level=None if health.level is None else health.level.value,
        )


def routes(api: ProvidersApi) -> tuple[Route, ...]:
    """Return the operators' part of the table."""
    one = f"{_PATH}/{{provider}}"
    return (
        Route(
            method="GET",
            path=_PATH,
            endpoint=api.list,
            access=READ,
            shape=Shape(summary="List upstream providers", response=ProviderPage),
        ),
        Route(
            method="POST",
            path=_PATH,
            endpoint=api.register,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            shape=Shape(
                summary="Enter an upstream provider",
                request=ProviderBody,
                response=ProviderReply,
                status=201,
            ),
        ),
        Route(
            method="GET",
            path=one,
            endpoint=api.show,
            access=READ,
            shape=Shape(summary="Show an upstream provider", response=ProviderReply),
        ),
        Route(
            method="PATCH",
            path=one,
            endpoint=api.maintain,
            access=WRITE,
            consumes=JSON,
            idempotent=True,
            shape=Shape(
                summary="Say that a provider is, or is no longer, out of use",
                request=MaintenanceBody,
                response=ProviderReply,
            ),
        ),
    )


def _named(request: Request) -> Slug:
    return Slug(request.parameters["provider"])
