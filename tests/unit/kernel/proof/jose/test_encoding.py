import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.jose import Malformed, from_base64url, to_base64url


@given(st.binary(max_size=50))
@pytest.mark.spec("RFC 7515 §2")
def test_bytes_are_read_back_without_padding(raw: bytes) -> None:
    text = to_base64url(raw)
    assert "=" not in text
    assert from_base64url(text) == raw == base64.urlsafe_b64decode(text + "===")


@given(st.text("AQgwBZaz09-_+/= \n.é\0", max_size=9))
def test_a_text_is_the_one_spelling_of_its_bytes_or_refused(text: str) -> None:
    try:
        raw = from_base64url(text)
    except Malformed:
        return
    assert to_base64url(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAAAA",
        "AB",
        "AAB",
        "AA=",
        "AA==",
        "A+AA",
        "A/AA",
        "AA AA",
        "AAA\n",
        "====",
        "é",
        "AAé",
    ],
)
def test_every_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        from_base64url(text)
