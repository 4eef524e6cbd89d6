"""The file that says where an API is and in whose name we call it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from server.contexts.told import WrongUse

VARIABLE: Final = "TRUSTHUB_CONTEXT"
_ADVICE: Final = (
    "give --context FILE or set TRUSTHUB_CONTEXT; `trusthub init` writes such files"
)
_REQUIRED: Final = ("api", "token_endpoint", "client_id", "client_secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An API and a client bound to one person.

    Attributes:
        api: base URL, such as ``https://id.example/api/v1``.
        token_endpoint: where a token is got by client_credentials (RFC 6749 §4.4).
        ca_file: PEM roots to trust for both, beside the system's; None: the system's.
    """

    api: str
    token_endpoint: str
    client_id: str
    client_secret: str = field(repr=False)
    ca_file: str | None = None

    @classmethod
    def of_installation(
        cls, issuer: str, client_id: str, client_secret: str, ca_file: Path | None = None
    ) -> Self:
        """Return the context of a client at an installation."""
        return cls(
            api=f"{issuer}/api/v1",
            token_endpoint=f"{issuer}/oauth2/token",
            client_id=client_id,
            client_secret=client_secret,
            ca_file=None if ca_file is None else str(ca_file),
        )

    @property
    def issuer(self) -> str:
        """The installation's base URL: what stands before ``/api/v1``."""
        return self.api.removesuffix("/").removesuffix("/api/v1")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a context file.

        Raises:
            WrongUse: it cannot be read, or lacks a member.
        """
        try:
            held = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as cause:
            raise WrongUse(
                f"the context {path} cannot be read: {cause}", _ADVICE
            ) from cause
        if not isinstance(held, dict):
            raise WrongUse(f"the context {path} is no JSON object", _ADVICE)
        for name in _REQUIRED:
            if not isinstance(held.get(name), str):
                raise WrongUse(f"the context {path} lacks {name}", _ADVICE)
        for name in ("api", "token_endpoint"):
            if not _is_web(held[name]):
                said = f"{name} of the context {path} is no http(s) address"
                raise WrongUse(said, _ADVICE)
        named = {name: held[name] for name in _REQUIRED} | {"api": held["api"].rstrip("/")}
        return cls(ca_file=_roots(held.get("ca_file"), path), **named)

    def write(self, path: Path) -> None:
        """Write the file so that its owner alone can read it."""
        said = {name: getattr(self, name) for name in (*_REQUIRED, "ca_file")}
        write_private(path, json.dumps(said, indent=2) + "\n")


def _roots(ca_file: object, path: Path) -> str | None:
    if not ca_file:
        return None
    if isinstance(ca_file, str) and Path(ca_file).expanduser().is_file():
        return ca_file
    said = f"ca_file of the context {path} names no file"
    raise WrongUse(said, "name a PEM file of the roots to trust, or null")


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        return False


def chosen(given: Path | None, environ: Mapping[str, str] | None = None) -> Context:
    """Return the context that the command line or the environment names.

    Raises:
        WrongUse: neither names one, or the file cannot be used.
    """
    named = (os.environ if environ is None else environ).get(VARIABLE)
    if given is None and not named:
        raise WrongUse("no context: which API, and in whose name?", _ADVICE)
    return Context.read(given or Path(str(named)))


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600 that is there completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
