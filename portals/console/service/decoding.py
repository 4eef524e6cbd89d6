"""Takes a pasted token apart: what it says, whose key signed it, whether it counts now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.clock import Clock
from kernel.events import rfc3339
from kernel.proof.jose import (
    ClaimRefused,
    JoseRefused,
    JwsProfile,
    UnknownKey,
    decode_object,
    from_base64url,
    numeric_date,
    verify,
)
from kernel.secret import Secret
from portals.console.domain.decoded import Decoded, Entry, Form, Now, Signature
from portals.console.errors import ApiUnavailable
from portals.console.ports import HubKeys

LIMIT: Final = 32_768
_SIGNED: Final = 2
_ENCRYPTED: Final = 4
_TIMES: Final = ("iat", "nbf", "exp", "auth_time")


@dataclass(frozen=True, slots=True)
class Decoding:
    """Looks at a token and forgets it: it is kept nowhere, logged nowhere, sent nowhere.

    Attributes:
        issuer: whose tokens can be checked here.
    """

    keys: HubKeys
    issuer: str
    clock: Clock

    def __call__(self, pasted: Secret) -> Decoded:
        """Return what the text is; any text is something."""
        token = _bare(pasted.reveal())
        parts = token.split(".")
        header = _object(parts[0])
        if len(token) > LIMIT or header is None:
            return Decoded(form=Form.OPAQUE)
        claims = _object(parts[1]) if len(parts) == _SIGNED + 1 else None
        if claims is None:
            encrypted = len(parts) == _ENCRYPTED + 1
            form = Form.ENCRYPTED if encrypted else Form.OPAQUE
            return Decoded(form=form, header=_entries(header) if encrypted else ())
        return Decoded(
            form=Form.SIGNED,
            kind=str(header.get("typ", "")),
            key=str(header.get("kid", "")),
            header=_entries(header),
            claims=_entries(claims),
            times=_times(claims),
            signature=self._signature(token, header, claims),
            now=self._now(claims),
        )

    def _signature(
        self, token: str, header: Mapping[str, object], claims: Mapping[str, object]
    ) -> Signature:
        """RFC 7515 §5.2, by the keys that the hub publishes; never by one in the token."""
        if claims.get("iss") != self.issuer:
            return Signature.ANOTHER_ISSUER
        typ = str(header.get("typ", "JWT")).lower().removeprefix("application/")
        profile = JwsProfile(
            typ, limit_bytes=LIMIT, typ_may_be_absent=True, kid_may_be_absent=True
        )
        try:
            verify(token, self.keys.published(), profile)
        except ApiUnavailable:
            return Signature.NO_KEYS
        except UnknownKey:
            return Signature.KEY_UNKNOWN
        except JoseRefused:
            return Signature.BROKEN
        return Signature.HOLDS

    def _now(self, claims: Mapping[str, object]) -> Now:
        """RFC 7519 §4.1.4, §4.1.5, without the tolerance that a verifier may grant."""
        now, begins = self.clock(), _instant(claims, "nbf")
        ends = _instant(claims, "exp")
        if begins is not None and now < begins:
            return Now.NOT_YET
        if ends is None:
            return Now.UNSAID
        return Now.OVER if now >= ends else Now.COUNTS


def _bare(pasted: str) -> str:
    """RFC 6750 §2.1: what was copied may still have its scheme, and line breaks in it."""
    token = "".join(pasted.split())
    for scheme in ("authorization:", "bearer", "dpop"):
        if token.lower().startswith(scheme):
            token = token[len(scheme) :]
    return token


def _object(part: str) -> Mapping[str, object] | None:
    try:
        return decode_object(from_base64url(part))
    except JoseRefused:
        return None


def _entries(said: Mapping[str, object]) -> tuple[Entry, ...]:
    return tuple(Entry(name[:64], _text(value)) for name, value in said.items())


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _times(claims: Mapping[str, object]) -> tuple[Entry, ...]:
    said = ((name, _instant(claims, name)) for name in _TIMES)
    return tuple(Entry(name, rfc3339(at)) for name, at in said if at is not None)


def _instant(claims: Mapping[str, object], name: str) -> datetime | None:
    try:
        return numeric_date(claims, name)
    except ClaimRefused:
        return None
