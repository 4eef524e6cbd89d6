"""What is answered: to the client itself, and to the person's browser."""

import json
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from kernel.web import Reply
from tests.unit.idp.oidc.house import ISSUER

BACK: Final = "https://rp.example/callback?tenant=1"
_SHORTEST: Final = 22  # 128 bits (RFC 6749 §10.10)


def told(reply: Reply) -> dict[str, object]:
    """Return the body of an answer."""
    read: dict[str, object] = json.loads(reply.body)
    return read


def error(reply: Reply) -> tuple[int, object]:
    """Return status and error of an answer to the client itself, who got nothing by it."""
    said = told(reply)
    assert not said.keys() & {"request_uri", "access_token", "refresh_token", "id_token"}
    return reply.status, said.get("error")


def parked(reply: Reply) -> str:
    """Return the name of a pushed request (RFC 9126 §2.2): 201, JSON, not to be guessed."""
    said = told(reply)
    assert reply.status == 201, said
    assert (reply.header("Content-Type") or "").startswith("application/json")
    assert 5 <= int(str(said["expires_in"])) < 600
    uri = str(said["request_uri"])
    assert len(uri.rpartition(":")[2]) >= _SHORTEST
    return uri


def back(reply: Reply) -> dict[str, str]:
    """Return the parameters of a redirect to the client; they come in the query alone."""
    location = reply.header("Location") or ""
    assert location.startswith(f"{BACK}&"), (reply.status, location)
    parts = urlsplit(location)
    assert not parts.fragment
    return dict(parse_qsl(parts.query))


def answered(reply: Reply, state: str | None = "state-1") -> str:
    """Return the code that came back, to this request and with nothing beside it."""
    said = back(reply)
    assert "error" not in said, said
    assert said.keys() <= {"tenant", "code", "state", "iss"}
    assert (said.get("state"), said["iss"]) == (state, ISSUER)
    assert len(said["code"]) >= _SHORTEST
    return said["code"]


def failed(reply: Reply, *errors: str, state: str = "state-1") -> None:
    """Hold that one of the errors came back, to this request and without a code."""
    said = back(reply)
    assert said.get("error") in errors, said
    assert (said["state"], said["iss"]) == (state, ISSUER)
    assert said.keys() <= {"tenant", "error", "error_description", "state", "iss"}


def page_or(reply: Reply, *errors: str) -> None:
    """Hold that the person was shown an error, or the client told one of these."""
    if not is_a_page(reply):
        assert back(reply).get("error") in errors
        assert "code" not in back(reply)


def is_a_page(reply: Reply) -> bool:
    """Tell whether the person was told, and nobody else."""
    return reply.header("Location") is None and reply.status == 400
