import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.infra.pages import Choice, by_region, found

GUANGDONG = Choice(
    kind="province", key="44", name="广东省（演示）", address="/44", region="华南"
)
GUANGXI = Choice(
    kind="province", key="45", name="广西壮族自治区", address="/45", region="华南"
)
SICHUAN = Choice(
    kind="province", key="51", name="四川省（演示）", address="/51", region="西南"
)
EID = Choice(kind="provider", key="eid", name="网络身份认证", address="/eid")
ALL = [GUANGDONG, GUANGXI, SICHUAN, EID]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("广", [GUANGDONG, GUANGXI]),
        ("guangdong", [GUANGDONG]),
        ("GuangDong ", [GUANGDONG]),
        ("gds", [GUANGDONG]),
        ("51", [SICHUAN]),
        ("\uff15\uff11", [SICHUAN]),
        ("EID", [EID]),
        ("", ALL),
        ("atlantis", []),
    ],
)
def test_a_place_is_found_by_name_pinyin_initials_and_code(
    query: str, expected: list[Choice]
) -> None:
    assert found(ALL, query) == expected


@given(st.sampled_from(ALL), st.data())
def test_any_beginning_of_a_name_or_of_its_pinyin_finds_it(
    choice: Choice, data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(choice.keys.split(" ")))
    begun = word[: data.draw(st.integers(1, len(word)))]
    assert choice in found(ALL, begun)


def test_places_stand_under_their_region_in_the_order_given() -> None:
    assert by_region(ALL) == [
        ("华南", [GUANGDONG, GUANGXI]),
        ("西南", [SICHUAN]),
        ("", [EID]),
    ]


def test_rows_have_the_stable_names_that_programs_know() -> None:
    assert [choice.id for choice in ALL] == [
        "province-44", "province-45", "province-51", "provider-eid",
    ]  # fmt: skip
