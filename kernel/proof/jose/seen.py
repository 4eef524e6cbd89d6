"""Tokens whose signature was checked before: the same bytes under the same keys."""

import hashlib
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

from kernel.proof.jose.compact import VerifiedClaims, verify
from kernel.proof.jose.keys import KeySet
from kernel.proof.jose.profiles import JwsProfile

MOST_SEEN: Final = 2048


class _Seen(NamedTuple):
    """What was verified, and by which keys: other keys begin anew."""

    keys: KeySet
    claims: MutableMapping[bytes, VerifiedClaims]


_NOTHING: Final = _Seen(KeySet({}), {})


@dataclass(slots=True)
class SeenTokens:
    """Verifies as ``verify`` does, and the same token by the same keys only once.

    Whether it still counts is the caller's to ask each time: times, standing, revocation.
    A key that is published no more makes another `KeySet`, under which nothing was seen.
    Only tokens that held are kept, under their digests, the oldest go first.
    """

    profile: JwsProfile
    most: int = MOST_SEEN
    _seen: _Seen = field(default=_NOTHING, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def verify(self, token: str, keys: KeySet) -> VerifiedClaims:
        """Return the claims of a token signed by one of ``keys``.

        Raises:
            JoseRefused: as ``verify``; what was refused once is looked at again.
        """
        seen = self._seen
        if seen.keys is not keys:
            seen = self._seen = _Seen(keys, {})
        name = hashlib.sha256(token.encode()).digest()
        known = seen.claims.get(name)
        if known is None:
            known = verify(token, keys, self.profile)
            self._keep(seen.claims, name, known)
        return known

    def _keep(
        self,
        held: MutableMapping[bytes, VerifiedClaims],
        name: bytes,
        claims: VerifiedClaims,
    ) -> None:
        with self._lock:
            if len(held) >= self.most:
                del held[next(iter(held))]
            held[name] = claims
