import pytest

from kernel.proof.statement import (
    ConstraintMalformed,
    Constraints,
    NameNotPermitted,
    PathTooLong,
    name_is_permitted,
    path_is_short_enough,
    strip_entity_types,
)


@pytest.mark.spec("OpenID Federation 1.0 §6.2.1")
def test_intermediates_are_counted_up_to_the_limit() -> None:
    for limit in (0, 1, 5):
        constraints = Constraints.parse({"max_path_length": limit})
        path_is_short_enough(constraints, limit)
        with pytest.raises(PathTooLong):
            path_is_short_enough(constraints, limit + 1)
    path_is_short_enough(Constraints.parse({}), 100)


def names(**lists: list[str]) -> Constraints:
    return Constraints.parse({"naming_constraints": lists})


@pytest.mark.spec("OpenID Federation 1.0 §6.2.2")
@pytest.mark.parametrize(
    ("entity_id", "permitted"),
    [
        ("https://a.example.com", [".example.com"]),
        ("https://a.b.example.com:8443/path", [".example.com"]),
        ("https://example.com/x", ["example.com"]),
        ("https://EXAMPLE.com", ["Example.COM"]),
        ("https://a.example.com.", [".example.com"]),
        ("https://b.example", ["a.example", "b.example"]),
    ],
)
def test_a_permitted_host_passes(entity_id: str, permitted: list[str]) -> None:
    name_is_permitted(names(permitted=permitted), entity_id)


@pytest.mark.spec("RFC 5280 §4.2.1.10")
@pytest.mark.parametrize(
    ("entity_id", "permitted"),
    [
        ("https://example.com", [".example.com"]),
        ("https://a.example.com", ["example.com"]),
        ("https://evilexample.com", [".example.com"]),
        ("https://example.com.evil.example", [".example.com", "example.com"]),
        ("https://example.com@evil.example", [".example.com", "example.com"]),
        ("https://evil.example/a.example.com", [".example.com"]),
        ("https://evil.example#.example.com", [".example.com"]),
        ("urn:example.com", ["example.com"]),
        ("https://a.example", []),
        ("", [".example.com"]),
    ],
)
def test_any_other_host_is_not_permitted(entity_id: str, permitted: list[str]) -> None:
    with pytest.raises(NameNotPermitted):
        name_is_permitted(names(permitted=permitted), entity_id)


def test_exclusion_wins() -> None:
    both = names(permitted=[".example.com"], excluded=["bad.example.com", ".x.example.com"])
    name_is_permitted(both, "https://good.example.com")
    for host in ("bad.example.com", "a.x.example.com", "bad.example.com."):
        with pytest.raises(NameNotPermitted):
            name_is_permitted(both, f"https://{host}")
    name_is_permitted(names(excluded=["a.example"]), "https://b.example")


@pytest.mark.spec("OpenID Federation 1.0 §6.2.3")
def test_types_that_are_not_allowed_are_stripped_but_the_federation_entity_stays() -> None:
    metadata = {"federation_entity": {"a": 1}, "openid_provider": {"b": 1}, "x": {}}
    allowed = Constraints.parse({"allowed_entity_types": ["openid_provider"]})
    assert set(strip_entity_types(allowed, metadata)) == set(metadata) - {"x"}
    nothing = Constraints.parse({"allowed_entity_types": []})
    assert set(strip_entity_types(nothing, metadata)) == {"federation_entity"}
    assert strip_entity_types(Constraints.parse({"unknown": 1}), metadata) == metadata


@pytest.mark.parametrize(
    "raw",
    [
        {"max_path_length": -1},
        {"max_path_length": True},
        {"max_path_length": "1"},
        {"max_path_length": 1.0},
        {"max_path_length": None},
        {"naming_constraints": []},
        {"naming_constraints": {"permitted": "a"}},
        {"naming_constraints": {"excluded": [1]}},
        {"naming_constraints": {"permitted": None}},
        {"allowed_entity_types": "openid_provider"},
        {"allowed_entity_types": None},
    ],
)
def test_a_constraint_of_another_form_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ConstraintMalformed):
        Constraints.parse(raw)
