"""What the offline root has signed for our anchor keys, in a file that was carried here."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.proof.jose import decode_object, from_base64url, not_expired
from kernel.proof.statement.endorsement import DEFAULT_SKEW, Endorsement
from trustroot.keys.domain import Purpose
from trustroot.keys.errors import NoActiveKey
from trustroot.keys.ports import Signer

_log: Final = logging.getLogger(__name__)
_LIMIT_BYTES: Final = 262_144


@dataclass(frozen=True, slots=True)
class EndorsementFile:
    """Implements `trustroot.keys.ports.Endorsements` over one file, read when asked.

    Whether enough holders have signed is for readers to judge, who have the root's keys;
    here it is only kept from being shown when it cannot help any more.
    """

    path: Path | None
    signer: Signer
    clock: Clock

    def current(self) -> Mapping[str, object] | None:
        """Return it, unless there is none or it is not about the key that signs now."""
        if self.path is None or not self.path.exists():
            return None
        try:
            return self._fitting(self.path.read_bytes()[:_LIMIT_BYTES])
        except (OSError, ValueError, DomainError) as cause:
            said = {"file": str(self.path), "reason": type(cause).__name__}
            _log.warning("endorsement_not_shown", extra=said)
            return None

    def _fitting(self, content: bytes) -> Mapping[str, object]:
        endorsement = Endorsement.parse(json.loads(content))
        raw = from_base64url(endorsement.payload)
        claims = decode_object(raw, limit_bytes=len(raw), depth=8)
        not_expired(claims, self.clock(), DEFAULT_SKEW)
        jwks = cast("Mapping[str, list[Mapping[str, object]]]", claims.get("jwks", {}))
        kids = {key.get("kid") for key in jwks.get("keys", [])}
        if self.signer.active_kid(Purpose.ANCHOR) not in kids:
            raise NoActiveKey("the endorsement is about other keys")
        return endorsement.to_json()
