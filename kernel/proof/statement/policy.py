"""Metadata policy: check, merge from the most superior down, apply.

A *parameter policy* is ``{operator: value}``, a *type policy* ``{parameter: {operator:
value}}`` for one Entity Type, a *metadata policy* ``{entity type: type policy}``.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Final

from kernel.proof.statement.combinations import operators_agree
from kernel.proof.statement.errors import InvalidMetadata, InvalidPolicy
from kernel.proof.statement.json_sets import is_array
from kernel.proof.statement.operators import OPERATORS, Absence
from kernel.proof.statement.tracing import UNTOLD, PolicyWatch, Tell, Told

ParameterPolicy = Mapping[str, object]
TypePolicy = Mapping[str, ParameterPolicy]
Metadata = Mapping[str, Mapping[str, object]]

_Checked = dict[str, dict[str, object]]
Merged = dict[str, _Checked]
"""Whole metadata policies, checked and merged; only ``merge_next`` makes them."""
_SCOPE: Final = "scope"


def check(policy: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return a type policy that is well-formed, its unknown operators left out.

    Raises:
        InvalidPolicy: a value of the wrong form, or operators that may not be combined.

    Source: OpenID Federation 1.0 §6.1.2, §6.1.3.
    """
    return {name: _checked(name, operators) for name, operators in policy.items()}


