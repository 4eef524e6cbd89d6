"""A memory of so many, and no more."""

from kernel.remembered import MOST_KEPT, Remembered


def test_what_is_kept_is_found_until_there_is_no_room_for_another() -> None:
    kept: Remembered[str, int] = Remembered(2)
    kept["a"], kept["b"] = 1, 2
    kept["b"] = 3
    assert kept == {"a": 1, "b": 3}
    kept["c"] = 4
    assert kept == {"c": 4}


def test_nobody_says_how_many_and_there_is_a_bound() -> None:
    kept: Remembered[int, int] = Remembered()
    for number in range(MOST_KEPT + 1):
        kept[number] = number
    assert len(kept) == 1
