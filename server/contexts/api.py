"""Calls the API as its own client: a token by client_credentials, then ``/api/v1``."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus, urlencode

import urllib3

from server.contexts.context import Context
from server.contexts.told import ActRefused, NotFoundOut

_TIMEOUT: Final = urllib3.Timeout(connect=3, read=30)
_AGAIN: Final = "try again; ask `/health/ready` at the management port"
_BY_TLS: Final = (
    "look whether https is spoken there, and whether `ca_file` of the context names the"
    " roots that its certificate is of"
)
_SERVER_FAILED: Final = 500
_OK: Final = 200
_REFUSED: Final = 400
_UNAUTHORIZED: Final = 401
_BEING_ANSWERED: Final = "idempotency_key_in_use"
_NOT_BELIEVED: Final = "invalid_client"
_WHO_WE_ARE: Final = (
    "look whether client_id and client_secret of the context are still those of the client:"
    " a new secret voids the old one. Another operator gives one by `trusthub clients"
    " rotate-secret {client}`"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the API answered: a status below 400, and its JSON (None if it had no body)."""

    status: int
    body: object
    etag: str | None = None

    def member(self, name: str) -> object:
        """Return a member of the answer, or say that the other side is no such API."""
        if isinstance(self.body, dict) and name in self.body:
            return self.body[name]
        raise NotFoundOut(f"the answer has no member {name}", "is this a Trusthub API?")

    def text(self, name: str) -> str:
        """Return a member as text."""
        return str(self.member(name))

    def rows(self, name: str) -> list[dict[str, object]]:
        """Return a member that is a list of objects."""
        return objects_in(self.member(name))


def objects_in(held: object) -> list[dict[str, object]]:
    """Return the objects of a list; none of what is no list."""
    return [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []


@dataclass(slots=True)
class Api:
    """One API in one person's name. The token is kept until the API refuses it."""

    context: Context
    pool: urllib3.PoolManager = field(init=False, repr=False)
    _token: str | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a pool of connections."""
        self.pool = urllib3.PoolManager(
            timeout=_TIMEOUT, retries=False, ca_certs=self.context.ca_file
        )

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answered:
        """Read something."""
        return self.call("GET", path, query=query)

    def post(self, path: str, body: object = None) -> Answered:
        """Change something; sent twice by a lower layer, it happens once."""
        return self.call("POST", path, body=body)

    def call(  # noqa: PLR0913  the parts of a request, each by name
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        if_match: str | None = None,
        key: str | None = None,
    ) -> Answered:
        """Send one request; a token that has run out is renewed once.

        ``key`` is the ``Idempotency-Key``: sent again with it, a change happens once.

        Raises:
            ActRefused: the API said no, with its words, code and reference.
            NotFoundOut: it was not reached, or could not tell.
        """
        fields = {} if if_match is None else {"If-Match": if_match}
        if method != "GET":
            fields["Idempotency-Key"] = key or uuid.uuid4().hex
        url = self.url(path, query)
        reply = self._sent(method, url, fields, body)
        if reply.status == _UNAUTHORIZED:
            self._token = None
            reply = self._sent(method, url, fields, body)
        return understood(reply)

    def public(self, path: str) -> bytes:
        """Read something that anybody may read, beside the API.

        Raises:
            NotFoundOut: it was not reached, or not answered with 200.
        """
        reply = self._reached("GET", f"{self.context.issuer}{path}", {}, None)
        if reply.status != _OK:
            raise NotFoundOut(f"{path}: HTTP {reply.status}", _AGAIN)
        return reply.data

    def url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Return the address of a path of the API; ``//path`` lies beside the API."""
        asked = f"?{urlencode(query)}" if query else ""
        if path.startswith("//"):
            return f"{self.context.issuer}{path[1:]}{asked}"
        return f"{self.context.api}{path}{asked}"

    def _sent(
        self, method: str, url: str, fields: Mapping[str, str], body: object
    ) -> urllib3.BaseHTTPResponse:
        self._token = self._token or self._new_token()
        headers = {"Authorization": f"Bearer {self._token}", **fields}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        return self._reached(method, url, headers, content)

    def _new_token(self) -> str:
        """RFC 6749 §4.4.2, with the client's secret in the header (§2.3.1)."""
        said = (self.context.client_id, self.context.client_secret)
        basic = urllib3.make_headers(basic_auth=":".join(map(quote_plus, said)))
        reply = self._reached(
            "POST",
            self.context.token_endpoint,
            {**basic, "Content-Type": "application/x-www-form-urlencoded"},
            b"grant_type=client_credentials",
        )
        try:
            return understood(reply).text("access_token")
        except ActRefused as refusal:
            if refusal.code == _NOT_BELIEVED:
                refusal.advice = _WHO_WE_ARE.format(client=self.context.client_id)
            raise

    def _reached(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        try:
            return self.pool.request(
                method, url, headers=headers, body=content, redirect=False
            )
        except urllib3.exceptions.HTTPError as cause:
            by_tls = isinstance(cause, urllib3.exceptions.SSLError)
            advice = _BY_TLS if by_tls else _AGAIN
            raise NotFoundOut(f"{url} cannot be reached: {cause}", advice) from cause


def understood(reply: urllib3.BaseHTTPResponse) -> Answered:
    """Return a good answer; turn any other into words.

    Raises:
        ActRefused: 4xx (RFC 9457 problem, or RFC 6749 §5.2 error).
        NotFoundOut: 5xx, no JSON, or the first request with the key is being answered.
    """
    reference = reply.headers.get("Trusthub-Reference", "")
    body = _json(reply, reference)
    if reply.status < _REFUSED:
        return Answered(reply.status, body, reply.headers.get("ETag"))
    said = body if isinstance(body, dict) else {}
    what = str(said.get("title") or said.get("error_description") or f"HTTP {reply.status}")
    detail = said.get("detail")
    code = str(said.get("code") or said.get("error") or "")
    words = f"{what} ({detail})" if detail else what
    if reply.status >= _SERVER_FAILED or code == _BEING_ANSWERED:
        raise NotFoundOut(words, _AGAIN, code=code, reference=reference)
    advice = "correct what is named, or ask who may do this; docs/errors.md has the code"
    refusal = ActRefused(words, advice, code=code, reference=reference)
    refusal.answer = body
    raise refusal


def _json(reply: urllib3.BaseHTTPResponse, reference: str) -> object:
    if not reply.data:
        return None
    try:
        return json.loads(reply.data)
    except ValueError as cause:
        raise NotFoundOut(
            f"the answer (HTTP {reply.status}) is not JSON",
            "is the address in the context right?",
            reference=reference,
        ) from cause
