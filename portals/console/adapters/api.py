"""The hub's API over HTTP, through the house's only way out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import orjson

from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.proof.jose import JoseRefused, decode_object
from kernel.secret import Secret
from portals.console.domain import Act, Answer
from portals.console.errors import ApiRefused, ApiUnavailable, StepUpAsked

_LIMIT_BYTES: Final = 1_048_576
_REFERENCE: Final = "Trusthub-Reference"
_JSON: Final = "application/json"
_REFUSED: Final = 400
_REPORT: Final = 422
_FAILED: Final = 500
_UNAUTHORIZED: Final = 401
_STEP_UP: Final = 'error="insufficient_user_authentication"'
_ACR: Final = re.compile(r'acr_values="([^"]{1,200})"', re.ASCII)
_MAX_AGE: Final = re.compile(r'max_age="?([0-9]{1,7})"?', re.ASCII)


@dataclass(frozen=True, slots=True)
class HttpApi:
    """`HubApi` over HTTP.

    Attributes:
        base: ``{issuer}/api/v1``.
    """

    base: str
    outbound: Outbound

    def read(self, token: Secret, path: str, asked: Mapping[str, str]) -> Answer:
        """Read something; RFC 6750 §2.1: the token goes in the header only."""
        query = f"?{urlencode(asked)}" if asked else ""
        return self._called(
            OutboundRequest(
                url=f"{self.base}{path}{query}",
                headers=_bearer(token),
                accept=_JSON,
                limit_bytes=_LIMIT_BYTES,
                redirects=0,
            )
        )

    def act(self, token: Secret, act: Act) -> Answer:
        """Change something; RFC 9110 §13.1.1: only if it is of the version we showed."""
        headers = {**_bearer(token), "Idempotency-Key": act.once}
        if act.version is not None:
            headers["If-Match"] = f'"{act.version}"'
        if act.body is not None:
            headers["Content-Type"] = _JSON
        return self._called(
            OutboundRequest(
                url=f"{self.base}{act.path}",
                method="POST",
                headers=headers,
                accept=_JSON,
                body=None if act.body is None else orjson.dumps(dict(act.body)),
                limit_bytes=_LIMIT_BYTES,
                redirects=0,
            )
        )

    def _called(self, request: OutboundRequest) -> Answer:
        try:
            reply = self.outbound.fetch(request)
        except DomainError as cause:
            raise ApiUnavailable(cause.code) from cause
        return understood(reply)


def understood(reply: OutboundReply) -> Answer:
    """Return an answer that says something; turn any other into a failure.

    RFC 9457 §3: a problem has a media type of its own, so a 422 of plain JSON is a report.

    Raises:
        ApiRefused, ApiUnavailable: as `HubApi` says.
    """
    if reply.status >= _FAILED:
        raise ApiUnavailable(f"status {reply.status}", reference=_reference(reply))
    body = _object(reply)
    if reply.status == _REPORT and reply.media_type == _JSON:
        return Answer(body, accepted=False)
    if reply.status >= _REFUSED:
        raise _refusal(reply, body)
    return Answer(body)


def _refusal(reply: OutboundReply, body: Mapping[str, object]) -> ApiRefused:
    said = {
        "reason": str(body.get("code", ""))[:64],
        "title": _words(body)[:300],
        "reference": str(body.get("reference", "") or _reference(reply))[:32],
    }
    asked = " ".join(reply.all_headers("WWW-Authenticate"))
    if reply.status != _UNAUTHORIZED or _STEP_UP not in asked:
        return ApiRefused(reply.status, **said)
    return StepUpAsked(_level(asked), _max_age(asked), **said)


def _words(body: Mapping[str, object]) -> str:
    """RFC 9457 §3.1.4: the title, and the detail that it may point to."""
    title, detail = (str(body.get(name) or "") for name in ("title", "detail"))
    return f"{title} ({detail})" if title and detail else title or detail


def _level(asked: str) -> Level | None:
    """RFC 9470 §3 acr_values: by preference; the first that is one of ours is taken."""
    named = _ACR.search(asked)
    values = named[1].split(" ") if named else []
    return next((level for v in values for level in Level if level.acr == v), None)


def _max_age(asked: str) -> timedelta | None:
    """RFC 9470 §3 max_age: seconds since the person signed in."""
    named = _MAX_AGE.search(asked)
    return timedelta(seconds=int(named[1])) if named else None


def _object(reply: OutboundReply) -> dict[str, object]:
    if not reply.body:
        return {}
    try:
        return decode_object(reply.body, limit_bytes=_LIMIT_BYTES)
    except JoseRefused as cause:
        raise ApiUnavailable("not a JSON object", reference=_reference(reply)) from cause


def _reference(reply: OutboundReply) -> str:
    named = reply.all_headers(_REFERENCE)
    return named[0][:32] if named else ""


def _bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}
