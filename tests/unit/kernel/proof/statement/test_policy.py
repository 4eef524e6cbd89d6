"""What the published vectors leave out: scope, levels, numbers, objects, properties."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.statement import (
    InvalidMetadata,
    InvalidPolicy,
    apply,
    apply_all,
    check,
    critical_operators_are_known,
    merge,
    override,
    resolve,
)
from kernel.proof.statement.json_sets import same

WORDS: Final = st.lists(st.sampled_from("abcd"), max_size=4, unique=True)
TypePolicies = dict[str, dict[str, object]]


@st.composite
def policies(draw: st.DrawFn) -> TypePolicies:
    """Return a type policy of the seven operators for arrays and texts, often valid."""
    lists = ("add", "subset_of", "superset_of")
    array: dict[str, object] = {
        name: draw(WORDS) for name in draw(st.sets(st.sampled_from(lists)))
    }
    if draw(st.integers(0, 3)) == 0:
        array[draw(st.sampled_from(["value", "default"]))] = draw(WORDS)
    if draw(st.booleans()):
        array["essential"] = draw(st.booleans())
    text: dict[str, object] = {}
    if draw(st.booleans()):
        text["one_of"] = draw(WORDS)
    if draw(st.integers(0, 3)) == 0:
        text[draw(st.sampled_from(["value", "default"]))] = draw(st.sampled_from("abcd"))
    return {"array": array, "text": text}


METADATA: Final = st.fixed_dictionaries(
    {}, optional={"array": WORDS, "text": st.sampled_from("abcd"), "free": st.integers()}
)


@given(st.lists(policies(), min_size=2, max_size=4), METADATA)
@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_no_subordinate_loosens_what_any_superior_demands(
    levels: list[TypePolicies], metadata: dict[str, object]
) -> None:
    try:
        resolved = apply_all(levels, metadata)
    except (InvalidPolicy, InvalidMetadata):
        return
    for demanded in levels:
        assert same(apply(demanded, resolved), resolved)
    assert resolved.get("free") == metadata.get("free")


@given(policies(), policies(), policies())
def test_it_does_not_matter_where_the_merging_begins(
    top: TypePolicies, middle: TypePolicies, low: TypePolicies
) -> None:
    outcomes: list[object] = []
    for order in ("down", "up"):
        try:
            if order == "down":
                outcomes.append(merge(merge(top, middle), low))
            else:
                outcomes.append(merge(top, merge(middle, low)))
        except InvalidPolicy:
            outcomes.append("refused")
    assert same(*outcomes)


@given(policies(), METADATA)
def test_a_policy_applied_twice_changes_nothing_more(
    policy: TypePolicies, metadata: dict[str, object]
) -> None:
    try:
        once = apply(policy, metadata)
    except (InvalidPolicy, InvalidMetadata):
        return
    assert same(apply(policy, once), once)


@given(policies())
def test_a_policy_merged_with_itself_or_nothing_stays(policy: TypePolicies) -> None:
    try:
        checked = check(policy)
    except InvalidPolicy:
        return
    if policy["text"].get("one_of") != []:
        assert same(merge(policy, policy), checked)
    assert same(merge(policy, {}), checked)
    assert same(merge({}, policy), checked)


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3.1.8")
def test_scope_is_words_to_the_operators_and_text_to_the_reader() -> None:
    policy = {"scope": {"subset_of": ["openid", "profile"], "superset_of": ["openid"]}}
    resolved = apply(policy, {"scope": "openid profile email"})
    assert resolved == {"scope": "openid profile"}
    with pytest.raises(InvalidMetadata):
        apply(policy, {"scope": "profile"})
    assert apply({"scope": {"add": ["openid"]}}, {}) == {"scope": "openid"}
    assert apply({"scope": {"default": "a b"}}, {}) == {"scope": "a b"}
    choice = {"scope": {"one_of": ["a b", "c"]}}
    assert apply(choice, {"scope": "b a"}) == {"scope": "b a"}
    with pytest.raises(InvalidMetadata):
        apply(choice, {"scope": "a"})


def test_a_scope_of_other_things_than_words_is_refused() -> None:
    with pytest.raises(InvalidMetadata):
        apply({"scope": {"value": [1]}}, {})


def test_objects_and_numbers_are_compared_as_json_means_them() -> None:
    policy = {"p": {"one_of": [{"a": [1, 2], "b": None}, 1]}}
    assert apply(policy, {"p": {"b": None, "a": [2, 1.0]}})
    assert apply(policy, {"p": 1.0}) == {"p": 1.0}
    for other in (True, "1", {"a": [1, 2]}, 10**30):
        with pytest.raises(InvalidMetadata):
            apply(policy, {"p": other})


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3.1")
@pytest.mark.parametrize(
    "operators",
    [
        {"add": "a"},
        {"subset_of": None},
        {"superset_of": {"a": 1}},
        {"one_of": "a"},
        {"essential": "true"},
        {"essential": 1},
        {"default": None},
        {"one_of": ["a"], "add": ["a"]},
        {"one_of": ["a"], "subset_of": ["a"]},
        {"one_of": ["a"], "superset_of": ["a"]},
        {"subset_of": ["a"], "superset_of": ["b"]},
        {"subset_of": ["a"], "add": ["b"]},
        {"value": None, "essential": True},
        {"value": None, "default": "a"},
        {"value": None, "add": ["a"]},
        {"value": "a", "add": ["a"]},
        {"value": "b", "one_of": ["a"]},
        {"value": ["b"], "subset_of": ["a"]},
        {"value": ["b"], "superset_of": ["a"]},
        {"value": ["b"], "add": ["a"]},
        "text",
        None,
        ["value"],
    ],
)
def test_a_policy_that_contradicts_itself_is_refused_alone_and_merged(
    operators: Any,  # noqa: ANN401  what strangers send
) -> None:
    for refused in (
        lambda: check({"p": operators}),
        lambda: apply({"p": operators}, {}),
        lambda: merge({}, {"p": operators}),
        lambda: merge({"p": operators}, {}),
        lambda: resolve([{"t": {"p": operators}}], {}),
    ):
        with pytest.raises(InvalidPolicy):
            refused()


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4.1")
@pytest.mark.parametrize(
    ("superior", "subordinate"),
    [
        ({"value": "a"}, {"value": "b"}),
        ({"value": True}, {"value": 1}),
        ({"value": None}, {"value": "a"}),
        ({"default": "a"}, {"default": "b"}),
        ({"one_of": ["a"]}, {"one_of": ["b"]}),
        ({"one_of": ["a"]}, {"add": ["a"]}),
        ({"superset_of": ["a"]}, {"subset_of": ["b"]}),
        ({"subset_of": ["a"]}, {"value": ["a", "b"]}),
        ({"value": None}, {"essential": True}),
        ({"subset_of": ["a", "b"], "superset_of": ["a"]}, {"subset_of": ["b", "c"]}),
    ],
)
def test_policies_that_contradict_one_another_are_refused(
    superior: dict[str, object], subordinate: dict[str, object]
) -> None:
    with pytest.raises(InvalidPolicy) as refusal:
        merge({"grant_types": superior}, {"grant_types": subordinate})
    assert "grant_types" in refusal.value.detail


def test_an_empty_intersection_of_subsets_leaves_an_empty_array() -> None:
    merged = merge({"p": {"subset_of": ["a"]}}, {"p": {"subset_of": ["b"]}})
    assert apply(merged, {"p": ["a"]}) == {"p": []}
    assert apply(merged, {}) == {}


@pytest.mark.spec("OpenID Federation 1.0 §6.1.3.3")
def test_unknown_operators_are_ignored_unless_they_are_critical() -> None:
    assert apply({"p": {"regexp": "^a", "essential": True}}, {"p": "b"}) == {"p": "b"}
    critical_operators_are_known([])
    with pytest.raises(InvalidPolicy):
        critical_operators_are_known(["regexp"])


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4.2")
def test_metadata_of_the_wrong_type_or_null_are_refused() -> None:
    for operator in ("add", "subset_of", "superset_of"):
        with pytest.raises(InvalidMetadata):
            apply({"p": {operator: ["a"]}}, {"p": "a"})
    with pytest.raises(InvalidMetadata):
        apply({}, {"p": None})


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_policies_of_three_levels_apply_by_entity_type() -> None:
    levels = [
        {"openid_relying_party": {"grant_types": {"subset_of": ["a", "b", "c"]}}},
        {"openid_relying_party": {"grant_types": {"subset_of": ["b", "c"]}}},
        {"openid_relying_party": {"grant_types": {"subset_of": ["c", "d"]}}},
    ]
    metadata = {
        "openid_relying_party": {"grant_types": ["a", "b", "c", "d"]},
        "openid_provider": {"grant_types": ["a"]},
    }
    assert resolve(levels, metadata) == {
        "openid_relying_party": {"grant_types": ["c"]},
        "openid_provider": {"grant_types": ["a"]},
    }
    assert metadata["openid_relying_party"]["grant_types"] == ["a", "b", "c", "d"]


def test_a_bad_policy_for_a_type_nobody_plays_is_still_refused() -> None:
    with pytest.raises(InvalidPolicy):
        resolve([{"other": {"p": {"add": 5}}}], {"openid_provider": {}})


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_a_superior_overrides_parameter_by_parameter() -> None:
    own = {"openid_provider": {"a": 1, "b": 2}}
    assert override(own, {"openid_provider": {"b": 3}}) == {
        "openid_provider": {"a": 1, "b": 3},
    }


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_a_superior_gives_nobody_a_type_that_it_does_not_play() -> None:
    assert override({"x": {"a": 1}}, {"openid_provider": {"b": 3}}) == {"x": {"a": 1}}
