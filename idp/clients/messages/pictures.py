"""Pictures of relying parties, as the API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.clients.domain import PICTURES_PATH, Picture
from kernel.events import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureShown:
    """A picture that is kept.

    Attributes:
        address: where it was read.
        path: where it is served from, under our own name.
        width, height: in pixels.
    """

    address: str
    path: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesShown:
    """All that is kept for one relying party."""

    pictures: tuple[PictureShown, ...]


def pictures_shown(kept: Mapping[str, Picture]) -> PicturesShown:
    """Lay pictures out by the address they were read at."""
    return PicturesShown(
        pictures=tuple(
            PictureShown(
                address=address,
                path=f"{PICTURES_PATH}/{picture.digest().hex()}",
                media_type=picture.kind.value,
                width=picture.width,
                height=picture.height,
            )
            for address, picture in kept.items()
        )
    )


def logo_of_change(change: Mapping[str, JsonValue]) -> str | None:
    """Return the ``logo_uri`` that a waiting change would leave; None: none such."""
    after = change.get("after")
    logo = after.get("logo_uri") if isinstance(after, dict) else None
    return logo if isinstance(logo, str) else None
