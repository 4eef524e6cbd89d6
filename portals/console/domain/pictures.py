"""Pictures of applications: what whoever approves must have seen."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kernel.events import JsonValue
from portals.console.domain.applications import Application
from portals.console.domain.values import mapping
from portals.console.errors import ApiUnavailable, DigestForged

_PATH: Final = re.compile(r"/client-pictures/[0-9a-f]{64}", re.ASCII)


class PictureKind(StrEnum):
    """What a picture may be: pixels only, nothing that runs or loads."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"


class Use(StrEnum):
    """Which of an application's pictures it is."""

    NOW = "now"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Named:
    """A picture that an application's record names, or a change of it that waits."""

    use: Use
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture as the hub read it.

    Attributes:
        address: where it was read.
        path: where the hub serves it, below its issuer.
        width, height: in pixels.
    """

    address: str
    path: str
    kind: PictureKind
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse a path that leads elsewhere, before anybody follows it.

        Raises:
            ApiUnavailable: it names no picture of the hub.
        """
        if not _PATH.fullmatch(self.path):
            raise ApiUnavailable("path")

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that the hub read, in hex."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture beside what it is for; without bytes it was not read, or does not come."""

    named: Named
    kept: Kept | None = None
    body: bytes = field(default=b"", repr=False)

    @property
    def source(self) -> str:
        """A ``data:`` address of it; "" without bytes."""
        if self.kept is None or not self.body:
            return ""
        return f"data:{self.kept.kind};base64,{base64.b64encode(self.body).decode()}"


def pictures_named(application: Application) -> tuple[Named, ...]:
    """Return the picture of the record and, if it is another, the one to be approved."""
    waiting = application.waiting
    change = {} if waiting is None else waiting.change
    now = _logo(application.said)
    proposed = _logo(mapping(change.get("after", change.get("record"))))
    if proposed is None:
        return () if now is None else (Named(Use.NOW, now),)
    asked = Named(Use.PROPOSED, proposed)
    return (asked,) if now in {None, proposed} else (Named(Use.NOW, now), asked)


def picture_is_the_one_named(kept: Kept, body: bytes) -> None:
    """Four eyes: a picture is served under its digest, worked out here again.

    Raises:
        DigestForged: these are other bytes than those that were read.
    """
    if hashlib.sha256(body).hexdigest() != kept.digest:
        raise DigestForged(kept.digest)


def _logo(said: Mapping[str, JsonValue]) -> str | None:
    logo = said.get("logo_uri")
    return logo if isinstance(logo, str) and logo else None
