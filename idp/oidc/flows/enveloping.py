"""What a client wants for its eyes only."""

import orjson

from idp.clients.domain import Client, EncryptionWish
from idp.oidc.errors import ClientKeyMissing
from kernel.proof.jose import KeySet, UnknownKey
from kernel.proof.jose.encrypting import encrypted_to

_NO_KEYS = KeySet.of(())


def sealed_token(client: Client, wish: EncryptionWish, token: str) -> str:
    """Return a signed token encrypted to its client (RFC 7519 §5.2, OIDC Core §10.2).

    Raises:
        ClientKeyMissing: the client has no key that takes it.
    """
    return _encrypted(client, wish, token.encode("ascii"), content_type="JWT")


def sealed_claims(client: Client, wish: EncryptionWish, claims: dict[str, object]) -> str:
    """Return claims encrypted to their client, signed by nobody (OIDC Core §5.3.2).

    Raises:
        ClientKeyMissing: the client has no key that takes it.
    """
    return _encrypted(client, wish, orjson.dumps(claims))


def _encrypted(
    client: Client, wish: EncryptionWish, content: bytes, content_type: str | None = None
) -> str:
    """RFC 7516 §5.1: nothing is encrypted to a client without a key that takes it."""
    keys = client.oidc.keys or _NO_KEYS
    try:
        return encrypted_to(keys, wish.alg, wish.enc, content, content_type=content_type)
    except UnknownKey as cause:
        raise ClientKeyMissing(wish.alg) from cause
