"""What must not have happened: seen in the tables, in the record and in the answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.attacks.house import BACK, Answer, House

GIVEN: Final = ("access_token", "refresh_token", "id_token", "device_code", "request_uri")
"""What an answer that gives something holds."""


@contextmanager
def nothing_kept(house: House) -> Iterator[None]:
    """Hold that no table but the record's grows or shrinks: nothing was begun or spent."""
    before = house.rows()
    yield
    assert house.rows() == before


def refused(house: House, answer: Answer, *errors: str) -> str:
    """Return the reason that the record tells of a refusal which gave nothing.

    The answer holds no token and no code, has a reference, and says one of ``errors`` if
    there are any; the record knows it under that reference as refused.
    """
    gives_nothing(answer)
    assert answer.status >= 300, answer
    assert answer.reference, answer
    if errors:
        assert error_of(answer) in errors, answer
    told = [said for said in recorded(house, answer.reference) if "reason" in said]
    assert told, answer
    assert {said["outcome"] for said in told} <= {"refused", "failed"}, told
    return str(told[-1]["reason"])


def gives_nothing(answer: Answer) -> None:
    """Assert that an answer hands out neither token nor code nor claims."""
    assert f"{BACK}?code=" not in answer.location, answer
    assert answer.status not in {200, 201}, answer
    assert not any(f'"{name}"' in answer.text for name in GIVEN), answer


def error_of(answer: Answer) -> str:
    """Return the error that is told, in the body or on the way back."""
    if "error=" in answer.location:
        return answer.location.partition("error=")[2].partition("&")[0]
    return str(answer.json().get("error", ""))


def recorded(house: House, reference: str) -> list[dict[str, object]]:
    """Return the events that the record holds under one reference."""
    mark = f'"reference":"{reference}"'
    return [json.loads(body) for body in house.events("") if mark in body]
