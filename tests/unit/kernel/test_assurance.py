"""Levels: the least of the axes, and no way up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.assurance import (
    Assurance,
    Authenticator,
    Ceiling,
    Level,
    LevelTooLow,
    Path,
    UnknownLevel,
    asserted,
    reaches,
)

levels = st.sampled_from(Level)
assurances = st.builds(
    Assurance,
    identity=levels,
    authenticator=st.sampled_from(Authenticator),
    path=st.none() | st.sampled_from(Path),
    bound=levels,
)
ceilings = st.builds(
    Ceiling,
    identity=levels,
    authenticator=st.sampled_from(Authenticator),
    path=st.sampled_from(Path),
)


@given(assurances, ceilings)
def test_a_ceiling_never_raises_a_level(assurance: Assurance, ceiling: Ceiling) -> None:
    capped = assurance.capped(ceiling)
    assert capped.level <= assurance.level
    assert capped.identity <= ceiling.identity
    assert capped.capped(ceiling) == capped


@given(assurances)
def test_the_identity_told_is_what_was_proven_and_contradicts_no_level(
    assurance: Assurance,
) -> None:
    told = assurance.identity_told
    assert assurance.level <= told <= assurance.identity
    if assurance.path is None:
        assert told is assurance.identity
    if assurance.path is Path.F1:
        assert told <= Level.REAL_NAME


@given(st.lists(st.tuples(assurances, ceilings), min_size=1, max_size=8))
def test_no_path_of_meetings_and_ceilings_ever_raises_a_level(
    steps: list[tuple[Assurance, Ceiling]],
) -> None:
    current = steps[0][0]
    for other, ceiling in steps:
        following = current.met_with(other).capped(ceiling)
        assert following.level <= min(current.level, other.level)
        current = following


@given(assurances, levels)
def test_a_level_is_reached_exactly_when_every_axis_reaches_it(
    assurance: Assurance, asked: Level
) -> None:
    if assurance.level >= asked:
        reaches(assurance, asked)
        return
    with pytest.raises(LevelTooLow):
        reaches(assurance, asked)


@given(levels)
def test_what_an_upstream_asserts_stands_for_exactly_its_level(level: Level) -> None:
    assert asserted(level).level == level


@pytest.mark.parametrize(
    ("authenticator", "level"),
    [(Authenticator.A1, 2), (Authenticator.A2, 3), (Authenticator.A3, 4)],
)
def test_an_authenticator_allows_the_level_of_the_plan(
    authenticator: Authenticator, level: int
) -> None:
    strong = Assurance(identity=Level.STRONG, authenticator=authenticator)
    assert strong.level == level


@pytest.mark.parametrize(("path", "level"), [(Path.F1, 2), (Path.F2, 3), (Path.F3, 4)])
def test_a_federation_path_allows_the_level_of_the_plan(path: Path, level: int) -> None:
    through = Assurance(identity=Level.STRONG, authenticator=Authenticator.A3, path=path)
    assert through.level == level


def test_an_authenticator_enrolled_in_a_weak_session_carries_no_strong_one() -> None:
    weak = Assurance(
        identity=Level.STRONG, authenticator=Authenticator.A3, bound=Level.REAL_NAME
    )
    assert weak.level == Level.REAL_NAME


@given(levels)
def test_an_acr_reads_back_as_its_level(level: Level) -> None:
    assert Level.from_acr(level.acr) is level


@pytest.mark.parametrize(
    "acr", ["", "3", "urn:trusthub:loa:", "urn:trusthub:loa:5", "loa:1"]
)
def test_an_unknown_acr_is_refused(acr: str) -> None:
    with pytest.raises(UnknownLevel):
        Level.from_acr(acr)
