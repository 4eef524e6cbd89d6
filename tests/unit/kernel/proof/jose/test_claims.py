from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from kernel.proof.jose import (
    ClaimMalformed,
    ClaimMissing,
    Expired,
    IssuedInFuture,
    NotYetValid,
    WrongAudience,
    WrongIssuer,
    audiences,
    intended_for,
    intended_only_for,
    issued_by,
    issued_in_past,
    not_before,
    not_expired,
    numeric_date,
    required_text,
    within,
)

NOW: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
AT: Final = int(NOW.timestamp())
NONE: Final = timedelta()
MINUTE: Final = timedelta(seconds=60)


@pytest.mark.spec("RFC 7519 §4.1.4")
def test_a_token_ends_at_the_second_it_names() -> None:
    not_expired({"exp": AT + 1}, NOW, NONE)
    not_expired({"exp": AT - 59}, NOW, MINUTE)
    for claims, skew in (({"exp": AT}, NONE), ({"exp": AT - 60}, MINUTE)):
        with pytest.raises(Expired):
            not_expired(claims, NOW, skew)
    with pytest.raises(ClaimMissing):
        not_expired({}, NOW)


@pytest.mark.spec("RFC 7519 §4.1.5")
def test_a_token_begins_at_the_second_it_names() -> None:
    not_before({}, NOW)
    not_before({"nbf": AT}, NOW, NONE)
    not_before({"nbf": AT + 60}, NOW, MINUTE)
    with pytest.raises(NotYetValid):
        not_before({"nbf": AT + 61}, NOW, MINUTE)


@pytest.mark.spec("RFC 7519 §4.1.6")
def test_a_token_is_not_issued_tomorrow() -> None:
    issued_in_past({"iat": AT + 60}, NOW, MINUTE)
    with pytest.raises(IssuedInFuture):
        issued_in_past({"iat": AT + 61}, NOW, MINUTE)
    with pytest.raises(ClaimMissing):
        issued_in_past({}, NOW)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iat": AT + 999, "exp": AT + 9}, IssuedInFuture),
        ({"iat": AT, "exp": AT - 999}, Expired),
        ({"iat": AT, "exp": AT + 9, "nbf": AT + 999}, NotYetValid),
    ],
)
def test_all_three_rules_about_time_count(
    claims: dict[str, object], why: type[Exception]
) -> None:
    within({"iat": AT, "exp": AT + 9}, NOW)
    with pytest.raises(why):
        within(claims, NOW)


@pytest.mark.spec("RFC 7519 §2")
@pytest.mark.parametrize(
    "value", ["1", True, None, [1], -1, 1e300, 10**30, 253402300800, 253370764800]
)
def test_a_date_is_a_number_of_seconds_within_reach(value: object) -> None:
    with pytest.raises(ClaimMalformed):
        numeric_date({"exp": value}, "exp")


@pytest.mark.spec("RFC 7519 §2; exp at the end of time")
@pytest.mark.parametrize("before_the_end", [0, 0.5, 1, 59, 60, 61, 3600, 86_400])
def test_a_date_at_the_end_of_time_is_none_and_breaks_no_reckoning(
    before_the_end: float,
) -> None:
    last = 253402300799 - before_the_end
    with pytest.raises(ClaimMalformed):
        within({"iat": AT, "exp": last}, NOW)
    within({"iat": AT, "exp": 253370764799}, NOW)


def test_a_date_may_have_a_fraction() -> None:
    assert numeric_date({"exp": 1.5}, "exp") == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)


@pytest.mark.spec("RFC 7519 §4.1.1")
@pytest.mark.parametrize(
    "issuer", ["https://a.example/", "https://a.exampl", "HTTPS://a.example"]
)
def test_the_issuer_is_compared_to_the_letter(issuer: str) -> None:
    issued_by({"iss": "https://a.example"}, "https://a.example")
    with pytest.raises(WrongIssuer):
        issued_by({"iss": issuer}, "https://a.example")


@pytest.mark.spec("RFC 7519 §4.1.3")
def test_the_audience_is_text_or_an_array_that_names_us() -> None:
    intended_for({"aud": "us"}, "us")
    intended_for({"aud": ["them", "us"]}, "us")
    intended_only_for({"aud": ["us"]}, "us")
    for other in ("us/", "u", ["them"], ["use"]):
        with pytest.raises(WrongAudience):
            intended_for({"aud": other}, "us")
    with pytest.raises(WrongAudience):
        intended_only_for({"aud": ["us", "them"]}, "us")


@pytest.mark.parametrize("aud", [[], "", None, 5, ["us", 5], [""], {"us": 1}])
def test_an_audience_of_another_form_is_refused(aud: object) -> None:
    with pytest.raises(ClaimMalformed):
        audiences({"aud": aud})
    with pytest.raises(ClaimMissing):
        audiences({})


def test_a_required_text_is_there_and_not_empty() -> None:
    assert required_text({"sub": "a"}, "sub") == "a"
    with pytest.raises(ClaimMissing):
        required_text({}, "sub")
    for value in ("", None, 5):
        with pytest.raises(ClaimMalformed):
            required_text({"sub": value}, "sub")
