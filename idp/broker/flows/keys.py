"""Upstreams' keys: from the chain, else from what the worker fetched ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from idp.broker.domain import TrustedProvider
from idp.broker.errors import ProviderMetadataUnusable, UpstreamKeysMissing
from idp.broker.flows.trust import Trust
from idp.broker.ports import KeyStore, ProviderStore, UpstreamCalls
from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.proof.jose import JoseRefused, KeySet

UNKNOWN_KEY_PAUSE: Final = timedelta(seconds=10)
"""A token that names a key we do not know makes us fetch at most this often."""
AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class UpstreamKeys:
    """The key sets in which a provider's key may stand."""

    store: KeyStore
    calls: UpstreamCalls
    clock: Clock

    def sets(self, trusted: TrustedProvider) -> Iterator[KeySet]:
        """Yield the sets, the nearest first; the last one is fetched only if asked for.

        Raises:
            UpstreamKeysMissing: there are none yet, and it is too soon to ask again.
            UpstreamUnavailable: there are none, and they could not be fetched now.
        """
        known = tuple(self._known(trusted))
        yield from known
        fetched = self._fetched(trusted)
        if fetched is not None:
            yield fetched
        elif not known:
            raise UpstreamKeysMissing(trusted.provider.slug)

    def fetch(self, trusted: TrustedProvider, pause: timedelta) -> KeySet | None:
        """Fetch and keep; None if the last attempt was less than ``pause`` ago."""
        entity, uri = trusted.provider.entity_id, trusted.metadata.jwks_uri
        if uri is None or not self.store.may_try(entity, uri, self.clock(), pause):
            return None
        said = self.calls.jwks(uri)
        keys = key_set(said)
        self.store.keep(entity, uri, said)
        return keys

    def _known(self, trusted: TrustedProvider) -> Iterator[KeySet]:
        metadata = trusted.metadata
        if metadata.jwks is not None:
            yield key_set(metadata.jwks)
        kept = self.store.find(trusted.provider.entity_id)
        if kept is not None and kept.jwks is not None and kept.uri == metadata.jwks_uri:
            yield key_set(kept.jwks)

    def _fetched(self, trusted: TrustedProvider) -> KeySet | None:
        return self.fetch(trusted, UNKNOWN_KEY_PAUSE)


def key_set(said: Mapping[str, object]) -> KeySet:
    """Return the keys of a JWK Set (RFC 7517 §5), or raise `ProviderMetadataUnusable`."""
    try:
        return KeySet.parse(said)
    except JoseRefused as cause:
        raise ProviderMetadataUnusable(f"jwks: {cause.code}") from cause


@dataclass(frozen=True, slots=True)
class FetchAhead:
    """The worker's step: keys of providers whose metadata names an address only."""

    providers: ProviderStore
    trust: Trust
    keys: UpstreamKeys

    def __call__(self) -> None:
        """Fetch what is due; one provider's failure is no other's."""
        for provider in self.providers.all():
            try:
                trusted = self.trust.require(provider)
                if trusted.metadata.jwks is None:
                    self.keys.fetch(trusted, AHEAD)
            except DomainError:
                # The last good set stays; a sign-in that needs more says so itself.
                continue
