"""公民身份号码, by examples of the standard and by invented ones."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.identifiers import (
    IdentifierRefused,
    IdentityNumber,
    NumberKind,
    Reason,
    Sex,
    mod_11_2_check,
    upgraded,
)

TODAY = date(2026, 11, 26)
EXAMPLE = "11010519491231002X"


def parse(raw: str) -> IdentityNumber:
    return IdentityNumber.parse(raw, today=TODAY)


def refused(raw: str) -> Reason:
    with pytest.raises(IdentifierRefused) as caught:
        parse(raw)
    return caught.value.reason


def numbered(body: str) -> str:
    """Return 17 digits with the check digit that belongs to them."""
    return body + mod_11_2_check(body)


bodies = st.builds(
    lambda region, days, sequence: (
        f"{region}{date(1900, 1, 1) + timedelta(days=days):%Y%m%d}{sequence:03d}"
    ),
    st.sampled_from(["110105", "440308", "510100", "810000", "911124", "710000"]),
    st.integers(0, 46_000),
    st.integers(0, 999),
)


@pytest.mark.spec("GB 11643-1999")
@pytest.mark.parametrize(
    ("number", "kind", "birth", "sex"),
    [
        (EXAMPLE, NumberKind.CITIZEN, date(1949, 12, 31), Sex.FEMALE),
        ("440308199901101512", NumberKind.CITIZEN, date(1999, 1, 10), Sex.MALE),
        ("810000199408230021", NumberKind.RESIDENCE_PERMIT, date(1994, 8, 23), Sex.FEMALE),
        ("830000199201300022", NumberKind.RESIDENCE_PERMIT, date(1992, 1, 30), Sex.FEMALE),
        (
            "911124198108030024",
            NumberKind.PERMANENT_RESIDENT,
            date(1981, 8, 3),
            Sex.FEMALE,
        ),
    ],
)
def test_an_example_says_region_birth_and_sex(
    number: str, kind: NumberKind, birth: date, sex: Sex
) -> None:
    read = parse(number)
    assert (read.value, read.region) == (number, number[:6])
    assert (read.kind, read.birth, read.sex) == (kind, birth, sex)


@pytest.mark.spec("GB 11643-1999")
@settings(max_examples=60)
@given(body=bodies, place=st.integers(0, 17), digit=st.integers(0, 9))
def test_no_single_wrong_digit_passes(body: str, place: int, digit: int) -> None:
    number = numbered(body)
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert parse(number).value == number
    if wrong != number:
        with pytest.raises(IdentifierRefused):
            parse(wrong)


@pytest.mark.spec("GB 11643-1999")
@settings(max_examples=60)
@given(body=bodies, place=st.integers(0, 15))
def test_no_two_neighbours_change_places(body: str, place: int) -> None:
    number = numbered(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(IdentifierRefused):
            parse(swapped)


@pytest.mark.spec("ISO 7064 MOD 11-2")
@settings(max_examples=60)
@given(body=bodies)
def test_the_check_digit_agrees_with_its_closed_form(body: str) -> None:
    assert mod_11_2_check(body) == "0123456789X"[(1 - 2 * int(body, 13)) % 11]


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",  # noqa: RUF001  full-width on purpose
        " 110105 19491231 002X ",
        "110105-19491231-002X",
    ],
)
def test_other_ways_of_writing_it_are_the_same_number(written: str) -> None:
    assert parse(written) == parse(EXAMPLE)


@pytest.mark.spec("GB 11643-1999")
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", Reason.LENGTH),
        ("1101051949123100", Reason.LENGTH),
        ("11010519491231002XX", Reason.LENGTH),
        ("610104620927690", Reason.LEGACY),
        ("1101051949123100²X", Reason.CHARACTERS),
        ("11010519491231X02X", Reason.CHARACTERS),
        (numbered("00010519491231002"), Reason.REGION),
        (numbered("11010519490230002"), Reason.BIRTH),
        (numbered("11010520990101002"), Reason.BIRTH),
        (numbered("11010518490101002"), Reason.BIRTH),
        ("110105194912310021", Reason.CHECK_DIGIT),
    ],
)
def test_the_first_rule_that_is_broken_is_named(number: str, reason: Reason) -> None:
    assert refused(number) is reason


def test_born_today_passes_and_born_tomorrow_does_not() -> None:
    assert parse(numbered(f"440106{TODAY:%Y%m%d}901")).birth == TODAY
    tomorrow = TODAY + timedelta(days=1)
    assert refused(numbered(f"440106{tomorrow:%Y%m%d}901")) is Reason.BIRTH


@settings(max_examples=60)
@given(raw=st.text(max_size=24))
def test_any_text_gives_a_number_or_a_reason(raw: str) -> None:
    with suppress(IdentifierRefused):
        assert parse(raw).value == parse(raw).value.upper()


def test_the_number_is_in_no_repr_and_no_error() -> None:
    assert "1101" not in repr(parse(EXAMPLE))
    with pytest.raises(IdentifierRefused) as caught:
        parse(EXAMPLE[:-1] + "0")
    assert "1101" not in f"{caught.value!r} {caught.value} {caught.value.detail}"


def test_a_mask_shows_first_and_last() -> None:
    assert parse(EXAMPLE).masked == "1****************X"


def test_a_legacy_number_is_upgraded_for_history_only() -> None:
    assert upgraded("610104620927690") == "610104196209276908"
    with pytest.raises(IdentifierRefused):
        upgraded("61010462092769")
