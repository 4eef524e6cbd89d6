"""The page as a TOML file to fill in, and as documentation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from config.outline import Setting, is_dataclass_type, settings_of
from config.profiles import DEFAULTS
from config.schema import Settings
from config.spans import write_span
from config.words import Profile, SecretFile

Values = Mapping[str, object]


def template(profile: Profile, values: Values | None = None) -> str:
    """Write a commented settings file.

    Args:
        profile: whose defaults the comments show.
        values: sections as tables, lists of tables as sequences of tables; what is
            given is written live, the rest stays a comment.

    Raises:
        KeyError: ``values`` names a setting that does not exist.
    """
    given = values or {}
    _all_known(given, settings_of(Settings))
    lines = [
        f"# Trusthub settings, profile {profile.value}. Spans: 250ms, 30s, 5m, 24h, 7d."
    ]
    for section in settings_of(Settings):
        lines += _section(section, profile, given)
    return "\n".join(lines) + "\n"


def _all_known(given: Values, known: Sequence[Setting]) -> None:
    names = {setting.key for setting in known}
    for key in given:
        if key not in names:
            raise KeyError(key)


def _section(section: Setting, profile: Profile, given: Values) -> Iterator[str]:
    if section.many:
        yield from _tables(section, section.key, given.get(section.key, ()))
        return
    table = given.get(section.key, {})
    offered = DEFAULTS[profile].get(section.key, {})
    yield from ("", f"# {section.rule.says}", f"[{section.key}]")
    known = settings_of(section.of)
    _all_known(_mapping(table), known)
    for setting in known:
        if not is_dataclass_type(setting.of):
            yield from _line(setting, _mapping(table), offered)
    for setting in known:
        if is_dataclass_type(setting.of):
            within = _mapping(table).get(setting.key, ())
            yield from _tables(setting, f"{section.key}.{setting.key}", within)


def _tables(setting: Setting, name: str, tables: object) -> Iterator[str]:
    """Write ``[[name]]`` for each table, or one in comments where there is none.

    A table that is no list is written as ``[name]``.
    """
    known, head = settings_of(setting.of), f"[[{name}]]" if setting.many else f"[{name}]"
    listed = list(tables) if isinstance(tables, Sequence) else [tables]
    for table in listed:
        _all_known(_mapping(table), known)
        yield from ("", head)
        for each in known:
            yield from _line(each, _mapping(table), {})
    if not listed:
        yield from ("", f"# {setting.rule.says}", f"# {head}")
        for each in known:
            yield from _line(each, {}, {})


def _line(setting: Setting, table: Values, offered: Values) -> Iterator[str]:
    yield f"# {setting.rule.says}{_bounds(setting)}"
    if setting.key in table:
        yield f"{setting.key} = {_toml(table[setting.key])}"
        return
    yield f"# {setting.key} = {default_text(setting, offered)}".rstrip()


def default_text(setting: Setting, offered: Values) -> str:
    """Say what holds if nothing is written: a TOML value, or nothing if it must be."""
    default = offered.get(setting.key, setting.default)
    return "" if default is MISSING or default is None else _toml(default)


def _bounds(setting: Setting) -> str:
    rule = setting.rule
    if issubclass(setting.of, StrEnum):
        return " One of: " + ", ".join(member.value for member in setting.of) + "."
    if rule.least is None or rule.most is None:
        return ""
    return f" From {_bare(rule.least)} to {_bare(rule.most)}."


def _bare(value: object) -> str:
    return write_span(value) if isinstance(value, timedelta) else str(value)


def _toml(value: object) -> str:
    """Write one value; TOML's basic strings escape as JSON's do (TOML 1.0 §String)."""
    if isinstance(value, SecretFile):
        value = value.path
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    text = write_span(value) if isinstance(value, timedelta) else str(value)
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _mapping(table: object) -> Values:
    if not isinstance(table, Mapping):
        raise TypeError(type(table))
    return table


def describe() -> str:
    """Render the page as Markdown, one table a section."""
    lines = ["# Settings", "", *_HOW_TO]
    for section in settings_of(Settings):
        lines += _described(section, section.key + ("[]" if section.many else ""))
    return "\n".join(lines) + "\n"


_HOW_TO = (
    "One TOML file, named by `TRUSTHUB_SETTINGS`. `TRUSTHUB__SECTION__KEY` overrides one",
    "setting. Relative paths start at the file's folder. Unknown and missing settings stop",
    "the start. Spans are written `250ms`, `30s`, `5m`, `24h`, `7d`.",
)


def _described(section: Setting, name: str) -> Iterator[str]:
    yield from ("", f"## {name}", "", section.rule.says, "")
    yield "| setting | type | default | meaning |"
    yield "|---|---|---|---|"
    nested = []
    for setting in settings_of(section.of):
        if is_dataclass_type(setting.of):
            nested.append(setting)
            continue
        yield _row(setting)
    for setting in nested:
        yield from _described(setting, f"{name}.{setting.key}{'[]' * setting.many}")


def _row(setting: Setting) -> str:
    shape = _TYPES.get(setting.of, "choice") + (" list" if setting.many else "")
    default = default_text(setting, {})
    shown = f"`{default}`" if default else ("**required**" if setting.required else "none")
    form = setting.rule.form
    meaning = (
        setting.rule.says + _bounds(setting) + (f" Must be {form.words}." if form else "")
    )
    return f"| `{setting.key}` | {shape} | {shown} | {meaning} |"


_TYPES: Mapping[type, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    timedelta: "span",
    Path: "path",
    SecretFile: "path of a secret",
}
