"""Machine endpoints about chains, for operators."""

from dataclasses import dataclass
from typing import Final

from federation.checks.openid_federation import is_an_entity_identifier
from federation.flows.archive import Archives
from federation.flows.explain import Explaining
from federation.flows.keep import TrustChains
from federation.flows.resolver import Resolver
from federation.messages.archives import ArchiveView
from federation.messages.chains import (
    ChainView,
    ExplanationView,
    FollowBody,
    FollowedListView,
    FollowedView,
)
from federation.messages.joining import ExaminationAsked, ExaminationShown
from federation.messages.resolver import (
    RESOLVE_MEDIA_TYPE,
    FederationErrors,
    collect_request,
    collection,
    collection_view,
    resolve_request,
)
from federation.ports import Joiner
from kernel.ids import EntityId
from kernel.web import Access, Reply, Request, Role, Route, Shape, read_body, write_body

_READ: Final = Access(scope="members:read", role=Role.OPERATOR)
_WRITE: Final = Access(scope="members:write", role=Role.OPERATOR)
_PATH: Final = "/api/v1/trust/chains"


@dataclass(frozen=True, slots=True)
class ChainsApi:
    """What is followed, why it is believed, and following more."""

    chains: TrustChains
    explaining: Explaining
    archives: Archives

    def list(self, _request: Request) -> Reply:
        """List what is followed, with the last failure of each."""
        followed = tuple(FollowedView.of(kept) for kept in self.chains.followed())
        return Reply.json(write_body(FollowedListView(followed=followed)))

    def show(self, request: Request) -> Reply:
        """Show one verified chain, statement by statement."""
        entity = is_an_entity_identifier(request.arguments.required("entity"))
        return Reply.json(write_body(ChainView.of(self.chains.chain(entity))))

    def explain(self, request: Request) -> Reply:
        """Resolve an entity now and tell every step, and why it is not believed."""
        body = read_body(FollowBody, request.body)
        told = self.explaining.explain(is_an_entity_identifier(body.entity))
        return Reply.json(write_body(ExplanationView.of(told)))

    def archive(self, request: Request) -> Reply:
        """Hand out everything that shows, years later, what was resolved today."""
        entity = is_an_entity_identifier(request.arguments.required("entity"))
        return Reply.json(write_body(ArchiveView.of(self.archives.make(entity))))

    def follow(self, request: Request) -> Reply:
        """Have an entity resolved by the worker and kept fresh."""
        body = read_body(FollowBody, request.body)
        self.chains.follow(is_an_entity_identifier(body.entity))
        return Reply.json({"entity": body.entity}, status=202)


@dataclass(frozen=True, slots=True)
class ResolverApi:
    """The public endpoints ``resolve`` and ``collection`` of the trust entity."""

    resolver: Resolver
    ours: EntityId

    def resolve(self, request: Request) -> Reply:
        """OpenID Federation 1.0 §8.3: a signed answer that lies ready."""
        token = self.resolver.resolve(resolve_request(request.arguments))
        return Reply.content(token.encode(), RESOLVE_MEDIA_TYPE)

    def collection(self, request: Request) -> Reply:
        """Entity Collection draft 01: whom we have resolved, for choosers."""
        asked = collect_request(request.arguments, self.ours)
        view = collection_view(request.arguments)
        return Reply.json(collection(self.resolver.collect(asked), view))


def public_routes(resolver: Resolver, ours: EntityId) -> tuple[Route, ...]:
    """Return the table of what anybody may ask."""
    api, errors = ResolverApi(resolver, ours), FederationErrors()
    return (
        Route(method="GET", path="/trust/resolve", endpoint=api.resolve, errors=errors),
        Route(
            method="GET", path="/trust/collection", endpoint=api.collection, errors=errors
        ),
    )


def routes(
    chains: TrustChains, explaining: Explaining, archives: Archives
) -> tuple[Route, ...]:
    """Return the table of this room."""
    api = ChainsApi(chains, explaining, archives)
    return (
        Route(
            method="GET",
            path=_PATH,
            endpoint=api.list,
            access=_READ,
            shape=Shape(summary="List followed entities", response=FollowedListView),
        ),
        Route(
            method="GET",
            path=f"{_PATH}/chain",
            endpoint=api.show,
            access=_READ,
            shape=Shape(
                summary="Show one verified chain",
                response=ChainView,
                needs={"entity": "Entity identifier of the subject."},
            ),
        ),
        Route(
            method="POST",
            path=f"{_PATH}/explain",
            endpoint=api.explain,
            access=_WRITE,
            consumes="application/json",
            idempotent=True,
            calls_out="Every statement of its chains is fetched anew.",
            shape=Shape(
                summary="Resolve an entity now and tell every step",
                request=FollowBody,
                response=ExplanationView,
            ),
        ),
        Route(
            method="GET",
            path=f"{_PATH}/archive",
            endpoint=api.archive,
            access=_READ,
            shape=Shape(
                summary="Archive a resolved entity: response, chains, keys of before",
                response=ArchiveView,
                needs={"entity": "Entity identifier of the subject."},
            ),
        ),
        Route(
            method="POST",
            path=_PATH,
            endpoint=api.follow,
            access=_WRITE,
            consumes="application/json",
            idempotent=True,
            shape=Shape(summary="Follow an entity", request=FollowBody, status=202),
        ),
    )


@dataclass(frozen=True, slots=True)
class ExaminationsApi:
    """Platforms that speak no federation, looked at before they join."""

    joiner: Joiner

    def examine(self, request: Request) -> Reply:
        """Examine a plain OpenID provider now, and propose terms; nothing is kept."""
        asked = read_body(ExaminationAsked, request.body)
        address = is_an_entity_identifier(asked.discovery)
        examined = self.joiner.examine(address, asked.wishes())
        return Reply.json(write_body(ExaminationShown.of(examined)))


def joining_routes(joiner: Joiner) -> tuple[Route, ...]:
    """Return the table of joining."""
    return (
        Route(
            method="POST",
            path="/api/v1/trust/examinations",
            endpoint=ExaminationsApi(joiner).examine,
            access=_WRITE,
            consumes="application/json",
            idempotent=True,
            calls_out="The provider is asked for its configuration, keys and endpoints.",
            shape=Shape(
                summary="Examine a plain OpenID provider and propose terms",
                request=ExaminationAsked,
                response=ExaminationShown,
            ),
        ),
    )
