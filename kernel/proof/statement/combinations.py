"""Which operators may stand together for one parameter, and when."""

from collections.abc import Mapping
from typing import Final, Protocol

from kernel.proof.statement.errors import InvalidPolicy
from kernel.proof.statement.json_sets import contains, is_subset


class Agreement(Protocol):
    """Tells whether the values of two operators agree."""

    def __call__(self, left: object, right: object, /) -> bool:
        """Return True if both may stand together."""
        ...


def _never(_left: object, _right: object) -> bool:
    return False


def _covers(outer: object, inner: object) -> bool:
    return is_subset(inner, outer)


def _is_member(value: object, choices: object) -> bool:
    return contains(choices, value)


def _is_not_null(value: object, _default: object) -> bool:
    return value is not None


def _is_there_if_essential(value: object, essential: object) -> bool:
    return value is not None or essential is not True


# OpenID Federation 1.0 §6.1.3.1.1 to .7; a pair not named may always stand together.
_AGREEMENTS: Final[tuple[tuple[str, str, Agreement], ...]] = (
    ("value", "add", _covers),
    ("value", "default", _is_not_null),
    ("value", "one_of", _is_member),
    ("value", "subset_of", is_subset),
    ("value", "superset_of", _covers),
    ("value", "essential", _is_there_if_essential),
    ("add", "one_of", _never),
    ("add", "subset_of", is_subset),
    ("one_of", "subset_of", _never),
    ("one_of", "superset_of", _never),
    ("subset_of", "superset_of", _covers),
)


def operators_agree(operators: Mapping[str, object]) -> None:
    """OpenID Federation 1.0 §6.1.3.1: the operators of one parameter may be combined.

    Raises:
        InvalidPolicy: two of them may not.
    """
    for left, right, agree in _AGREEMENTS:
        if left not in operators or right not in operators:
            continue
        if not agree(operators[left], operators[right]):
            contradiction = f"{left} and {right} contradict"
            raise InvalidPolicy(contradiction)
