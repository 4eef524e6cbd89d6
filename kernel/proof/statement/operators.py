"""The seven metadata policy operators, as a table in their order of application."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, Protocol

from kernel.proof.statement.errors import InvalidMetadata, InvalidPolicy
from kernel.proof.statement.json_sets import (
    contains,
    intersection,
    is_array,
    is_subset,
    same,
    union,
)


class Absence(Enum):
    """The state of a metadata parameter that is not there; null is no value of one."""

    ABSENT = "absent"


class Form(Protocol):
    """Tells whether a value may stand behind an operator."""

    def __call__(self, operand: object, /) -> bool:
        """Return True if it may."""
        ...


class Merge(Protocol):
    """Joins the values of one operator in a superior's and a subordinate's policy."""

    def __call__(self, superior: object, subordinate: object, /) -> object:
        """Return the joined value, or raise ``InvalidPolicy``."""
        ...


class Action(Protocol):
    """Applies an operator to one metadata parameter."""

    def __call__(self, value: object, operand: object, /) -> object:
        """Return the parameter's new value or ``ABSENT``, or raise ``InvalidMetadata``."""
        ...


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of the table: which values it takes, how two merge, what it does."""

    form: Form
    merge: Merge
    act: Action


def _anything(_operand: object) -> bool:
    return True


def _something(operand: object) -> bool:
    return operand is not None


def _boolean(operand: object) -> bool:
    return isinstance(operand, bool)


def _must_be_equal(superior: object, subordinate: object) -> object:
    if not same(superior, subordinate):
        raise InvalidPolicy(detail="values differ")
    return superior


def _union(superior: object, subordinate: object) -> object:
    return union(_array(superior), _array(subordinate))


def _intersection(superior: object, subordinate: object) -> object:
    return intersection(_array(superior), _array(subordinate))


def _common_choice(superior: object, subordinate: object) -> object:
    common = intersection(_array(superior), _array(subordinate))
    if not common:
        raise InvalidPolicy(detail="no choice in common")
    return common


def _either(superior: object, subordinate: object) -> object:
    return superior is True or subordinate is True


def _set(_value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.1: the value is this; null removes the parameter."""
    return Absence.ABSENT if operand is None else operand


def _add(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.2: all of these are there, created if need be."""
    return union([] if value is Absence.ABSENT else _metadata_array(value), _array(operand))


def _set_if_absent(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.3: this if there was nothing."""
    return operand if value is Absence.ABSENT else value


def _is_one_of(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.4: if there, it is among these."""
    if value is not Absence.ABSENT and not contains(operand, value):
        raise InvalidMetadata(detail="one_of")
    return value


def _reduce_to(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.5: if there, only what is among these stays."""
    if value is Absence.ABSENT:
        return value
    return intersection(_metadata_array(value), _array(operand))


def _has_all_of(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.6: if there, it has all of these."""
    if value is not Absence.ABSENT and not is_subset(operand, _metadata_array(value)):
        raise InvalidMetadata(detail="superset_of")
    return value


def _is_there(value: object, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.7: it is there, if that is essential."""
    if operand is True and value is Absence.ABSENT:
        raise InvalidMetadata(detail="essential")
    return value


def _array(operand: object) -> list[object]:
    if not is_array(operand):
        raise InvalidPolicy(detail="not an array")
    return operand


def _metadata_array(value: object) -> list[object]:
    if not is_array(value):
        raise InvalidMetadata(detail="not an array")
    return value


OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        "value": Operator(_anything, _must_be_equal, _set),
        "add": Operator(is_array, _union, _add),
        "default": Operator(_something, _must_be_equal, _set_if_absent),
        "one_of": Operator(is_array, _common_choice, _is_one_of),
        "subset_of": Operator(is_array, _intersection, _reduce_to),
        "superset_of": Operator(is_array, _union, _has_all_of),
        "essential": Operator(_boolean, _either, _is_there),
    }
)
"""OpenID Federation 1.0 §6.1.3.1, in the order of §6.1.3.2."""
