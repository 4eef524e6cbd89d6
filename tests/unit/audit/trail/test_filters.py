"""Filters of lists: one that cannot be is named, and what it takes is said."""

import pytest

from audit.trail.messages.record import parse_query
from idp.oidc.events import CodeRedeemed
from kernel.web import FilterUnknown, Form, PagingMalformed, parse_form


def asked(query: str) -> Form:
    return parse_form(query.encode())


@pytest.mark.parametrize("value", ["yesterday", "2026-11-27", "2026-11-27T00:00:00"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_an_instant_that_is_none_is_told_with_the_form(name: str, value: str) -> None:
    with pytest.raises(FilterUnknown, match=f"^{name}: a date and time with its zone"):
        parse_query(asked(f"{name}={value}"))


def test_a_log_that_is_not_kept_is_told_with_those_that_are() -> None:
    with pytest.raises(FilterUnknown, match=r"^stream: one of main, oversight$"):
        parse_query(asked("stream=other"))


@pytest.mark.parametrize(
    ("query", "takes"),
    [
        ("limit=0", "limit: 1 to 200"),
        ("limit=201", "limit: 1 to 200"),
        ("after=eA", "after: `next` of the page before"),
        ("after=%20", "after: `next` of the page before"),
    ],
)
def test_paging_says_what_it_takes(query: str, takes: str) -> None:
    with pytest.raises(PagingMalformed) as refused:
        parse_query(asked(query))
    assert refused.value.detail == takes


def test_a_type_that_there_is_not_is_told_with_those_that_look_like_it() -> None:
    assert parse_query(asked(f"type={CodeRedeemed.TYPE}")).type == CodeRedeemed.TYPE
    with pytest.raises(FilterUnknown, match=r"^type: .*oidc\.code_redeemed.*events\.md$"):
        parse_query(asked("type=oidc.code_redemed"))
    with pytest.raises(FilterUnknown, match=r"^type: room\.past_tense, as "):
        parse_query(asked("type=%E6%9A%97"))
