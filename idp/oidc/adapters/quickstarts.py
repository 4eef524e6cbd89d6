"""Quick-starts written from templates, each value quoted for the language it lands in."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.oidc.domain.quickstarts import Library, Start, StartFile

_FOLDER: Final = Path(__file__).parent.parent / "templates" / "quickstarts"
FILES: Final[Mapping[Library, tuple[str, ...]]] = {
    Library.APACHE: ("mod_auth_openidc.conf",),
    Library.SPRING: ("application.yml", "SecurityConfig.java"),
    Library.DJANGO: ("trusthub_settings.py", "trusthub_views.py"),
    Library.NODE: ("trusthub.mjs",),
    Library.CURL: ("curl.sh",),
}
_BREAKS: Final = re.compile(r"[\\\"\x00-\x1f\x7f]|\*/")


class WrittenStarts:
    """Implements `idp.oidc.ports.Quickstarts`.

    What a client registered is a stranger's text that an engineer will run: it never
    lands in a file without the quotes of that file's language.
    """

    def __init__(self) -> None:
        """Open the folder of templates."""
        # Nothing of this is HTML, and no value goes in without a filter of ours.
        self._room = Environment(  # noqa: S701  none of it is HTML
            loader=FileSystemLoader(_FOLDER),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._room.filters |= {
            "sh": shlex.quote,
            "js": _json,
            "apache": _apache,
            "path": _path,
            "route": _route,
        }

    def written(self, library: Library, start: Start) -> tuple[StartFile, ...]:
        """Return the files for one library."""
        values = asdict(start) | {
            "method": start.method.value,
            "name": _BREAKS.sub(" ", start.name),
        }
        return tuple(
            StartFile(name, self._room.get_template(f"{name}.j2").render(values))
            for name in FILES[library]
        )


def _json(value: object) -> str:
    """A JSON text is one in JavaScript, YAML, Java and Python alike."""
    return json.dumps(value, ensure_ascii=True).replace("$", "\\u0024")


def _apache(text: str) -> str:
    """Quote for a directive of Apache: no end of the quotes, no variable."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _path(uri: str) -> str:
    """RFC 9110 §4.2.3: who asks for no path asks for "/"."""
    return urlsplit(uri).path or "/"


def _route(uri: str) -> str:
    """Django finds a view by the path as it is decoded, without its first slash."""
    return unquote(_path(uri)).removeprefix("/")
