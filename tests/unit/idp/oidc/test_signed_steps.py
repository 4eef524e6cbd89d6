"""The tables of what a client signs: every row is needed, in every column it has."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from idp.clients.domain import (
    AuthMethod,
    Client,
    Membership,
    OidcFacet,
    Profile,
    RedirectUri,
)
from idp.clients.domain import Registration as How
from idp.oidc.checks import fapi2, openid_federation, rfc7523, rfc9101
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import (
    AssertionRefused,
    RequestObjectClaimRefused,
    RequestObjectUnsigned,
)
from idp.oidc.flows.signed_steps import (
    ASSERTION_STEPS,
    OBJECT_STEPS,
    By,
    SignedCheck,
    SignedStep,
    walk_signed,
)
from kernel.errors import DomainError
from kernel.ids import ClientId
from kernel.proof import jose
from kernel.secret import Secret
from tests.unit.idp.oidc.house import CALLBACK, ISSUER
from tests.unit.kernel.proof.signers import signer

NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
OTHER: Final = "https://other.example"
PURPOSE: Final = jose.JwsProfile("JWT")
BY_ANYTHING: Final = jose.JwsProfile(
    "JWT", algorithms=jose.ASYMMETRIC | jose.SYMMETRIC, kid_may_be_absent=True
)
SHARED: Final = Secret("s" * 43)
COLUMNS: Final = tuple(By)


def at(seconds: int) -> int:
    return int(NOW.timestamp()) + seconds


@dataclass(frozen=True)
class Bent:
    """One thing wrong with what was signed, and how it is refused.

    A claim that is None is left out; ``alg`` is what it is signed by.
    """

    refused: type[DomainError]
    claims: Mapping[str, object] = field(default_factory=dict)
    facet: Mapping[str, Any] = field(default_factory=dict)
    alg: str = "ES256"


# What is by a shared secret is by no algorithm of any profile, whatever a record names.
OBJECTS: Final[Mapping[SignedCheck, Bent]] = {
    rfc9101.algorithm_is_registered: Bent(
        RequestObjectUnsigned, facet={"request_object_alg": "ES256"}, alg="EdDSA"
    ),
    fapi2.object_algorithm_is_of_profile: Bent(
        RequestObjectUnsigned, facet={"request_object_alg": "HS256"}, alg="HS256"
    ),
    rfc9101.client_is_the_same: Bent(RequestObjectClaimRefused, {"client_id": "app-2"}),
    rfc9101.points_at_no_other: Bent(RequestObjectClaimRefused, {"request_uri": OTHER}),
    rfc9101.issuer_if_said_is_client: Bent(RequestObjectClaimRefused, {"iss": "app-2"}),
    rfc9101.audience_if_said_is_us: Bent(RequestObjectClaimRefused, {"aud": OTHER}),
    openid_federation.issuer_is_client: Bent(RequestObjectClaimRefused, {"iss": None}),
    openid_federation.audience_is_us_alone: Bent(
        RequestObjectClaimRefused, {"aud": [ISSUER, OTHER]}
    ),
    openid_federation.subject_is_absent: Bent(RequestObjectClaimRefused, {"sub": "app-1"}),
    openid_federation.is_named: Bent(RequestObjectClaimRefused, {"jti": None}),
    openid_federation.ends: Bent(RequestObjectClaimRefused, {"exp": None}),
    rfc9101.is_in_force: Bent(RequestObjectClaimRefused, {"exp": at(-3600)}),
}
ASSERTIONS: Final[Mapping[SignedCheck, Bent]] = {
    rfc7523.algorithm_is_registered: Bent(
        AssertionRefused, facet={"assertion_alg": "ES256"}, alg="EdDSA"
    ),
    fapi2.algorithm_is_of_profile: Bent(AssertionRefused, alg="HS256"),
    rfc7523.issuer_is_client: Bent(AssertionRefused, {"iss": "app-2"}),
    rfc7523.subject_is_client: Bent(AssertionRefused, {"sub": "app-2"}),
    rfc7523.audience_is_us_alone: Bent(AssertionRefused, {"aud": [ISSUER, OTHER]}),
    rfc7523.audience_is_issuer_alone: Bent(AssertionRefused, {"aud": Issuer(ISSUER).token}),
    fapi2.audience_is_one_text: Bent(AssertionRefused, {"aud": [ISSUER]}),
    rfc7523.is_in_force: Bent(AssertionRefused, {"exp": at(-3600)}),
    fapi2.ends_soon: Bent(AssertionRefused, {"exp": at(600)}),
    rfc7523.is_named: Bent(AssertionRefused, {"jti": None}),
}
OBJECT: Final = {"client_id": "app-1", "response_type": "code"}
ASSERTION: Final = {"sub": "app-1"}


def a_client(by: By, facet: Mapping[str, Any]) -> Client:
    said: dict[str, Any] = {
        "redirect_uris": (RedirectUri.parse(CALLBACK),),
        "auth_method": AuthMethod.PRIVATE_KEY,
        "profile": Profile.FAPI2 if by is By.STRICT else Profile.OIDC,
        **facet,
    }
    return Client(
        id=ClientId("app-1"),
        name_zh="应用",
        name_en="App",
        oidc=OidcFacet(**said),
        membership=Membership(How.AUTOMATIC, (), NOW, ()) if by is By.MEMBER else None,
        created_at=NOW,
    )


def verified(alg: str, claims: Mapping[str, object]) -> jose.VerifiedClaims:
    if alg == "HS256":
        header = {"typ": "JWT", "alg": alg}
        signing = jose.signing_input(header, claims)
        made = hmac.digest(SHARED.reveal().encode(), signing, hashlib.sha256)
        said = jose.read(jose.compact(signing, made), BY_ANYTHING)
        return jose.verify_mac(said, SHARED)
    by = signer(alg)
    return jose.verify(by.token(by.header("JWT"), claims), by.keys, PURPOSE)


def signed(bent: Bent, by: By, whole: Mapping[str, object]) -> Signed:
    common = {"iss": "app-1", "aud": ISSUER, "jti": "j-1", "iat": at(0), "exp": at(60)}
    said = {**common, **whole, **bent.claims}
    return Signed(
        claims=verified(bent.alg, {k: v for k, v in said.items() if v is not None}),
        client=a_client(by, bent.facet),
        beside={},
        issuer=Issuer(ISSUER),
        now=NOW,
    )


def refusal(token: Signed, steps: tuple[SignedStep, ...]) -> type[DomainError] | None:
    try:
        walk_signed(token, steps)
    except DomainError as refused:
        return type(refused)
    return None


def name_of(one: object) -> str:
    check = one.check if isinstance(one, SignedStep) else one
    return str(getattr(check, "__name__", ""))


def test_every_row_of_the_tables_has_something_that_breaks_it() -> None:
    assert [name_of(step) for step in OBJECT_STEPS] == [name_of(one) for one in OBJECTS]
    assert [name_of(one) for one in ASSERTION_STEPS] == [name_of(one) for one in ASSERTIONS]


@pytest.mark.parametrize("by", COLUMNS, ids=[str(by.name) for by in COLUMNS])
def test_what_breaks_nothing_passes_for_everybody(by: By) -> None:
    right = Bent(DomainError)
    assert refusal(signed(right, by, OBJECT), OBJECT_STEPS) is None
    assert refusal(signed(right, by, ASSERTION), ASSERTION_STEPS) is None


def bites(
    step: SignedStep,
    steps: tuple[SignedStep, ...],
    bent: Bent,
    whole: Mapping[str, object],
) -> None:
    without = tuple(other for other in steps if other is not step)
    for by in COLUMNS:
        if by in step.by:
            token = signed(bent, by, whole)
            assert refusal(token, steps) is bent.refused, by
            assert refusal(token, without) is None, by


@pytest.mark.spec("RFC 9101 §4, §6")
@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1")
@pytest.mark.parametrize("number", range(len(OBJECT_STEPS)))
def test_a_row_about_request_objects_refuses_what_no_other_does(number: int) -> None:
    bent = tuple(OBJECTS.values())[number]
    bites(OBJECT_STEPS[number], OBJECT_STEPS, bent, OBJECT)


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.spec("FAPI 2.0 §5.3.2.1")
@pytest.mark.parametrize("number", range(len(ASSERTION_STEPS)))
def test_a_row_about_assertions_refuses_what_no_other_does(number: int) -> None:
    bent = tuple(ASSERTIONS.values())[number]
    bites(ASSERTION_STEPS[number], ASSERTION_STEPS, bent, ASSERTION)


MORE: Final[tuple[tuple[SignedCheck, dict[str, object]], ...]] = (
    (rfc7523.is_in_force, {"exp": None}),
    (rfc7523.is_in_force, {"nbf": at(600)}),
    (rfc7523.is_in_force, {"iat": at(600)}),
    (rfc7523.is_in_force, {"exp": at(3601)}),
    (rfc7523.audience_is_us_alone, {"aud": None}),
    (rfc7523.audience_is_issuer_alone, {"aud": [7]}),
    (fapi2.ends_soon, {"exp": None}),
    (rfc9101.is_in_force, {"nbf": at(600)}),
    (rfc9101.is_in_force, {"iat": at(600)}),
    (rfc9101.is_in_force, {"exp": at(3601)}),
    (rfc9101.audience_if_said_is_us, {"aud": [7]}),
    (rfc9101.points_at_no_other, {"request": "a.b.c"}),
    (openid_federation.audience_is_us_alone, {"aud": None}),
)


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.spec("RFC 9101 §4")
@pytest.mark.parametrize(("check", "claims"), MORE)
def test_a_rule_refuses_what_is_missing_unreadable_or_too_far_off(
    check: SignedCheck, claims: dict[str, object]
) -> None:
    token = signed(Bent(DomainError, claims), By.KEPT, {**OBJECT, **ASSERTION})
    with pytest.raises((AssertionRefused, RequestObjectClaimRefused)):
        check(token)


LAST: Final[tuple[tuple[SignedCheck, dict[str, object]], ...]] = (
    (rfc7523.is_in_force, {"exp": at(3600)}),
    (rfc9101.is_in_force, {"exp": at(3600)}),
    (fapi2.ends_soon, {"exp": at(int(fapi2.LONGEST_ASSERTION.total_seconds()))}),
)


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.spec("RFC 9101 §4")
@pytest.mark.parametrize(("check", "claims"), LAST)
def test_the_last_moment_that_is_near_enough_is_not_too_far_off(
    check: SignedCheck, claims: dict[str, object]
) -> None:
    check(signed(Bent(DomainError, claims), By.KEPT, {**OBJECT, **ASSERTION}))
