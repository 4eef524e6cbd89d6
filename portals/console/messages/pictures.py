"""The API's JSON about pictures, read into values."""

from portals.console.domain.pictures import Kept, PictureKind
from portals.console.errors import ApiUnavailable
from portals.console.messages.reading import Object, number, text


def kept(body: Object) -> Kept:
    """Read one picture that the hub keeps, or raise `ApiUnavailable`."""
    return Kept(
        address=text(body, "address"),
        path=text(body, "path"),
        kind=_kind(text(body, "media_type")),
        width=number(body, "width"),
        height=number(body, "height"),
    )


def _kind(said: str) -> PictureKind:
    try:
        return PictureKind(said)
    except ValueError as cause:
        raise ApiUnavailable("media_type") from cause
