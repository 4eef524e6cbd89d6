"""The hub over HTTP: its metadata and keys remembered, its endpoints called."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from urllib.parse import urlencode

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundFailed, OutboundReply, OutboundRequest
from kernel.proof.jose import JoseRefused, KeySet, decode_object
from kernel.secret import Secret
from portals.rp.adapters.credentials import Credential
from portals.rp.adapters.transport import OutboundSession
from portals.rp.domain import Registration, Tokens
from portals.rp.errors import (
    CodeNotRedeemed,
    HubMisconfigured,
    HubUnavailable,
    TokenResponseMalformed,
    UserinfoMalformed,
)

_OK: Final = 200
_LIMIT_BYTES: Final = 65_536
_REFERENCE: Final = "Trusthub-Reference"
_ENDPOINTS: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
)


@dataclass(slots=True)
class Fetched:
    """JSON documents of the hub, each fetched when needed and kept for a while.

    A hub that does not answer leaves the last good document in use: what it published does
    not become false by its silence.
    """

    outbound: Outbound
    clock: Clock
    _kept: dict[str, tuple[datetime, dict[str, object]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def document(self, url: str, older_than: timedelta) -> dict[str, object]:
        """Return the document, fetched anew if the kept one is older than that.

        Raises:
            HubUnavailable: it cannot be fetched and none is kept.
        """
        with self._lock:
            known = self._kept.get(url)
            if known and self.clock() - known[0] < older_than:
                return known[1]
            try:
                fresh = get_object(self.outbound, url)
            except HubUnavailable:
                if known is None:
                    raise
                fresh = known[1]
            self._kept[url] = (self.clock(), fresh)
            return fresh


@dataclass(frozen=True, slots=True)
class HttpHub:
    """`Hub` over HTTP, through Authlib's client core."""

    registration: Registration
    credential: Credential
    outbound: Outbound
    documents: Fetched

    METADATA_AGE: ClassVar[timedelta] = timedelta(hours=1)
    KEYS_AGE: ClassVar[timedelta] = timedelta(minutes=10)
    KEYS_PAUSE: ClassVar[timedelta] = timedelta(seconds=10)

    def address(self, parameters: Mapping[str, str], state: str, verifier: str) -> str:
        """Return where to send the browser to sign in."""
        client = self._client(OutboundSession(self.outbound))
        asked = {"scope": " ".join(self.registration.scopes), **parameters}
        url, _ = client.create_authorization_url(
            self._endpoint("authorization_endpoint"), state, verifier, **asked
        )
        return self.credential.address(str(url))

    def redeem(self, code: str, verifier: str) -> Tokens:
        """Exchange a code at the token endpoint."""
        said, reply = self._exchanged(
            grant_type="authorization_code", code=code, code_verifier=verifier
        )
        return _tokens(said, reply)

    def renew(self, refresh_token: Secret) -> Tokens:
        """Exchange a refresh token; OIDC Core §12.2: an ID token need not come again.

        No scope is said, so that all that was granted goes on (RFC 6749 §6).
        """
        said, reply = self._exchanged(
            grant_type="refresh_token", refresh_token=refresh_token.reveal()
        )
        return _tokens({"id_token": "", **said}, reply)

    def _exchanged(self, **form: str) -> tuple[Mapping[str, object], OutboundReply | None]:
        session = OutboundSession(self.outbound)
        try:
            said: Mapping[str, object] = self._client(session).fetch_token(
                self._endpoint("token_endpoint"), **form
            )
        except OAuth2Error as cause:
            raise CodeNotRedeemed(str(cause.error)[:64]) from cause
        except (ValueError, JoseRefused) as cause:
            raise TokenResponseMalformed("not a JSON object") from cause
        except OutboundFailed as cause:
            raise HubUnavailable(cause.code) from cause
        return said, session.last

    def userinfo(self, access_token: Secret) -> Mapping[str, object]:
        """Return the claims of the userinfo endpoint (OIDC Core §5.3)."""
        bearer = {"Authorization": f"Bearer {access_token.reveal()}"}
        reply = _get(self.outbound, self._endpoint("userinfo_endpoint"), bearer)
        if reply.status != _OK or reply.media_type != "application/json":
            raise UserinfoMalformed(f"status {reply.status}")
        try:
            return decode_object(reply.body, limit_bytes=_LIMIT_BYTES)
        except JoseRefused as cause:
            raise UserinfoMalformed("not a JSON object") from cause

    def sign_out_address(self, parameters: Mapping[str, str]) -> str:
        """Return where to send the browser to sign out everywhere."""
        endpoint = self._endpoint("end_session_endpoint")
        joint = "&" if "?" in endpoint else "?"
        return f"{endpoint}{joint}{urlencode(parameters)}"

    def keys(self, kid: str | None) -> KeySet:
        """Return the hub's keys; an unknown ``kid`` fetches anew, once in 10 s at most."""
        keys = self._keys(self.KEYS_AGE)
        if kid is None or kid in keys.by_kid:
            return keys
        return self._keys(self.KEYS_PAUSE)

    def _keys(self, older_than: timedelta) -> KeySet:
        document = self.documents.document(self._endpoint("jwks_uri"), older_than)
        try:
            return KeySet.parse(document)
        except JoseRefused as cause:
            raise HubMisconfigured("jwks_uri") from cause

    def _endpoint(self, name: str) -> str:
        return self._metadata()[name]

    def _metadata(self) -> dict[str, str]:
        """OIDC Discovery §4.3: the document's ``issuer`` is exactly the one we asked."""
        issuer = self.registration.issuer
        url = f"{issuer}/.well-known/openid-configuration"
        said = self.documents.document(url, self.METADATA_AGE)
        if said.get("issuer") != issuer:
            raise HubMisconfigured("issuer")
        return {name: _address(said.get(name), name) for name in _ENDPOINTS}

    def _client(self, session: OutboundSession) -> OAuth2Client:
        method = self.credential.method
        client = OAuth2Client(
            session,
            client_id=self.registration.client_id,
            client_secret=self.credential.shared.reveal(),
            token_endpoint_auth_method=method,
            redirect_uri=self.registration.redirect_uri,
            code_challenge_method="S256",
        )
        client.register_client_auth_method((method, self.credential.authenticate))
        return client


