"""The keys of clients that keep them at an address of their own."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final

from idp.clients.domain import Client
from idp.oidc.errors import ClientMetadataRefused, ClientPageUnreachable
from idp.oidc.ports import ClientPages, RegisteredClients
from kernel.clock import Clock, is_young
from kernel.ids import ClientId
from kernel.proof.jose import JoseRefused, KeySet, decode_object, from_base64url

_HEADER_LIMIT: Final = 65_536
_HEADER_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look found, and what the record said then."""

    at: datetime
    address: str
    keys: KeySet | None
    recorded: KeySet | None

    def is_behind(self, client: Client) -> bool:
        """Tell whether another process has looked since: the record says something new."""
        return client.oidc.keys not in (None, self.keys, self.recorded)


@dataclass(frozen=True, slots=True)
class KeysOfClients:
    """Implements `idp.clients.ports.ClientKeys`.

    The keys read last stand in the client's record, so that every process and a restart
    know them. A look is not repeated within `BACK_OFF`, and is after `AGE`: a key that a
    client took away counts no longer than that.
    """

    pages: ClientPages
    registered: RegisteredClients
    clock: Clock
    _looked: dict[ClientId, _Looked] = field(default_factory=dict)

    BACK_OFF: ClassVar[timedelta] = timedelta(minutes=1)
    AGE: ClassVar[timedelta] = timedelta(minutes=15)

    def of(self, client: Client) -> KeySet | None:
        """Return its keys as they were read last; None: it has none."""
        if client.oidc.jwks_uri is None:
            return client.oidc.keys
        last = self._last(client)
        if last is not None and is_young(last.at, self.clock(), self.AGE):
            own = None if last.is_behind(client) else last.keys
            return own or client.oidc.keys
        return self._looked_up(client)

    def for_token(self, client: Client, token: str) -> KeySet | None:
        """Return its keys to verify ``token`` with; looks again for one not known yet."""
        keys = self.of(client)
        if client.oidc.jwks_uri is None or _knows(keys, token):
            return keys
        return self._looked_again(client, keys)

    def for_key(self, client: Client, thumbprint: str) -> KeySet | None:
        """Return its keys to find a certificate's among; looks again for one not known."""
        keys = self.of(client)
        if client.oidc.jwks_uri is None or _has(keys, thumbprint):
            return keys
        return self._looked_again(client, keys)

    def _looked_again(self, client: Client, keys: KeySet | None) -> KeySet | None:
        """RFC 9700 §2.5: nobody has an address asked more than once in a while."""
        last = self._last(client)
        if last is not None and is_young(last.at, self.clock(), self.BACK_OFF):
            return keys
        return self._looked_up(client)

    def _looked_up(self, client: Client) -> KeySet | None:
        """OIDC Core §10.1.1: read the address again; what was good stays if that fails."""
        last = self._last(client)
        keys = (last.keys if last else None) or client.oidc.keys
        with suppress(ClientMetadataRefused, ClientPageUnreachable):
            keys = self._read(client)
        address = client.oidc.jwks_uri or ""
        said = client.oidc.keys
        self._looked[client.id] = _Looked(self.clock(), address, keys, said)
        return keys

    def _last(self, client: Client) -> _Looked | None:
        """OIDC Core §10.1.1: keys are those of an address; at another one are others."""
        last = self._looked.get(client.id)
        return last if last and last.address == client.oidc.jwks_uri else None

    def _read(self, client: Client) -> KeySet:
        keys = read_keys(self.pages, client.oidc.jwks_uri or "")
        if keys != client.oidc.keys:
            self.registered.keep_keys(client, keys)
        return keys


def read_keys(pages: ClientPages, address: str) -> KeySet:
    """Return the JWK Set at an address (RFC 7591 §2 jwks_uri): public keys only.

    Raises:
        ClientMetadataRefused: there is none.
        ClientPageUnreachable: no answer in time.
    """
    held = pages.json(address)
    if not isinstance(held, dict):
        raise ClientMetadataRefused("jwks_uri")
    try:
        return KeySet.parse(held)
    except JoseRefused as cause:
        raise ClientMetadataRefused(f"jwks_uri: {cause.code}") from cause


def _has(keys: KeySet | None, thumbprint: str) -> bool:
    held = () if keys is None else keys.by_kid.values()
    return thumbprint in {key.thumbprint for key in held}


def _knows(keys: KeySet | None, token: str) -> bool:
    """RFC 7515 §4.1.4: whether the key that the token names is there; none named: yes.

    Nothing is known of the token yet, so its header is read within bounds; one that is none
    is refused by whoever verifies it.
    """
    if keys is None:
        return False
    try:
        raw = from_base64url(token.partition(".")[0])
        header = decode_object(raw, limit_bytes=_HEADER_LIMIT, depth=_HEADER_DEPTH)
    except JoseRefused:
        return True
    kid = header.get("kid")
    return not isinstance(kid, str) or kid in keys.by_kid
