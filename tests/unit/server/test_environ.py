"""Headers out of a WSGI environ."""

import pytest

from server.environ import EnvironHeaders

ENVIRON = {
    "REQUEST_METHOD": "POST",
    "CONTENT_TYPE": "text/plain",
    "CONTENT_LENGTH": "3",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "HTTP_AUTHORIZATION": "Bearer t",
}


@pytest.mark.spec("PEP 3333, environ variables")
def test_a_header_is_found_by_its_lower_case_name() -> None:
    headers = EnvironHeaders(ENVIRON)
    assert headers["authorization"] == "Bearer t"
    assert headers.get("x-forwarded-for") == "203.0.113.7"
    assert headers.get("content-type") == "text/plain"


def test_what_was_not_sent_is_not_there() -> None:
    headers = EnvironHeaders(ENVIRON)
    assert headers.get("cookie") is None
    assert "cookie" not in headers
    with pytest.raises(KeyError):
        headers["request-method"]


def test_all_headers_and_nothing_else_are_listed() -> None:
    headers = EnvironHeaders(ENVIRON)
    assert set(headers) == {"content-type", "x-forwarded-for", "authorization"}
    assert len(headers) == len(set(headers))
