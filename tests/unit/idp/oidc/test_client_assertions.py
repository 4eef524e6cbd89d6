"""private_key_jwt."""

from dataclasses import replace

import pytest

from idp.oidc.events import RequestPushed
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    PORTAL,
    VERIFIER,
    House,
)
from tests.unit.idp.oidc.signing import (
    KEY,
    SIGNING,
    a_code,
    a_signing_portal,
    an_object,
    error_of,
    plain,
    post,
    proof,
    redeem,
    seconds,
)
from tests.unit.kernel.proof.signers import signer

TOKEN, PAR = f"{ISSUER}/oauth2/token", f"{ISSUER}/oauth2/par"
AUDIENCES = [ISSUER, TOKEN, PAR, [ISSUER], [PAR], [ISSUER, TOKEN], [PAR, TOKEN, ISSUER]]


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.parametrize("typ", ["JWT", "client-authentication+jwt", None])
@pytest.mark.parametrize("aud", AUDIENCES, ids=str)
def test_a_client_proves_itself_by_an_assertion(
    signing: House, typ: str | None, aud: object
) -> None:
    form = proof(signing, typ=typ, aud=aud)
    assert redeem(signing, a_code(signing), **form).status == 200


@pytest.mark.spec("RFC 9126 §2")
@pytest.mark.parametrize("aud", AUDIENCES, ids=str)
def test_a_request_is_pushed_with_an_assertion_for_any_name_of_ours(
    signing: House, aud: object
) -> None:
    pushed = post(signing, "/oauth2/par", **plain(), **proof(signing, aud=aud))
    assert pushed.status == 201


@pytest.mark.spec("RFC 9126 §2")
@pytest.mark.parametrize("beside", ["https://op.example", f"{ISSUER}/", "", 7, None])
def test_nobody_beside_us_may_be_named_where_a_request_is_pushed(
    signing: House, beside: object
) -> None:
    for named in (ISSUER, TOKEN, PAR):
        form = proof(signing, aud=[named, beside])
        reply = post(signing, "/oauth2/par", **plain(), **form)
        assert (reply.status, error_of(reply)) == (401, "invalid_client")
    assert signing.around.trail.of(RequestPushed) == []


ASSERTIONS: dict[str, dict[str, object]] = {
    "another issuer": {"iss": PORTAL},
    "another subject": {"sub": PORTAL},
    "no subject": {"sub": None},
    "another audience": {"aud": "https://op.example"},
    "several audiences": {"aud": [ISSUER, "https://op.example"]},
    "an audience beside our endpoints": {"aud": [PAR, TOKEN, "https://op.example"]},
    "an endpoint that takes no part": {"aud": f"{ISSUER}/oauth2/authorize"},
    "a longer endpoint": {"aud": f"{PAR}/"},
    "an endpoint of another": {"aud": "https://op.example/oauth2/par"},
    "no audience at all": {"aud": []},
    "an audience that is no text": {"aud": [ISSUER, 7]},
    "a longer audience": {"aud": f"{ISSUER}/"},
    "no audience": {"aud": None},
    "no jti": {"jti": None},
    "an empty jti": {"jti": ""},
    "no exp": {"exp": None},
    "an exp long ago": {"exp": 1_000_000_000},
    "an exp far ahead": {"exp": 9_000_000_000},
    "exp a text": {"exp": "soon"},
    "not yet": {"nbf": 8_999_999_999},
    "issued ahead": {"iat": 8_999_999_999},
}


@pytest.mark.spec("RFC 7523 §3")
@pytest.mark.parametrize("bent", ASSERTIONS.values(), ids=ASSERTIONS.keys())
def test_an_assertion_that_breaks_a_rule_proves_nothing(
    signing: House, bent: dict[str, object]
) -> None:
    code = a_code(signing)
    reply = redeem(signing, code, **proof(signing, **bent))
    assert (reply.status, error_of(reply)) == (401, "invalid_client")
    assert redeem(signing, code).status == 200


@pytest.mark.spec("OIDC Core §9")
def test_an_assertion_is_used_once(signing: House) -> None:
    form = proof(signing)
    assert redeem(signing, a_code(signing), **form).status == 200
    again = redeem(signing, a_code(signing), **form)
    assert (again.status, error_of(again)) == (401, "invalid_client")


@pytest.mark.spec("RFC 7523 §3")
def test_an_assertion_by_another_key_or_of_another_type_proves_nothing(
    signing: House,
) -> None:
    claims = {"iss": SIGNING, "sub": SIGNING, "aud": ISSUER, "jti": "x"}
    claims["exp"] = seconds(signing) + 60  # type: ignore[assignment]  # a number
    other = replace(signer(kid="other"), kid="portal-key")
    none = KEY.token({**KEY.header("JWT"), "alg": "none"}, claims)
    for wrong in (
        other.token(other.header("JWT"), claims),
        KEY.token(KEY.header("logout+jwt"), claims),
        an_object(signing, sub=SIGNING),
        none.rpartition(".")[0] + ".",
        "x",
    ):
        reply = redeem(signing, a_code(signing), client_assertion=wrong)
        assert (reply.status, error_of(reply)) == (401, "invalid_client")


@pytest.mark.spec("RFC 7591 §2")
def test_a_client_that_signs_is_known_by_nothing_weaker(signing: House) -> None:
    code = a_code(signing)
    for weaker in (
        {"client_id": SIGNING},
        {"client_id": SIGNING, "client_secret": "x"},
    ):
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            **weaker,
        }
        reply = post(signing, "/oauth2/token", **form)
        assert (reply.status, error_of(reply)) == (401, "invalid_client")


@pytest.mark.spec("RFC 6749 §2.3")
def test_an_assertion_and_a_secret_are_two_ways(signing: House) -> None:
    reply = redeem(signing, a_code(signing), client_secret="x")
    assert error_of(reply) == "invalid_request"
    other = redeem(signing, a_code(signing), client_id=PORTAL)
    assert error_of(other) == "invalid_client"
    kind = redeem(signing, a_code(signing), client_assertion_type="x")
    assert error_of(kind) == "invalid_client"


@pytest.mark.spec("OIDC Registration §2")
def test_the_one_registered_algorithm_counts(house: House) -> None:
    house.register(a_signing_portal(token_endpoint_auth_signing_alg="RS256"))
    reply = redeem(house, a_code(house))
    assert (reply.status, error_of(reply)) == (401, "invalid_client")
