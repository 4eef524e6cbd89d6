"""The room, assembled."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.issuing import RegistrationDoor
from config.schema import Installation, Oidc
from idp.clients.domain import PROFILES, AuthMethod
from idp.oidc import tasks, views
from idp.oidc.api.documents import Documents
from idp.oidc.api.explanations import EXPLANATIONS, PageTable, RefusalPages
from idp.oidc.api.routes import Apis, documents, routes
from idp.oidc.api.senders import for_senders
from idp.oidc.api.ticket_platform import routes as ticket_routes
from idp.oidc.api.tokens import TokenApi
from idp.oidc.build import devices, endpoints, tickets, transfers
from idp.oidc.build.parts import Drivers, Neighbours, Parts, parts_of
from idp.oidc.build.registering import for_engineers
from idp.oidc.domain.issuer import Issuer
from idp.oidc.flows.own_devices import OwnDevices
from idp.oidc.messages.client_information import REGISTRATION_PATH
from idp.oidc.messages.metadata import Names
from idp.oidc.messages.offered import PAGES, Offered
from idp.oidc.store import SqlTickets, SqlTransfers
from kernel.infra.pages import Explanations
from kernel.web import Authorizer, Route
from kernel.work import JobKind, PeriodicTask

TRANSLATIONS: Final = views.TRANSLATIONS


@dataclass(frozen=True)
class OidcRoom:
    """What the room offers.

    Attributes:
        authorizer: what the dispatcher asks about access tokens.
        devices: what people let devices have; the account lists and ends it.
        explanations: what pages say about this room's failures.
        translations: folder of the room's English catalogue.
    """

    routes: tuple[Route, ...]
    blueprints: tuple[views.Blueprint, ...]
    tasks: tuple[PeriodicTask, ...]
    job_kinds: tuple[JobKind, ...]
    authorizer: Authorizer
    devices: OwnDevices
    explanations: Explanations
    translations: Path = TRANSLATIONS


def build(
    installation: Installation, settings: Oidc, *, drivers: Drivers, below: Neighbours
) -> OidcRoom:
    """Assemble the issuer over the database."""
    parts = parts_of(_issuer(installation, settings), settings, drivers, below)
    names = Names(zh=installation.name_zh, en=installation.name_en)
    apis = _apis(parts)
    served = tuple(
        for_senders(
            (
                *routes(apis),
                *ticket_routes(
                    tickets.ticket_platform(parts, apis.authorization),
                    apis.pages,
                    apis.refusals,
                ),
                *for_engineers(installation.issuer, settings, drivers, below),
            ),
            parts.authenticate.proofs.nonces,
            parts.sender.proofs.nonces,
        )
    )
    told = endpoints.publishing(parts, names, _offered(settings, apis, served))
    return OidcRoom(
        routes=(*served, *documents(Documents(told))),
        blueprints=(
            views.blueprint(endpoints.sign_out_pages(parts)),
            views.device_blueprint(devices.pages(parts)),
            views.transfer_blueprint(transfers.pages(parts)),
        ),
        tasks=tasks.tasks(
            _forget(parts),
            devices.forget(parts),
            _forget_tickets(parts),
            endpoints.end_grants(parts),
        ),
        job_kinds=tasks.job_kinds(endpoints.tell(parts)),
        authorizer=endpoints.api_access(parts),
        devices=devices.own(parts),
        explanations=EXPLANATIONS,
    )


def _issuer(installation: Installation, settings: Oidc) -> Issuer:
    return Issuer(installation.issuer, settings.certificate_issuer)


def _offered(settings: Oidc, apis: Apis, served: tuple[Route, ...]) -> Offered:
    """Read off the tables what is offered; a door that is closed is none.

    RFC 8414 §2, RFC 8705 §2.1: nor is a method by certificates nobody here vouches for.
    """
    closed = settings.registration is RegistrationDoor.CLOSED
    shut = {REGISTRATION_PATH} if closed else set()
    vouched = settings.client_authorities_file is not None
    return Offered(
        paths=(frozenset(route.path for route in served) | PAGES) - shut,
        grants=tuple(apis.tokens.endpoint.grants),
        methods=frozenset(
            method
            for rules in PROFILES.values()
            for method in rules.auth_methods
            if vouched or method is not AuthMethod.TLS
        ),
        certificate_url=settings.certificate_issuer,
    )


def _apis(parts: Parts) -> Apis:
    pages = PageTable(parts.drivers.pages)
    return Apis(
        authorization=endpoints.authorization(parts),
        pushing=endpoints.pushing(parts),
        tokens=TokenApi(
            endpoints.token_endpoint(parts),
            endpoints.userinfo(parts),
            endpoints.introspect(parts),
            endpoints.revoke(parts),
            devices.asking(parts),
            parts.issuing.issuer.url,
        ),
        pages=pages,
        refusals=RefusalPages(pages, parts.reception),
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


def _forget_tickets(parts: Parts) -> tasks.ForgetTickets:
    return tasks.ForgetTickets(SqlTickets(parts.drivers.db), parts.drivers.clock)
