"""Forms: what two parsers could read in two ways is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Malformed
from kernel.web import Form, ParameterMissing, ParameterRepeated, parse_form, parse_query
from kernel.web.forms import FormMalformed


@pytest.mark.spec("RFC 6749 §3.2")
def test_a_repeated_parameter_is_refused() -> None:
    form = parse_form(b"code=a&code=b&state=s")
    with pytest.raises(ParameterRepeated):
        form.required("code")
    with pytest.raises(ParameterRepeated):
        form.single_valued()
    assert form.required("state") == "s"


@pytest.mark.spec("RFC 8707 §2")
def test_a_parameter_that_may_repeat_is_read_in_order() -> None:
    form = parse_form(b"resource=a&resource=b")
    form.single_valued(except_for=frozenset({"resource"}))
    assert form.repeatable("resource") == ("a", "b")


@pytest.mark.spec("RFC 6749 §3.1")
def test_a_parameter_sent_without_a_value_counts_as_omitted() -> None:
    form = parse_query("state=&x=1")
    assert form.optional("state") is None
    with pytest.raises(ParameterMissing):
        form.required("state")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff=a",
        b"a=%ff",
        b"a=%00",
        b"&".join(b"n%d=1" % n for n in range(65)),
        b"a=" + b"x" * 40_000,
    ],
)
def test_a_broken_or_oversized_form_is_refused(body: bytes) -> None:
    with pytest.raises(FormMalformed):
        parse_form(body)


@given(st.binary(max_size=300))
def test_no_body_does_anything_but_parse_or_be_refused(body: bytes) -> None:
    try:
        form = parse_form(body)
    except Malformed:
        return
    assert isinstance(form, Form)
