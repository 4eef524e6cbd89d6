"""Read the page from its file. The only place where the environment is read.

``TRUSTHUB_SETTINGS`` names the file (TOML); ``TRUSTHUB__SECTION__KEY`` overrides one
setting of it: texts, paths and spans as they are, all else as TOML writes it.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from config import consistency, production
from config.outline import settings_of
from config.profiles import fill_in
from config.reading import Reading
from config.schema import Settings
from config.words import Problem, Profile, SettingsRefused

FILE_VARIABLE: Final = "TRUSTHUB_SETTINGS"
OVERRIDE_PREFIX: Final = "TRUSTHUB__"


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read, complete and check the page.

    Args:
        path: the file; the one ``TRUSTHUB_SETTINGS`` names if none is given.
        environ: what to read instead of the process's environment.

    Raises:
        SettingsRefused: with every problem found, each naming its key.
    """
    environ = os.environ if environ is None else environ
    file = path or _named_file(environ)
    raw = _tables(file)
    return read_page(_overridden(raw, environ), file.resolve().parent)


def read_page(raw: Mapping[str, object], folder: Path) -> Settings:
    """Check a page given as tables; relative paths start at ``folder``.

    Raises:
        SettingsRefused: with every problem found.
    """
    reading = Reading(folder)
    page = reading.section(Settings, fill_in(_profile(raw), raw))
    if reading.problems:
        raise SettingsRefused(tuple(reading.problems))
    return _checked(cast("Settings", page))


def _checked(page: Settings) -> Settings:
    checks = list(consistency.CHECKS)
    if page.installation.profile is Profile.PRODUCTION:
        checks.extend(production.CHECKS)
    problems = tuple(problem for check in checks for problem in check(page))
    if problems:
        raise SettingsRefused(problems)
    return page


def _named_file(environ: Mapping[str, str]) -> Path:
    if not environ.get(FILE_VARIABLE):
        raise SettingsRefused((Problem(FILE_VARIABLE, "missing; names the settings file"),))
    return Path(environ[FILE_VARIABLE])


def _tables(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as cause:
        reason = f"cannot be read: {cause.strerror}"
        raise SettingsRefused((Problem(str(file), reason),)) from cause
    except ValueError as cause:
        # The parser may quote a line, and with it a value: only the place is told.
        reason = "is not TOML" + _place(str(cause))
        raise SettingsRefused((Problem(str(file), reason),)) from None


def _place(words: str) -> str:
    """Keep ``(at line 3, column 7)`` of a parser's complaint."""
    start = words.rfind("(at ")
    return f" {words[start:]}" if start >= 0 else ""


def _profile(raw: Mapping[str, object]) -> Profile:
    """Find the profile before all else; one that is wrong is reported by the reading."""
    section = raw.get("installation")
    name = section.get("profile") if isinstance(section, Mapping) else None
    known = isinstance(name, str) and name in {profile.value for profile in Profile}
    return Profile(cast("str", name)) if known else Profile.PRODUCTION


def _overridden(raw: dict[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    page = dict(raw)
    for variable, text in sorted(environ.items()):
        if variable.startswith(OVERRIDE_PREFIX):
            section, key = _target(variable)
            table = page.get(section, {})
            if not isinstance(table, Mapping):
                raise SettingsRefused((Problem(variable, "overrides no single setting"),))
            page[section] = {**table, key: _override_value(section, key, text)}
    return page


def _target(variable: str) -> tuple[str, str]:
    parts = variable.removeprefix(OVERRIDE_PREFIX).lower().split("__")
    if len(parts) != 2 or not all(parts):  # noqa: PLR2004 - a section and a key
        raise SettingsRefused((Problem(variable, "must be TRUSTHUB__SECTION__KEY"),))
    return parts[0], parts[1]


def _override_value(section: str, key: str, text: str) -> object:
    """Read an override as its setting wants it; the reading reports unknown ones."""
    if not _is_plain(section, key):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _is_plain(section: str, key: str) -> bool:
    """Tell whether a setting is a number, a flag or a list, which TOML writes bare."""
    sections = {setting.key: setting.of for setting in settings_of(Settings)}
    known = settings_of(sections[section]) if section in sections else ()
    return any(each.key == key and (each.many or each.of in (int, bool)) for each in known)
