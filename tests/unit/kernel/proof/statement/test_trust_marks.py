from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from kernel.ids import EntityId
from kernel.proof.jose import Expired, IssuedInFuture, UnknownKey, WrongType
from kernel.proof.statement import (
    StatementNotOfIssuer,
    VerifiedTrustMark,
    mark_is_current,
    mark_is_of,
    read_trust_mark,
    trust_mark_claims,
    verify_trust_mark,
)
from tests.unit.kernel.proof.signers import signer

ISSUER: Final = EntityId("https://marks.example")
HOLDER: Final = EntityId("https://op.example")
TYPE: Final = "https://anchor.example/marks/member"
NOW: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BY: Final = signer("ES256", "mark-key")


def a_mark(**change: object) -> VerifiedTrustMark:
    claims = trust_mark_claims(ISSUER, HOLDER, TYPE, NOW, NOW + timedelta(hours=1))
    present = {k: v for k, v in {**claims, **change}.items() if v is not None}
    token = BY.token(BY.header("trust-mark+jwt"), present)
    return verify_trust_mark(read_trust_mark(token), BY.keys)


@pytest.mark.spec("OpenID Federation 1.0 §7.1")
def test_a_mark_that_was_built_is_read_and_verified() -> None:
    mark = a_mark()
    assert (mark.issuer, mark.subject, mark.mark_type) == (ISSUER, HOLDER, TYPE)
    mark_is_of(mark, HOLDER, TYPE)
    mark_is_current(mark, NOW)
    assert mark.expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("name", ["iss", "sub", "trust_mark_type", "iat"])
def test_a_mark_without_a_required_claim_is_refused(name: str) -> None:
    with pytest.raises(Exception, match=name):
        a_mark(**{name: None})


@pytest.mark.spec("OpenID Federation 1.0 §7.3")
def test_a_mark_counts_for_its_holder_type_and_time() -> None:
    for holder, mark_type in ((ISSUER, TYPE), (HOLDER, TYPE + "/")):
        with pytest.raises(StatementNotOfIssuer):
            mark_is_of(a_mark(), holder, mark_type)
    none = timedelta()
    with pytest.raises(Expired):
        mark_is_current(a_mark(), NOW + timedelta(hours=1), none)
    with pytest.raises(IssuedInFuture):
        mark_is_current(a_mark(), NOW - timedelta(seconds=1), none)
    mark_is_current(a_mark(exp=None), NOW + timedelta(days=3650), none)


def test_a_mark_is_signed_by_its_issuer_and_of_its_type() -> None:
    claims = trust_mark_claims(ISSUER, HOLDER, TYPE, NOW, NOW)
    token = BY.token(BY.header("trust-mark+jwt"), claims)
    with pytest.raises(UnknownKey):
        verify_trust_mark(read_trust_mark(token), signer("ES256", "other").keys)
    with pytest.raises(WrongType):
        read_trust_mark(BY.token(BY.header("entity-statement+jwt"), claims))


def test_nobody_but_the_verifier_builds_a_verified_mark() -> None:
    good = a_mark()
    parts: list[Any] = [good.token, good.claims, good.issuer, good.subject]
    rest: list[Any] = [good.mark_type, good.expires_at, good.signed_by]
    with pytest.raises(TypeError, match="verify_trust_mark"):
        VerifiedTrustMark(object(), *parts, *rest)
