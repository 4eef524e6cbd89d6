"""From raw tables to the typed page, keeping every problem instead of the first."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar, cast

from config.outline import Setting, is_dataclass_type, settings_of
from config.spans import parse_span, write_span
from config.words import DATABASE, EPHEMERAL, Problem, Rule, SecretFile

_SQLITE_FILE: Final = "sqlite:///"

Raw = Mapping[str, object]
Bound = TypeVar("Bound", int, timedelta)


class _WrongValueError(Exception):
    """A value that its rule does not take; the text says why, without the value."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a page: relative paths start at ``folder``, problems pile up."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def section(self, kind: type, raw: Raw, prefix: str = "") -> object:
        """Read one table; ``None`` where it has problems, which are then kept."""
        before = len(self.problems)
        known = settings_of(kind)
        self._refuse_unknown(raw, known, prefix)
        values = {one.key: self._setting(one, raw, prefix + one.key) for one in known}
        return kind(**values) if len(self.problems) == before else None

    def _refuse_unknown(self, raw: Raw, known: tuple[Setting, ...], prefix: str) -> None:
        names = [setting.key for setting in known]
        for key in raw:
            if key not in names:
                self._keep(prefix + key, "unknown setting" + _meant(key, names))

    def _setting(self, setting: Setting, raw: Raw, at: str) -> object:
        if setting.section:
            return self._table(setting.of, raw.get(setting.key, {}), at)
        if setting.key in raw:
            return self._given(setting, raw[setting.key], at)
        if setting.default is MISSING:
            self._keep(at, "missing")
        return self._at_home(setting.default)

    def _at_home(self, default: object) -> object:
        return self.folder / default if isinstance(default, Path) else default

    def _table(self, kind: type, raw: object, at: str) -> object:
        if not isinstance(raw, Mapping):
            return self._keep(at, "must be a table")
        return self.section(kind, raw, f"{at}.")

    def _given(self, setting: Setting, value: object, at: str) -> object:
        if not setting.many:
            return self._value(setting, value, at)
        if not isinstance(value, list):
            return self._keep(at, "must be a list")
        return tuple(
            self._value(setting, each, f"{at}[{index}]") for index, each in enumerate(value)
        )

    def _value(self, setting: Setting, value: object, at: str) -> object:
        if is_dataclass_type(setting.of):
            return self._table(setting.of, value, at)
        try:
            return read_value(setting.of, setting.rule, value, self.folder)
        except _WrongValueError as cause:
            return self._keep(at, str(cause))

    def _keep(self, key: str, reason: str) -> object:
        """Note a problem; the value of a setting that has one is never used."""
        self.problems.append(Problem(key, reason))
        return None


def _meant(key: str, names: list[str]) -> str:
    close = difflib.get_close_matches(key, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def read_value(kind: type, rule: Rule, value: object, folder: Path) -> object:
    """Read one value of type ``kind`` under ``rule``."""
    if issubclass(kind, StrEnum):
        return _choice(kind, value)
    return _READERS[kind](rule, value, folder)


def _choice(kind: type[StrEnum], value: object) -> StrEnum:
    words = [member.value for member in kind]
    if value not in words:
        raise _WrongValueError("must be one of " + ", ".join(words))
    return kind(value)


def _text(rule: Rule, value: object, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        reason = "must be a text that is not empty"
        raise _WrongValueError(reason)
    if rule.form is not None and not rule.form.fits(value):
        raise _WrongValueError("must be " + rule.form.words)
    return _at_folder(value, folder) if rule.form in (DATABASE, EPHEMERAL) else value


def _at_folder(url: str, folder: Path) -> str:
    """Give a database file that is named relatively its place beside the settings."""
    file = url.removeprefix(_SQLITE_FILE)
    return url if file in ("", url) else f"{_SQLITE_FILE}{folder / file}"


def _whole(rule: Rule, value: object, _folder: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        reason = "must be a whole number"
        raise _WrongValueError(reason)
    _within(rule, value, str)
    return value


def _flag(_rule: Rule, value: object, _folder: Path) -> bool:
    if not isinstance(value, bool):
        reason = "must be true or false"
        raise _WrongValueError(reason)
    return value


def _span(rule: Rule, value: object, _folder: Path) -> timedelta:
    try:
        span = parse_span(value) if isinstance(value, str) else None
    except ValueError:
        span = None
    if span is None:
        reason = 'must be a span such as "30s", "5m" or "24h"'
        raise _WrongValueError(reason)
    _within(rule, span, write_span)
    return span


def _path(rule: Rule, value: object, folder: Path) -> Path:
    try:
        return folder / Path(_text(rule, value, folder)).expanduser()
    except RuntimeError as cause:
        reason = "must be a path; there is no such home folder, write it out"
        raise _WrongValueError(reason) from cause


def _secret_file(rule: Rule, value: object, folder: Path) -> SecretFile:
    return SecretFile(_path(rule, value, folder))


def _within(rule: Rule, value: Bound, write: Callable[[Bound], str]) -> None:
    """Hold a value to the inclusive bounds of its rule."""
    least, most = cast("Bound | None", rule.least), cast("Bound | None", rule.most)
    if least is not None and value < least:
        raise _WrongValueError("must be at least " + write(least))
    if most is not None and value > most:
        raise _WrongValueError("must be at most " + write(most))


_READERS: Final[Mapping[type, Callable[[Rule, object, Path], object]]] = {
    str: _text,
    int: _whole,
    bool: _flag,
    timedelta: _span,
    Path: _path,
    SecretFile: _secret_file,
}
