"""The page seen as a list: which settings a section has, their types and rules."""

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, get_args, get_origin, get_type_hints

from config.words import Rule


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the page declares it.

    ``of`` is the type of one value (of each, where ``many``); ``default`` is
    ``MISSING`` where the operator or the profile must give one.
    """

    key: str
    of: type
    rule: Rule
    many: bool
    default: object

    @property
    def required(self) -> bool:
        """Tell whether the page stays incomplete without it."""
        return self.default is MISSING and not self.section

    @property
    def section(self) -> bool:
        """Tell whether it is a table of settings, and not a list of tables."""
        return is_dataclass_type(self.of) and not self.many


def is_dataclass_type(kind: type) -> bool:
    """Tell whether values of ``kind`` are tables with settings of their own."""
    return is_dataclass(kind) and kind.__name__ != "SecretFile"


@cache
def settings_of(section: type) -> tuple[Setting, ...]:
    """List the settings of a section in the order of the page."""
    hints = get_type_hints(section, include_extras=True)
    return tuple(_setting(item, hints[item.name]) for item in fields(section))


def _setting(item: "Field[object]", hint: object) -> Setting:
    base, rule = _bare(hint)
    many = get_origin(base) is tuple
    of = get_args(base)[0] if many else base
    return Setting(item.name, of, rule, many, item.default)


def _bare(hint: object) -> tuple[type, Rule]:
    """Take ``Annotated`` and ``| None`` off a type; every setting must have a rule."""
    if get_origin(hint) is not Annotated:
        raise TypeError(hint)
    base, rule = get_args(hint)
    if isinstance(base, UnionType):
        (base,) = (part for part in get_args(base) if part is not NoneType)
    return base, rule