def merge(
    superior: Mapping[str, object], subordinate: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """Return the one type policy that stands for both; never looser than ``superior``.

    Raises:
        InvalidPolicy: either is invalid, or they contradict one another.

    Source: OpenID Federation 1.0 §6.1.4.1.
    """
    return _merged_checked(check(superior), check(subordinate), UNTOLD)


def apply(
    policy: Mapping[str, object], metadata: Mapping[str, object]
) -> dict[str, object]:
    """Return the metadata of one Entity Type after its policy.

    Raises:
        InvalidPolicy: the policy is invalid.
        InvalidMetadata: the metadata do not satisfy it, or hold null.

    Source: OpenID Federation 1.0 §6.1.4.2.
    """
    return _applied_checked(check(policy), metadata, UNTOLD)


def apply_all(
    policies: Sequence[Mapping[str, object]], metadata: Mapping[str, object]
) -> dict[str, object]:
    """Merge type policies, the most superior first, and apply the result.

    Raises:
        InvalidPolicy, InvalidMetadata: as ``merge`` and ``apply``.
    """
    merged: Mapping[str, object] = reduce(_merge_types, policies, {})
    return apply(merged, metadata)


def resolve(
    policies: Sequence[Mapping[str, object]], metadata: Metadata
) -> dict[str, dict[str, object]]:
    """Merge whole metadata policies, the most superior first, and apply them by type.

    Every policy is checked, also those for types the subject does not play.

    Raises:
        InvalidPolicy, InvalidMetadata: as ``merge`` and ``apply``.

    Source: OpenID Federation 1.0 §6.1.4.
    """
    merged: Merged = {}
    for policy in policies:
        merged = merge_next(merged, policy)
    return apply_merged(merged, metadata)


def merge_next(
    merged: Merged, policy: Mapping[str, object], watch: PolicyWatch | None = None
) -> Merged:
    """Return what is merged so far with the policy of the next subordinate statement.

    Raises:
        InvalidPolicy: it is malformed, or contradicts those above; ``watch`` was told of
            every step before.

    Source: OpenID Federation 1.0 §6.1.4.1.
    """
    joined = dict(merged)
    for entity_type, type_policy in policy.items():
        below, told = check(_object(type_policy, entity_type)), Told(entity_type, watch)
        above = merged.get(entity_type)
        joined[entity_type] = _merged_checked(above, below, told) if above else below
    return joined


def apply_merged(
    merged: Merged, metadata: Metadata, watch: PolicyWatch | None = None
) -> dict[str, dict[str, object]]:
    """Apply what was merged to every type of metadata.

    Raises:
        InvalidMetadata: the metadata do not satisfy it, or hold null.

    Source: OpenID Federation 1.0 §6.1.4.2.
    """
    return {
        kind: _applied_checked(merged.get(kind, {}), held, Told(kind, watch))
        for kind, held in metadata.items()
    }


def override(
    metadata: Metadata, superior: Metadata, watch: PolicyWatch | None = None
) -> dict[str, Mapping[str, object]]:
    """Return a subject's metadata with what its immediate superior says put over it.

    Parameter by parameter, before any policy, and only for the types the subject plays.

    Source: OpenID Federation 1.0 §3.1.1, "metadata".
    """
    if watch is not None:
        for kind in metadata.keys() & superior.keys():
            for name, value in superior[kind].items():
                Told(kind, watch)(
                    "override", name, "", value, metadata[kind].get(name), value
                )
    return {kind: {**held, **superior.get(kind, {})} for kind, held in metadata.items()}


def critical_operators_are_known(names: Iterable[str]) -> None:
    """OpenID Federation 1.0 §6.1.3.3: an operator marked critical must be understood.

    Only operators beyond the seven may be named, and we understand none of those: whoever
    names one refuses the chain.

    Raises:
        InvalidPolicy: any name is given.
    """
    for name in names:
        unknown = f"critical operator {name[:64]}"
        raise InvalidPolicy(unknown)


def _merge_types(
    merged: Mapping[str, object], policy: Mapping[str, object]
) -> Mapping[str, object]:
    return merge(merged, policy)


def _checked(name: str, operators: object) -> dict[str, object]:
    known = {
        operator: _operand(name, operator, operand)
        for operator, operand in _object(operators, name).items()
        if operator in OPERATORS
    }
    for operator, operand in known.items():
        if not OPERATORS[operator].form(operand):
            reason = f"{name}: {operator} has a value of the wrong form"
            raise InvalidPolicy(reason)
    _agree(name, known)
    return known


def _merged_checked(above: _Checked, below: _Checked, told: Tell) -> _Checked:
    names = [*above, *(name for name in below if name not in above)]
    return {
        name: _merged(name, above[name], below[name], told)
        if name in above and name in below
        else dict(above[name] if name in above else below[name])
        for name in names
    }


def _merged(
    name: str, superior: ParameterPolicy, subordinate: ParameterPolicy, told: Tell
) -> dict[str, object]:
    merged: dict[str, object] = {**superior, **subordinate}
    for operator in superior.keys() & subordinate.keys():
        join = OPERATORS[operator].merge
        try:
            merged[operator] = join(superior[operator], subordinate[operator])
        except InvalidPolicy as cause:
            reason = f"{name}: {operator}: {cause.detail}"
            raise InvalidPolicy(reason) from cause
        both = superior[operator], subordinate[operator], merged[operator]
        told("merge", name, operator, *both)
    _agree(name, merged)
    return merged


def _applied_checked(
    policy: _Checked, metadata: Mapping[str, object], told: Tell
) -> dict[str, object]:
    resolved: dict[str, object] = dict(metadata)
    for name, value in metadata.items():
        if value is None:
            raise InvalidMetadata(name)
    for name, operators in policy.items():
        value = _applied(name, operators, metadata.get(name, Absence.ABSENT), told)
        resolved.pop(name, None)
        if value is not Absence.ABSENT:
            resolved[name] = value
    return resolved


def _agree(name: str, operators: ParameterPolicy) -> None:
    try:
        operators_agree(operators)
    except InvalidPolicy as cause:
        reason = f"{name}: {cause.detail}"
        raise InvalidPolicy(reason) from cause


def _applied(name: str, operators: ParameterPolicy, value: object, told: Tell) -> object:
    value = _split_scope(name, value)
    try:
        for operator, row in OPERATORS.items():
            if operator in operators:
                before, value = value, row.act(value, operators[operator])
                told("apply", name, operator, operators[operator], before, value)
    except InvalidMetadata as cause:
        reason = f"{name}: {cause.detail}"
        raise InvalidMetadata(reason) from cause
    return _join_scope(name, value)


def _operand(name: str, operator: str, operand: object) -> object:
    """OpenID Federation 1.0 §6.1.3.1.8: ``scope`` is handled as an array of its words."""
    if name == _SCOPE and operator == "one_of" and is_array(operand):
        return [_split_scope(name, choice) for choice in operand]
    return _split_scope(name, operand)


def _split_scope(name: str, value: object) -> object:
    return value.split() if name == _SCOPE and isinstance(value, str) else value


def _join_scope(name: str, value: object) -> object:
    if name != _SCOPE or not is_array(value):
        return value
    if not all(isinstance(word, str) for word in value):
        raise InvalidMetadata(name)
    return " ".join(str(word) for word in value)


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidPolicy(name)
    return value
