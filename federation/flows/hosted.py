"""Finds configurations that a superior hosts, for members that speak no federation."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from federation.checks.openid_federation import fetch_endpoint_of
from federation.domain import Anchor
from federation.errors import StatementNotPublished
from federation.ports import StatementAndHostedFetch
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.statement import issued_about, read

_KNOWN: Final = 4096


@dataclass(frozen=True, slots=True)
class HostedStatements:
    """A `StatementFetch` that also knows ``ec_location``.

    An entity whose own address has no configuration may be a represented member: one of
    the superiors we know then states about it, and says where its configuration lies. It
    must lie at the superior's own host. Nothing of this is believed here: the keys in the
    statement are those that must have signed what lies there, and the chain shows that.
    """

    fetch: StatementAndHostedFetch
    anchors: Mapping[EntityId, Anchor]
    superiors: frozenset[EntityId]
    patient: bool
    """Whether to look elsewhere for an entity whose own host is silent: not while a
    person waits."""
    _known: OrderedDict[EntityId, str] = field(default_factory=OrderedDict)

    def configuration(self, entity: EntityId) -> str:
        """Return what an entity publishes, or what is hosted for it."""
        location = self._known.get(entity)
        if location is not None:
            return self._again(entity, location)
        elsewhere = DomainError if self.patient else StatementNotPublished
        try:
            return self.fetch.configuration(entity)
        except elsewhere as failure:
            return self._hosted(entity, failure)

    def subordinate(self, fetch_endpoint: str, subject: EntityId) -> str:
        """Return what a superior says of a subject."""
        return self.fetch.subordinate(fetch_endpoint, subject)

    def _again(self, entity: EntityId, location: str) -> str:
        """Go where it lay; the member may have learnt to speak for itself since."""
        try:
            return self.fetch.hosted(location)
        except DomainError:
            self._known.pop(entity, None)
            return self.configuration(entity)

    def _hosted(self, entity: EntityId, failure: DomainError) -> str:
        for superior in sorted({*self.anchors, *self.superiors} - {entity}):
            for location in self._locations(superior, entity):
                said = self.fetch.hosted(location)
                self._remember(entity, location)
                return said
        raise failure

    def _locations(self, superior: EntityId, entity: EntityId) -> Iterator[str]:
        try:
            location = self._location(superior, entity)
        except DomainError:
            return
        yield location

    def _location(self, superior: EntityId, entity: EntityId) -> str:
        """Ours: ``ec_location`` of a subordinate statement, at its issuer's own host."""
        endpoint = fetch_endpoint_of(read(self.fetch.configuration(superior)))
        said = read(self.fetch.subordinate(endpoint, entity))
        issued_about(said, superior, entity)
        location = said.claims.get("ec_location")
        if not isinstance(location, str) or _origin(location) != _origin(superior):
            raise StatementNotPublished("ec_location")
        return location

    def _remember(self, entity: EntityId, location: str) -> None:
        self._known[entity] = location
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()
