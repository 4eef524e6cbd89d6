"""``trusthub realname check --jsonl``, line by line."""

from datetime import date

import pytest

from kernel.events import JsonValue
from realname.service import check_line

TODAY = date(2026, 11, 26)


def check(kind: str, number: JsonValue, **more: JsonValue) -> dict[str, JsonValue]:
    return check_line({"id": 1, "type": kind, "number": number, **more}, today=TODAY)


def test_a_valid_number_says_region_birth_and_sex() -> None:
    assert check("id", "11010519491231002x", name="张三") == {
        "id": 1,
        "valid": True,
        "region": "110105",
        "birth": "1949-12-31",
        "sex": "female",
    }


def test_an_organisations_number_says_its_region() -> None:
    assert check("uscc", "91350100M000100Y43") == {
        "id": 1,
        "valid": True,
        "region": "350100",
    }


@pytest.mark.parametrize(
    ("kind", "number", "reason"),
    [
        ("id", "110105194912310021", "check_digit"),
        ("id", "610104620927690", "legacy"),
        ("111", "810000199408230021", "other_type"),
        ("uscc", "91350100M000100Y44", "check_digit"),
        ("passport", "E12345678", "unknown_type"),
        ("id", 11, "malformed"),
    ],
)
def test_an_invalid_line_says_why_and_never_which_number(
    kind: str, number: JsonValue, reason: str
) -> None:
    assert check(kind, number) == {"id": 1, "valid": False, "reason": reason}


def test_a_name_that_is_none_is_told() -> None:
    assert check("id", "11010519491231002X", name="")["reason"] == "name"
