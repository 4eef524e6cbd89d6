"""A stricter superior never yields a looser result: the algebra, as a property."""

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel.proof.statement import (
    InvalidMetadata,
    InvalidPolicy,
    apply,
    apply_all,
    merge,
    resolve,
    same_json,
)

SPEC = pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
RUNS: Final = settings(max_examples=60, deadline=None)
VALUES: Final = ("a", "b", "c", "d")
NAMES: Final = ("list", "one", "scope")

some = st.lists(st.sampled_from(VALUES), unique=True, max_size=4)
at_least_one = st.lists(st.sampled_from(VALUES), unique=True, min_size=1, max_size=4)
texts = st.sampled_from(VALUES)


def operators(*, plain: bool) -> st.SearchStrategy[dict[str, object]]:
    """Return policies of one parameter: of text if ``plain``, else of an array."""
    value = texts if plain else some
    possible: dict[str, st.SearchStrategy[object]] = {
        "value": value,
        "default": value,
        "essential": st.booleans(),
    }
    if plain:
        possible["one_of"] = at_least_one
    else:
        possible |= {"add": some, "subset_of": some, "superset_of": some}
    return st.fixed_dictionaries({}, optional=possible).map(dict)


policies = st.fixed_dictionaries(
    {},
    optional={
        "list": operators(plain=False),
        "one": operators(plain=True),
        "scope": operators(plain=False),
    },
).map(dict)
metadata = st.fixed_dictionaries(
    {}, optional={"list": some, "one": texts, "scope": some.map(" ".join)}
).map(dict)


def outcome(
    chain: list[dict[str, object]], held: dict[str, object]
) -> dict[str, object] | None:
    try:
        return apply_all(chain, held)
    except (InvalidPolicy, InvalidMetadata):
        return None


def alike(left: Mapping[str, object], right: Mapping[str, object]) -> bool:
    """Compare metadata; §6.1.3.1: values in arrays and scopes are in no order."""
    return _orderless(left) == _orderless(right)


def _orderless(held: Mapping[str, object]) -> dict[str, object]:
    split = {n: str(v).split(" ") if n == "scope" else v for n, v in held.items()}
    return {n: sorted(v) if isinstance(v, list) else v for n, v in split.items()}


@SPEC
@RUNS
@given(policies, policies, policies, metadata)
def test_what_resolves_satisfies_every_superior_by_itself(
    top: dict[str, object],
    middle: dict[str, object],
    low: dict[str, object],
    held: dict[str, object],
) -> None:
    """Whoever stands above is never overruled by whoever stands below."""
    result = outcome([top, middle, low], held)
    assume(result is not None)
    assert result is not None
    for superior in (top, middle, low):
        assert alike(apply(superior, result), result)


@SPEC
@RUNS
@given(policies, policies, policies, metadata)
def test_a_stricter_superior_refuses_whatever_the_milder_one_refused(
    top: dict[str, object],
    more: dict[str, object],
    low: dict[str, object],
    held: dict[str, object],
) -> None:
    """``merge(top, more)`` is ``top`` made stricter: what it lets pass keeps both."""
    try:
        stricter: dict[str, object] = dict(merge(top, more))
    except InvalidPolicy:
        return
    result = outcome([stricter, low], held)
    if result is not None:
        assert alike(apply(top, result), result)
        assert alike(apply(stricter, result), result)


limits = st.fixed_dictionaries(
    {}, optional={"subset_of": some, "superset_of": some, "essential": st.booleans()}
).map(dict)


@SPEC
@RUNS
@given(limits, limits, some)
def test_another_limit_takes_away_and_never_gives(
    above: dict[str, object], below: dict[str, object], value: list[str]
) -> None:
    held: dict[str, object] = {"list": value}
    without = outcome([{"list": below}], held)
    under = outcome([{"list": above}, {"list": below}], held)
    if under is None:
        return
    assert without is not None
    assert set(_list(under)) <= set(_list(without))


@SPEC
@RUNS
@given(at_least_one, at_least_one, texts)
def test_another_choice_takes_away_and_never_gives(
    above: list[str], below: list[str], value: str
) -> None:
    chain: list[dict[str, object]] = [
        {"one": {"one_of": above}},
        {"one": {"one_of": below}},
    ]
    passes = outcome(chain, {"one": value}) is not None
    assert passes == (value in above and value in below)


@SPEC
@RUNS
@given(policies, metadata)
def test_a_superior_that_says_nothing_changes_nothing(
    policy: dict[str, object], held: dict[str, object]
) -> None:
    alone, under = outcome([policy], held), outcome([{}, policy], held)
    assert (alone is None) == (under is None)
    assert alone is None or same_json(alone, under)


@SPEC
@RUNS
@given(policies, policies, policies, metadata)
def test_it_does_not_matter_in_which_steps_policies_are_merged(
    top: dict[str, object],
    middle: dict[str, object],
    low: dict[str, object],
    held: dict[str, object],
) -> None:
    try:
        joined: dict[str, object] = dict(merge(middle, low))
        whole: dict[str, object] = dict(merge(merge(top, middle), low))
    except InvalidPolicy:
        return
    left, right = outcome([whole], held), outcome([top, joined], held)
    assert (left is None) == (right is None)
    assert left is None or same_json(left, right)


@SPEC
@RUNS
@given(policies, policies, metadata)
def test_a_policy_for_one_type_says_nothing_about_another(
    policy: dict[str, object], other: dict[str, object], held: dict[str, object]
) -> None:
    both = {"openid_provider": held, "openid_relying_party": held}
    try:
        merged = resolve(
            [{"openid_provider": policy}, {"openid_relying_party": other}], both
        )
    except (InvalidPolicy, InvalidMetadata):
        return
    assert same_json(merged["openid_provider"], apply(policy, held))
    assert same_json(merged["openid_relying_party"], apply(other, held))


def _list(resolved: dict[str, object]) -> list[str]:
    held = resolved["list"]
    assert isinstance(held, list)
    return held
