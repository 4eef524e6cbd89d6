"""The keys an entity uses in its protocol, out of its resolved metadata."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from federation.checks import protocol_keys as rules
from federation.domain import VerifiedChain
from federation.errors import KeysNotUsable
from federation.ports import KeyFetch
from kernel.clock import Clock
from kernel.proof.jose import KeySet

_FRESH: Final = timedelta(minutes=5)
_MEMORY_LIMIT: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Held:
    keys: KeySet
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ProtocolKeys:
    """Finds protocol keys: in the metadata, else signed at a URL, else plain at a URL.

    What was fetched is kept for five minutes, and never beyond the chain.
    """

    fetch: KeyFetch
    clock: Clock
    _memory: dict[tuple[str, ...], _Held] = field(default_factory=dict)

    def of(self, chain: VerifiedChain, entity_type: str) -> KeySet:
        """Return the keys of one entity type of a chain's subject.

        Raises:
            KeysNotUsable: it has none, or what was served is no JWK Set of public keys.
            KeysUnreachable: nobody answered.

        Source: OpenID Federation 1.0 §5.2.1.
        """
        metadata = chain.metadata.get(entity_type)
        if metadata is None:
            raise KeysNotUsable(f"no {entity_type[:64]}")
        if "jwks" in metadata:
            return rules.key_set(metadata["jwks"])
        return self._fetched(chain, metadata)

    def _fetched(self, chain: VerifiedChain, metadata: Mapping[str, object]) -> KeySet:
        source = rules.source_of(metadata)
        place = (chain.subject, source.url, *sorted(chain.subject_keys.by_kid))
        held, now = self._memory.get(place), self.clock()
        if held is not None and held.since <= now < held.until:
            return held.keys
        keys, until = self._read(chain, source), min(now + _FRESH, chain.expires_at)
        if len(self._memory) >= _MEMORY_LIMIT:
            self._memory.clear()
        self._memory[place] = _Held(keys, now, until)
        return keys

    def _read(self, chain: VerifiedChain, source: rules.KeySource) -> KeySet:
        if source.signed:
            token = self.fetch.signed_jwks(source.url)
            return rules.signed_key_set(token, chain, self.clock())
        return rules.plain_key_set(self.fetch.jwks(source.url))
