"""The anchors this installation believes: handed-over keys, and its own at the root."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from federation.domain import Anchor
from kernel.ids import EntityId
from kernel.proof.jose import KeySet
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer


def read_anchor(entity_id: str, jwks_file: Path) -> Anchor:
    """Read an anchor whose keys an operator was handed another way.

    Raises:
        OSError: the file cannot be read.
        JoseRefused, BodyMalformed: it is no JWK Set of public keys.
    """
    keys = KeySet.parse(json.loads(jwks_file.read_text(encoding="utf-8")))
    return Anchor(EntityId(entity_id), keys)


class Anchors(Mapping[EntityId, Anchor]):
    """Configured anchors, and our own trust entity with the keys it publishes now."""

    def __init__(
        self, configured: Mapping[EntityId, Anchor], own: EntityId | None, signer: Signer
    ) -> None:
        """Take what was configured; ``own`` is our trust entity where we are the root."""
        self._configured = configured
        self._own = own
        self._signer = signer

    def __getitem__(self, entity: EntityId) -> Anchor:
        """Return one; our own keys are asked for each time, for they rotate."""
        if entity == self._own:
            return Anchor(entity, self._signer.published(Purpose.ANCHOR))
        return self._configured[entity]

    def __iter__(self) -> Iterator[EntityId]:
        """Iterate over the entities."""
        yield from self._configured
        if self._own is not None:
            yield self._own

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._configured) + (self._own is not None)
