"""What the offline root has signed for our anchor keys, in a file that was carried here."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.proof.jose import KeySet, decode_object, from_base64url, not_expired
from kernel.proof.statement.endorsement import (
    DEFAULT_SKEW,
    Endorsement,
    EndorsementMalformed,
)
from trustroot.keys.domain import Purpose
from trustroot.keys.ports import Signer

_log: Final = logging.getLogger(__name__)
_LIMIT_BYTES: Final = 262_144


@dataclass(frozen=True, slots=True)
class EndorsementFile:
    """Implements `Endorsements` and `EndorsedKeys` of our ports over one file.

    It is read when asked, so a new one needs no restart. Whether enough holders have signed
    is for readers to judge, who have the root's keys.
    """

    path: Path | None
    signer: Signer
    clock: Clock

    def current(self) -> Mapping[str, object] | None:
        """Return it, unless there is none or it is not about the key that signs now."""
        held = self._held()
        if held is None or self.signer.active_kid(Purpose.ANCHOR) not in held.kids:
            return None
        return held.endorsement.to_json()

    def covers(self, kid: str) -> bool:
        """Tell whether the endorsement names a key; so it is where no root endorses us."""
        if self.path is None:
            return True
        held = self._held()
        return held is not None and kid in held.kids

    def _held(self) -> "_Held | None":
        if self.path is None or not self.path.exists():
            return None
        try:
            return self._read(self.path.read_bytes()[:_LIMIT_BYTES])
        except (OSError, ValueError, DomainError) as cause:
            said = {"file": str(self.path), "reason": type(cause).__name__}
            _log.warning("endorsement_not_shown", extra=said)
            return None

    def _read(self, content: bytes) -> "_Held":
        endorsement = Endorsement.parse(json.loads(content))
        raw = from_base64url(endorsement.payload)
        claims = decode_object(raw, limit_bytes=len(raw), depth=8)
        not_expired(claims, self.clock(), DEFAULT_SKEW)
        jwks = claims.get("jwks")
        if not isinstance(jwks, dict):
            raise EndorsementMalformed(detail="jwks")
        return _Held(endorsement, frozenset(KeySet.parse(jwks).by_kid))


@dataclass(frozen=True, slots=True)
class _Held:
    """What lies there, and which keys it names."""

    endorsement: Endorsement
    kids: frozenset[str]
