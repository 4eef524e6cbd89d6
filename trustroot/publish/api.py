"""The federation endpoints of the trust entity: public, and nothing is signed on demand."""

from dataclasses import dataclass
from typing import Final

from kernel.proof.statement import MEDIA_TYPE
from kernel.web import JSON, Endpoint, Reply, Request, Route
from trustroot.publish import messages
from trustroot.publish.service import Publication

_ERRORS: Final = messages.FederationErrors()


@dataclass(frozen=True, slots=True)
class FederationApi:
    """The endpoints under ``/trust``."""

    publication: Publication

    def configuration(self, _request: Request) -> Reply:
        """OpenID Federation 1.0 §9: our entity configuration."""
        return Reply.content(self.publication.configuration().encode(), MEDIA_TYPE)

    def fetch(self, request: Request) -> Reply:
        """OpenID Federation 1.0 §8.1: what we say about a subordinate."""
        subject = messages.fetch_subject(request.arguments)
        return Reply.content(self.publication.statement(subject).encode(), MEDIA_TYPE)

    def subordinates(self, request: Request) -> Reply:
        """OpenID Federation 1.0 §8.2: our immediate subordinates, a JSON array."""
        asked = messages.list_filter(request.arguments)
        return Reply.content(self.publication.listing.body(asked), JSON)


def routes(publication: Publication) -> tuple[Route, ...]:
    """Return the table."""
    api = FederationApi(publication)
    return (
        _get("/trust/.well-known/openid-federation", api.configuration),
        _get("/trust/fetch", api.fetch),
        _get("/trust/list", api.subordinates),
    )


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(method="GET", path=path, endpoint=endpoint, errors=_ERRORS)
