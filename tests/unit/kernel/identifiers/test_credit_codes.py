"""统一社会信用代码, and names as they are compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.identifiers import (
    CreditCode,
    IdentifierRefused,
    Reason,
    compared_name,
    mod_31_check,
)
from kernel.identifiers.check_digits import BASE_31, organisation_check

EXAMPLES = ["91350100M000100Y43", "91110000600037341L", "11100000000013127D"]


def code(department: str, region: int, organisation: str) -> str:
    body = f"{department}1{region:06d}{organisation}{organisation_check(organisation)}"
    return body + mod_31_check(body)


codes = st.builds(
    code,
    st.sampled_from("159ANY"),
    st.integers(100_000, 659_999),
    st.text("0123456789ABCDEFGH", min_size=8, max_size=8),
)


def refused(raw: str) -> Reason:
    with pytest.raises(IdentifierRefused) as caught:
        CreditCode.parse(raw)
    return caught.value.reason


@pytest.mark.spec("GB 32100-2015")
@pytest.mark.parametrize("number", EXAMPLES)
def test_an_example_passes(number: str) -> None:
    read = CreditCode.parse(number.lower())
    assert (read.value, read.department, read.region) == (number, number[0], number[2:8])
    assert read.organisation == number[8:17]


@pytest.mark.spec("GB 32100-2015")
@settings(max_examples=60)
@given(number=codes, place=st.integers(0, 17), sign=st.sampled_from(BASE_31))
def test_no_single_wrong_sign_passes(number: str, place: int, sign: str) -> None:
    assert CreditCode.parse(number).value == number
    wrong = number[:place] + sign + number[place + 1 :]
    if wrong != number:
        with pytest.raises(IdentifierRefused):
            CreditCode.parse(wrong)


@pytest.mark.spec("GB 32100-2015")
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("91350100M000100Y4", Reason.LENGTH),
        ("91350100M000100I43", Reason.CHARACTERS),
        ("01350100M000100Y43", Reason.DEPARTMENT),
        ("9135010AM000100Y43", Reason.REGION),
        ("91350100M000100Y53", Reason.ORGANISATION),
        ("91350100M000100Y44", Reason.CHECK_DIGIT),
    ],
)
def test_the_first_rule_that_is_broken_is_named(number: str, reason: Reason) -> None:
    assert refused(number) is reason


@pytest.mark.parametrize("dot", ["·", "•", "\uff0e", "‧", "・"])
def test_a_middle_dot_is_one_dot(dot: str) -> None:
    assert compared_name(f"买买提 {dot} 阿卜杜拉 ") == "买买提·阿卜杜拉"


def test_a_rare_character_stays_as_it_is() -> None:
    assert compared_name("王\U00030edd") == "王\U00030edd"


@pytest.mark.parametrize("name", ["", "  ", "张" * 101, "张\x00三"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(IdentifierRefused, match="name"):
        compared_name(name)
