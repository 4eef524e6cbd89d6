"""Style sheets and scripts under names that change with their content.

``static_url("pages.css")`` is ``/static/pages.<hash>.css``; such an answer never changes,
so browsers keep it for a year. ``answer`` works in front of Flask as well as behind it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

PREFIX: Final = "/static/"
OWN_FOLDER: Final = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is sent."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Statics:
    """All static files, read once.

    Attributes:
        addresses: file name → address.
        files: address → answer.
    """

    addresses: Mapping[str, str]
    files: Mapping[str, Static]

    @classmethod
    def read(cls, folders: Iterable[Path] = ()) -> "Statics":
        """Read our own folder and those of the rooms.

        Raises:
            ValueError: two folders hold a file of one name.
        """
        addresses: dict[str, str] = {}
        files: dict[str, Static] = {}
        for path in _plain_files((OWN_FOLDER, *folders)):
            body = path.read_bytes()
            address = _address(path.name, body)
            if path.name in addresses:
                msg = f"two static files are called {path.name}"
                raise ValueError(msg)
            addresses[path.name], files[address] = address, Static(_headers(path), body)
        return cls(MappingProxyType(addresses), MappingProxyType(files))

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: there is no such file.
        """
        return self.addresses[name]

    def find(self, path: str) -> Static | None:
        """Return the file behind an address, or None."""
        return self.files.get(path)


def _plain_files(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.iterdir() if path.is_file())


def _address(name: str, body: bytes) -> str:
    pure = PurePosixPath(name)
    return f"{PREFIX}{pure.stem}.{sha256(body).hexdigest()[:16]}{pure.suffix}"


def _headers(path: Path) -> Mapping[str, str]:
    kind = guess_type(path.name)[0] or "application/octet-stream"
    return MappingProxyType({
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'",
    })  # fmt: skip