def get_object(outbound: Outbound, url: str) -> dict[str, object]:
    """Fetch a JSON object.

    Raises:
        HubUnavailable: there is none to be had at this address now.
    """
    reply = _get(outbound, url, {})
    if reply.status != _OK:
        raise HubUnavailable(f"status {reply.status}")
    try:
        return decode_object(reply.body, limit_bytes=_LIMIT_BYTES)
    except JoseRefused as cause:
        raise HubUnavailable("not a JSON object") from cause


def _get(outbound: Outbound, url: str, headers: Mapping[str, str]) -> OutboundReply:
    request = OutboundRequest(
        url=url,
        headers=headers,
        accept="application/json",
        limit_bytes=_LIMIT_BYTES,
        redirects=0,
    )
    try:
        return outbound.fetch(request)
    except DomainError as cause:
        raise HubUnavailable(cause.code) from cause


def _address(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise HubMisconfigured(name)
    return value


def _tokens(said: Mapping[str, object], reply: OutboundReply | None) -> Tokens:
    """OIDC Core §3.1.3.3: an access token of type Bearer, and an ID token."""
    access, identity = said.get("access_token"), said.get("id_token")
    kind = said.get("token_type")
    if not isinstance(access, str) or not isinstance(identity, str):
        raise TokenResponseMalformed("a token is missing")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenResponseMalformed("token_type")
    named = reply.all_headers(_REFERENCE) if reply else ()
    lifetime, refresh = said.get("expires_in"), said.get("refresh_token")
    return Tokens(
        access_token=Secret(access),
        id_token=identity,
        reference=named[0][:32] if named else "",
        expires_in_s=lifetime if isinstance(lifetime, int) else 0,
        refresh_token=Secret(refresh) if isinstance(refresh, str) else None,
    )
