"""What must not be in a log is taken out: by type, by the field's name, by its shape.

A net under the rule that no secret and no personal data is handed to the log at all.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from kernel.secret import Digest, Secret

REDACTED: Final = "***"

_DEEPEST: Final = 6
_LONGEST: Final = 4000
_SECRET_WORDS: Final = frozenset({
    "address", "assertion", "authorization", "birth", "birthdate", "body", "challenge",
    "claims", "code", "cookie", "cookies", "credential", "credentials", "csrf", "email",
    "environ", "form", "headers", "idcard", "jwt", "mobile", "nonce", "otp", "passwd",
    "password", "phone", "pin", "query", "samlrequest", "samlresponse", "secret", "state",
    "ticket", "token", "tokens", "totp", "verifier",
})  # fmt: skip
_SECRET_NAMES: Final = frozenset({
    "id_number", "id_token_hint", "family_name", "given_name", "real_name",
    "person_name", "private_key", "session_id", "sid", "username", "user_name",
})  # fmt: skip
# These hold a secret word and say only what kind of thing it was.
_HARMLESS: Final = frozenset({
    "error_code", "exit_code", "key_state", "member_state", "province_code",
    "reason_code", "region_code", "status_code", "token_type",
})  # fmt: skip
_WORDS: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SHAPES: Final = re.compile(
    r"""
    eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*                # JWS and JWE, whole or cut
    | (?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])      # citizens' numbers
    | (?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])          # mobile numbers
    | \b(?:Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{6,}       # authorization values
    | -----BEGIN[ A-Z]+-----[\s\S]*?(?:-----END[ A-Z]+-----|\Z)  # PEM
    | (?<=:)//[^/\s:@]*:[^/\s@]+(?=@)                        # userinfo with a password
    | (?<![A-Za-z0-9_])(?:code|state|token|access_token|refresh_token|id_token|ticket
        |password|client_secret|SAMLResponse|SAMLRequest|code_verifier)=[^&\s"']+
    | [A-Za-z0-9!#$%&'*+=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+  # mail addresses
    | (?<![A-Za-z0-9_-])(?!(?:[a-z0-9]+[_-])+[a-z0-9]+(?![A-Za-z0-9_-]))
        [A-Za-z0-9_-]{43,}                                   # 256 bits, but no long_name
    """,
    re.VERBOSE,
)


def redacted(name: str, value: object, depth: int = 0) -> object:
    """Return ``value`` as it may be written under ``name``: only JSON's own types."""
    if isinstance(value, Secret) or is_secret_name(name):
        return REDACTED
    if isinstance(value, Mapping | list | tuple | AbstractSet) and depth < _DEEPEST:
        return _inside(name, value, depth + 1)
    return _scalar(value)


def _inside(
    name: str,
    value: Mapping[object, object] | Sequence[object] | AbstractSet[object],
    depth: int,
) -> object:
    if isinstance(value, Mapping):
        return {clean(str(k)): redacted(str(k), each, depth) for k, each in value.items()}
    return [redacted(name, each, depth) for each in value]


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, bytes | bytearray):
        return repr(value) if isinstance(value, Digest) else f"{len(value)} bytes"
    text = clean(str(value))
    small = isinstance(value, int) and text.lstrip("-").isdecimal() and abs(value) < 2**63
    return int(value) if small and isinstance(value, int) else text


def is_secret_name(name: str) -> bool:
    """Tell whether a field of this name is blanked whatever it holds."""
    words = [word.lower() for word in _WORDS.findall(name)]
    plain = "_".join(words)
    if plain in _HARMLESS:
        return False
    harmless = _SECRET_WORDS.isdisjoint([*words, "".join(words)])
    return plain in _SECRET_NAMES or not harmless


def clean(text: str) -> str:
    """Blank what looks like a secret or a person, write control characters as escapes."""
    shown = _SHAPES.sub(REDACTED, text[: 4 * _LONGEST])
    cut = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
    return cut if cut.isprintable() else "".join(map(_visible, cut))


def _visible(sign: str) -> str:
    """Escape what could start a line, move a cursor or turn the direction of writing."""
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
