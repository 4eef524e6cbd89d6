"""A relying party's side of HTTP: one request, one answer or none, never a retry."""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

TIMEOUT_S: Final = 15.0
FORM: Final = "application/x-www-form-urlencoded"


class NoAnswer(Exception):
    """The connection ended before the answer did: it may have been done or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return every header of that name."""
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def header(self, name: str) -> str:
        """Return the first header of that name, or ""."""
        return next(iter(self.all(name)), "")

    @property
    def reference(self) -> str:
        """The id under which the record knows it."""
        return self.header("Trusthub-Reference")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, object]:
        """Return the body as a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


def ask(
    port: int,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one request over a connection of its own.

    Raises:
        NoAnswer: nobody listens, or the answer was cut.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request(method, target, body, dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as cause:
        raise NoAnswer(str(cause)) from cause
    finally:
        connection.close()
    return Answer(answer.status, tuple(answer.getheaders()), content)


def post_form(
    port: int,
    target: str,
    fields: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Post a form."""
    said = {"Content-Type": FORM, **(headers or {})}
    return ask(port, "POST", target, said, urlencode(fields).encode())


def basic(client: str, secret: str) -> dict[str, str]:
    """RFC 6749 §2.3.1, as a header."""
    pair = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
