"""Opens an authorization request that is signed, or that was pushed before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from idp.clients.domain import Client
from idp.clients.ports import ClientKeys
from idp.oidc.checks import oidc_core, rfc9126
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.signed import Opened, Pushed, Signed
from idp.oidc.errors import (
    PushedRequestRefused,
    RequestObjectClaimRefused,
    RequestObjectReplayed,
)
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.flows.once import Once
from idp.oidc.flows.signed_steps import OBJECT_STEPS, walk_signed
from idp.oidc.messages.authorization import PUSHED_PREFIX, with_resources_joined
from idp.oidc.messages.signed import parameters_in, verified_object
from idp.oidc.ports import PushedStore, RequestFiles
from kernel.clock import Clock
from kernel.secret import Secret

KIND: Final = "request object"


@dataclass(frozen=True, slots=True)
class Opening:
    """Turns ``request`` and ``request_uri`` into parameters."""

    issuer: Issuer
    once: Once
    pushed: PushedStore
    clock: Clock
    decrypting: Decrypting
    files: RequestFiles
    keys: ClientKeys

    def opened(self, client: Client, named: Mapping[str, str]) -> Opened | None:
        """Return what is inside; None: the parameters are those beside it.

        Raises:
            RequestObjectRefused, RequestUriRefused, PushedRequestRefused: as they say.

        Source: RFC 9101 §5, RFC 9126 §4.
        """
        uri = named.get("request_uri", "")
        if "request" in named:
            if uri:
                raise RequestObjectClaimRefused("request and request_uri")
            return self._object(client, named, named["request"])
        if uri.startswith(PUSHED_PREFIX):
            return self._pushed(client, uri)
        if uri and client.oidc.request_uris:
            return self._object(client, named, self._lying_at(uri, client))
        return None

    def _lying_at(self, uri: str, client: Client) -> str:
        """OIDC Core §6.2, RFC 9101 §5.2: an address that the client registered before.

        The hash is of all that lies there; a line's end behind the object is none of it.
        """
        oidc_core.request_uri_is_registered(client, uri)
        held = self.files.read(uri.partition("#")[0])
        oidc_core.request_uri_is_of_content(client, uri, held)
        return held.strip()

    def _object(self, client: Client, beside: Mapping[str, str], held: str) -> Opened:
        """RFC 9101 §6: envelope, signature, claims; then it is used up, and then read."""
        request = self.decrypting.signed(held)
        signed = Signed(
            claims=verified_object(request, self.keys.for_token(client, request)),
            client=client,
            beside=beside,
            issuer=self.issuer,
            now=self.clock(),
        )
        walk_signed(signed, OBJECT_STEPS)
        said = parameters_in(with_resources_joined(signed.claims))
        parameters = {name: value for name, value in said.items() if value}
        if not self.once.is_first_use(KIND, signed):
            raise RequestObjectReplayed("jti")
        return Opened(parameters=parameters, is_signed=True, is_proven=True)

    def _pushed(self, client: Client, uri: str) -> Opened:
        """RFC 9126 §4: request_uri must name a request that waits here."""
        found = self.pushed.find(Secret(uri).digest())
        if found is None:
            raise PushedRequestRefused("unknown")
        return opened_for(found, client, self.clock)


def opened_for(pushed: Pushed, client: Client, clock: Clock) -> Opened:
    """RFC 9126 §4: what waits is only for its client, for a while, for one answer."""
    rfc9126.belongs_to(pushed, client)
    rfc9126.is_fresh(pushed, clock())
    rfc9126.is_unanswered(pushed)
    return pushed.opened
