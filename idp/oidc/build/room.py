"""The room, assembled."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from config.schema import Installation, Oidc
from idp.oidc import tasks, views
from idp.oidc.api import registering as registering_api
from idp.oidc.api.documents import Documents
from idp.oidc.api.explanations import EXPLANATIONS, PageTable
from idp.oidc.api.routes import Apis, routes
from idp.oidc.api.tokens import TokenApi
from idp.oidc.build import endpoints, transfers
from idp.oidc.build.parts import Drivers, Neighbours, Parts, parts_of
from idp.oidc.build.registering import registering
from idp.oidc.domain.issuer import Issuer
from idp.oidc.messages.metadata import Names
from idp.oidc.store import SqlTransfers
from kernel.infra.pages import Explanations
from kernel.web import Authorizer, Route
from kernel.work import JobKind, PeriodicTask

TRANSLATIONS: Final = views.TRANSLATIONS


@dataclass(frozen=True)
class OidcRoom:
    """What the room offers.

    Attributes:
        authorizer: what the dispatcher asks about access tokens.
        explanations: what pages say about this room's failures.
        translations: folder of the room's English catalogue.
    """

    routes: tuple[Route, ...]
    blueprints: tuple[views.Blueprint, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    authorizer: Authorizer
    explanations: Explanations
    translations: Path = TRANSLATIONS


def build(
    installation: Installation, settings: Oidc, *, drivers: Drivers, below: Neighbours
) -> OidcRoom:
    """Assemble the issuer over the database."""
    parts = parts_of(Issuer(installation.issuer), settings, drivers, below)
    names = Names(zh=installation.name_zh, en=installation.name_en)
    return OidcRoom(
        routes=(
            *routes(_apis(parts, names), urlsplit(installation.issuer).path),
            *registering_api.routes(
                registering(installation.issuer, settings, drivers, below)
            ),
        ),
        blueprints=(
            views.blueprint(endpoints.sign_out_pages(parts)),
            views.transfer_blueprint(transfers.pages(parts)),
        ),
        tasks=tasks.tasks(_forget(parts)),
        job_kinds=tasks.job_kinds(endpoints.tell(parts)),
        authorizer=endpoints.api_access(parts),
        explanations=EXPLANATIONS,
    )


def _apis(parts: Parts, names: Names) -> Apis:
    return Apis(
        authorization=endpoints.authorization(parts),
        pushing=endpoints.pushing(parts),
        tokens=TokenApi(
            endpoints.token_endpoint(parts),
            endpoints.userinfo(parts),
            endpoints.introspect(parts),
            endpoints.revoke(parts),
        ),
        documents=Documents(endpoints.publishing(parts, names)),
        pages=PageTable(parts.drivers.pages),
    )


def _forget(parts: Parts) -> tasks.Forget:
    return tasks.Forget(
        parts.grants,
        parts.pending,
        parts.pushed,
        parts.names,
        SqlTransfers(parts.drivers.db),
        parts.drivers.clock,
        parts.issuing.lifetimes,
    )
