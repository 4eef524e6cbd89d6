"""What a stranger encrypts to a key of ours, with a library of their choice."""

from collections.abc import Mapping

from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from kernel.proof.jose import KeySet

ANY = JWERegistry(
    algorithms=[
        *("ECDH-ES", "ECDH-ES+A256KW", "ECDH-ES+A128KW"),
        *("A256GCM", "A128GCM", "A192GCM", "A128CBC-HS256", "DEF"),
    ],
    strict_check_header=False,
)


def key_of(keys: KeySet, kid: str | None = None) -> ECKey:
    """Return the key a stranger takes: the first that is for encryption, or one by name."""
    shown = [key for key in keys.by_kid.values() if key.use == "enc"]
    taken = shown[0] if kid is None else keys.find(kid)
    return ECKey.import_key({**taken.to_jwk()})  # type: ignore[dict-item]  # JSON values


def encrypted(
    key: ECKey, content: str | bytes, header: Mapping[str, object] | None = None
) -> str:
    """Return a compact JWE to one key; None in ``header`` leaves a member out."""
    said: dict[str, object] = {
        "alg": "ECDH-ES",
        "enc": "A256GCM",
        "cty": "JWT",
        "kid": key.kid,
        **(header or {}),
    }
    kept = {name: value for name, value in said.items() if value is not None}
    raw = content.encode() if isinstance(content, str) else content
    return encrypt_compact(kept, raw, key, registry=ANY)
