"""Jinja with our words: what every template finds without importing anything.

``_`` and ``ngettext`` translate, ``static_url`` names files, ``page()`` is the page being
written, ``ui`` holds the pieces (``ui.field(…)``, ``{% call ui.card(…) %}``), and the
filter ``link`` lets only http(s) and local addresses through; ``host`` says whose one is.
"""

import re
from datetime import datetime
from pathlib import Path
from types import CodeType
from typing import Final
from urllib.parse import urlsplit

from babel.dates import format_datetime, get_timezone
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.runtime import Macro

from kernel.infra.pages.page import Page, current_page, gettext, ngettext, writing
from kernel.infra.pages.statics import Statics

OWN_FOLDER: Final = Path(__file__).parent / "templates"
_CHINA: Final = get_timezone("Asia/Shanghai")
_PLAINLY_LOCAL: Final = re.compile(r"(?:/(?!/)|[?#])[!-\[\]-~]*")


class _CompiledOnce(BytecodeCache):
    """Keeps compiled templates for the process, so that its environments share them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if its template was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _CompiledOnce()


def equip(environment: Environment, statics: Statics) -> Environment:
    """Give an environment our functions, filters and pieces."""
    environment.undefined = StrictUndefined
    environment.bytecode_cache = _COMPILED
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(link=link, host=host, moment=moment)
    environment.globals.update(
        _=gettext, ngettext=ngettext, page=current_page, static_url=statics.url
    )
    environment.globals["ui"] = _Pieces(environment)  # pieces use each other
    return environment


def alone(statics: Statics) -> Environment:
    """Return an environment for pages written outside Flask."""
    loader = FileSystemLoader(OWN_FOLDER)
    return equip(Environment(loader=loader, autoescape=True), statics)


def render(environment: Environment, name: str, page: Page, **values: object) -> bytes:
    """Write one page."""
    with writing(page):
        return environment.get_template(name).render(**values).encode()


def link(address: str) -> str:
    """Return an address fit for ``href``: http(s) or local; anything else becomes ``#``.

    ``javascript:`` and its spellings (control signs, blanks in it) have no place.
    """
    if _PLAINLY_LOCAL.fullmatch(address):  # most are; urlsplit costs ten times as much
        return address
    bare = "".join(sign for sign in address if sign > " ")
    try:
        parts = urlsplit(bare)
    except ValueError:
        return "#"
    if parts.scheme:
        return bare if parts.scheme in {"http", "https"} and parts.netloc else "#"
    local = bare.startswith(("/", "?", "#")) and not bare.startswith("//")
    return bare if local and "\\" not in bare else "#"


def host(address: str) -> str:
    """Return whose page an address leads to, and the port where one is named."""
    try:
        return urlsplit(link(address)).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def moment(instant: datetime, form: str = "medium") -> str:
    """Return an instant in Beijing time, in the page's language.

    Args:
        instant: aware.
        form: ``short``, ``medium``, ``long`` or ``full``, as CLDR names them.
    """
    locale = current_page().locale.replace("-", "_")
    return format_datetime(instant, form, tzinfo=_CHINA, locale=locale)


class _Pieces:
    """The macros of ``pieces/*.html`` under one name, read when the first is asked for.

    A process that writes no page is spared their templates.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Macro:
        if name.startswith("_"):
            raise AttributeError(name)
        vars(self).update(self._read())
        try:
            found: Macro = vars(self)[name]
        except KeyError:
            raise AttributeError(name) from None
        return found

    def _read(self) -> dict[str, Macro]:
        found: dict[str, Macro] = {}
        for path in sorted((OWN_FOLDER / "pieces").glob("*.html")):
            module = self._environment.get_template(f"pieces/{path.name}").module
            macros = {n: m for n, m in vars(module).items() if isinstance(m, Macro)}
            found.update({n: m for n, m in macros.items() if not n.startswith("_")})
        return found
