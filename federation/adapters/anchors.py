"""The anchors this installation believes: keys handed over, roots handed over, its own."""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from federation.domain import Anchor
from federation.ports import StatementFetch
from kernel.clock import Clock, is_young
from kernel.errors import DomainError
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from kernel.proof.statement import StatementNotOfIssuer, read
from kernel.proof.statement.endorsement import (
    CLAIM,
    DEFAULT_SKEW,
    Endorsement,
    RootKeys,
    VerifiedEndorsement,
    endorsed,
)
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer

_log: Final = logging.getLogger(__name__)
LOOK_AGAIN: Final = timedelta(minutes=1)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_anchor(entity_id: str, jwks_file: Path) -> Anchor:
    """Read an anchor whose keys an operator was handed another way.

    Raises:
        OSError: the file cannot be read.
        JoseRefused, BodyMalformed: it is no JWK Set of public keys.
    """
    keys = KeySet.parse(json.loads(jwks_file.read_text(encoding="utf-8")))
    return Anchor(EntityId(entity_id), keys)


def read_root(root_file: Path) -> RootKeys:
    """Read the keys and the threshold of an anchor's offline root.

    Raises:
        OSError: the file cannot be read.
        RootMalformed, JoseRefused: it is no root file.
    """
    return RootKeys.parse(json.loads(root_file.read_text(encoding="utf-8")))


class RootedAnchor:
    """An anchor whose keys are those that its offline root endorses now.

    The endorsement comes in the anchor's own entity configuration, which is believed for
    nothing else: enough holders of the root have signed it. One held already is used until
    its own end, an older one never takes its place.
    """

    __slots__ = ("_clock", "_entity", "_fetch", "_held", "_lock", "_looked_at", "_root")

    def __init__(
        self, entity: EntityId, root: RootKeys, fetch: StatementFetch, clock: Clock
    ) -> None:
        """Take the root that was handed over; nothing is fetched yet."""
        self._entity, self._root = entity, root
        self._fetch, self._clock = fetch, clock
        self._held: VerifiedEndorsement | None = None
        self._looked_at = _LONG_AGO
        self._lock = Lock()

    def keys(self) -> KeySet | None:
        """Return the keys that are endorsed now; None if none are known to be."""
        held, now = self._held, self._clock()
        if not is_young(self._looked_at, now, LOOK_AGAIN):
            held = self._refreshed(now)
        if held is None or now >= held.expires_at + DEFAULT_SKEW:
            return None
        return held.keys

    def _refreshed(self, now: datetime) -> VerifiedEndorsement | None:
        # While another thread looks, what is held will do; without any, all wait for it.
        if not self._lock.acquire(blocking=self._held is None):
            return self._held
        try:
            if not is_young(self._looked_at, now, LOOK_AGAIN):
                self._look(now)
            return self._held
        finally:
            self._lock.release()

    def _look(self, now: datetime) -> None:
        self._looked_at = now
        try:
            found = self._endorsement(now)
        except DomainError as cause:
            said = {"anchor": self._entity, "reason": cause.code}
            _log.warning("anchor_endorsement_not_read", extra=said)
            return
        if self._held is None or found.issued_at >= self._held.issued_at:
            self._held = found

    def _endorsement(self, now: datetime) -> VerifiedEndorsement:
        statement = read(self._fetch.configuration(self._entity))
        found = endorsed(Endorsement.parse(statement.claims.get(CLAIM)), self._root, now)
        if found.subject != self._entity:
            raise StatementNotOfIssuer
        return found


class Anchors(Mapping[EntityId, Anchor]):
    """Configured anchors, and our own trust entity with the keys it publishes now."""

    def __init__(
        self,
        configured: Mapping[EntityId, Anchor],
        own: EntityId | None,
        signer: Signer,
        rooted: Mapping[EntityId, RootedAnchor] | None = None,
    ) -> None:
        """Take what was configured; ``own`` is our trust entity where we are the root."""
        self._configured = configured
        self._own = own
        self._signer = signer
        self._rooted = rooted or {}

    def __getitem__(self, entity: EntityId) -> Anchor:
        """Return one; keys that rotate are asked for each time.

        Raises:
            KeyError: it is none, or its root endorses no key that we know of now.
        """
        if entity == self._own:
            return Anchor(entity, self._signer.published(Purpose.ANCHOR))
        rooted = self._rooted.get(entity)
        if rooted is None:
            return self._configured[entity]
        keys = rooted.keys()
        if keys is None:
            raise KeyError(entity)
        return Anchor(entity, keys)

    def __iter__(self) -> Iterator[EntityId]:
        """Iterate over the entities, those included whose root is silent now."""
        yield from self._configured
        yield from self._rooted
        if self._own is not None:
            yield self._own

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._configured) + len(self._rooted) + (self._own is not None)
