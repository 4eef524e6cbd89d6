"""Doing without what protects a code: who may, and who is stopped."""

import hashlib
import json
from urllib.parse import urlencode

import pytest

from idp.clients.domain import AuthMethod, Profile
from idp.oidc.events import (
    AuthorizationRefused,
    CodeIssued,
    CodeRedeemed,
    RequestPushed,
)
from kernel.proof.jose import KeySet, to_base64url
from kernel.web import Reply
from tests.unit.idp.oidc.asking import a_signer, shaped
from tests.unit.idp.oidc.house import (
    CALLBACK,
    CHALLENGE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    answer_of,
    claims_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import (
    KEY,
    SIGNING,
    an_object,
    error_of,
    plain,
    post,
    proof,
)
from tests.unit.kernel.proof.signers import signer

BARE: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}


def by_nonce(house: House) -> Browser:
    shaped(house, PORTAL, relies_on_nonce=True)
    browser = Browser(house)
    session = browser.sign_in(house.a_person())
    browser.agree(browser.authorize(), session)
    return browser


def refused(house: House, reply: Reply) -> str:
    answer = answer_of(reply)
    assert set(answer) >= {"error", "state", "iss"}
    assert "code" not in answer
    assert house.around.trail.of(CodeIssued) == []
    assert house.around.trail.of(AuthorizationRefused)
    return answer["error"]


def tokens(house: House, code: str, verifier: str | None) -> Reply:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    proven = {} if verifier is None else {"code_verifier": verifier}
    return house.token(PORTAL, **form, **proven)


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_a_confidential_client_may_send_a_nonce_in_place_of_a_challenge(
    house: House,
) -> None:
    browser = by_nonce(house)
    code = answer_of(browser.authorize(**BARE, nonce="n-2"))["code"]
    reply = tokens(house, code, None)
    assert reply.status == 200
    assert claims_of(json.loads(reply.body)["id_token"])["nonce"] == "n-2"


WITHOUT: dict[str, tuple[dict[str, str | None], bool]] = {
    "nobody said it may": ({**BARE}, False),
    "a challenge taken out, its method left": ({"code_challenge": None}, True),
    "an empty challenge": ({"code_challenge": "", "code_challenge_method": "S256"}, True),
    "no nonce either": ({**BARE, "nonce": None}, True),
    "an empty nonce": ({**BARE, "nonce": ""}, True),
    "plain": ({"code_challenge_method": "plain"}, True),
    "no method": ({"code_challenge_method": None}, True),
    "a method of no name": ({"code_challenge_method": "s256"}, True),
    "padding": ({"code_challenge": f"{CHALLENGE}="}, True),
}


@pytest.mark.spec("RFC 9700 §2.1.1, §4.8; CVE-2024-23647")
@pytest.mark.parametrize(("bent", "may"), WITHOUT.values(), ids=WITHOUT.keys())
def test_a_request_that_protects_its_code_by_nothing_gets_none(
    house: House, bent: dict[str, str | None], *, may: bool
) -> None:
    shaped(house, PORTAL, relies_on_nonce=may)
    browser = Browser(house)
    browser.sign_in(house.a_person())
    assert refused(house, browser.authorize(**bent)) == "invalid_request"
    assert rows_of(house, "oidc_pending") == 0


@pytest.mark.spec("RFC 9700 §2.1.1: public clients MUST use PKCE")
def test_a_public_client_never_does_without(house: House) -> None:
    shaped(house, PORTAL, relies_on_nonce=True, auth_method=AuthMethod.NONE)
    browser = Browser(house)
    browser.sign_in(house.a_person())
    assert refused(house, browser.authorize(**BARE)) == "invalid_request"


@pytest.mark.spec("RFC 9700 §2.1.1, §4.8.2")
def test_a_challenge_that_was_sent_counts_for_who_could_do_without(house: House) -> None:
    browser = by_nonce(house)
    code = answer_of(browser.authorize())["code"]
    assert error_of(tokens(house, code, None)) == "invalid_grant"
    code = answer_of(browser.authorize())["code"]
    assert tokens(house, code, VERIFIER).status == 200


@pytest.mark.spec("RFC 9700 §4.8.2: a verifier for a code without a challenge")
def test_a_verifier_for_a_code_without_a_challenge_is_refused(house: House) -> None:
    browser = by_nonce(house)
    code = answer_of(browser.authorize(**BARE))["code"]
    assert error_of(tokens(house, code, VERIFIER)) == "invalid_grant"


@pytest.mark.spec("RFC 7636 §4.1, §7.1: 43 to 128 unreserved characters")
@pytest.mark.parametrize(
    "verifier", ["v" * 42, "v" * 129, "v" * 42 + "+", "v" * 42 + "密", "v" * 43 + "\n"]
)
def test_a_verifier_that_is_easily_guessed_or_none_opens_not_even_its_own_challenge(
    house: House, verifier: str
) -> None:
    made = to_base64url(hashlib.sha256(verifier.encode()).digest())
    code = Browser(house).code(house.a_person(), code_challenge=made)
    reply = tokens(house, code, verifier)
    assert (reply.status, error_of(reply)) == (400, "invalid_grant")
    assert house.around.trail.of(CodeRedeemed) == []
    assert rows_of(house, "oidc_refresh") == 0


@pytest.mark.spec("RFC 9126 §5, §6; FAPI 2.0 §5.3.2.2")
@pytest.mark.parametrize(
    "facet", [{"requires_push": True}, {"profile": Profile.FAPI2}], ids=["own", "profile"]
)
@pytest.mark.parametrize("way", ["plain", "signed", "signed and posted"])
def test_who_must_push_is_heard_no_other_way(
    house: House, facet: dict[str, object], way: str
) -> None:
    a_signer(house, **facet)
    browser = Browser(house)
    browser.sign_in(house.a_person())
    signed = {"client_id": SIGNING, "request": an_object(house), "redirect_uri": CALLBACK}
    if way == "signed and posted":
        reply = post(house, "/oauth2/authorize", **signed)
    else:
        sent = plain() if way == "plain" else signed
        reply = browser.get("/oauth2/authorize", urlencode(sent))
    assert refused(house, reply) == "invalid_request"
    assert [rows_of(house, name) for name in ("oidc_pending", "oidc_pushed")] == [0, 0]


@pytest.mark.spec("RFC 9126 §4")
@pytest.mark.parametrize(
    "facet", [{"requires_push": True}, {"profile": Profile.FAPI2}], ids=["own", "profile"]
)
def test_who_must_push_and_does_is_answered(house: House, facet: dict[str, object]) -> None:
    a_signer(house, **facet)
    pushed = post(house, "/oauth2/par", **plain(), **proof(house))
    said = json.loads(pushed.body)
    assert (pushed.status, 5 <= said["expires_in"] < 600) == (201, True)
    browser = Browser(house)
    browser.sign_in(house.a_person())
    query = urlencode({"client_id": SIGNING, "request_uri": said["request_uri"]})
    assert "code" in answer_of(browser.get("/oauth2/authorize", query))


@pytest.mark.spec("FAPI 2.0 §5.3.2.2: redirect_uri in PAR, PKCE with S256")
@pytest.mark.parametrize(
    "bent",
    [
        {"redirect_uri": None},
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {**BARE},
    ],
)
def test_a_push_that_lacks_something_is_refused_at_once(
    house: House, bent: dict[str, str | None]
) -> None:
    a_signer(house, profile=Profile.FAPI2, relies_on_nonce=True)
    reply = post(house, "/oauth2/par", **plain(**bent), **proof(house))
    assert error_of(reply) == "invalid_request"
    assert rows_of(house, "oidc_pushed") == 0
    assert house.around.trail.of(RequestPushed) == []


@pytest.mark.spec("FAPI 2.0 §5.4.1")
@pytest.mark.parametrize(("profile", "status"), [(Profile.FAPI2, 400), (Profile.OIDC, 201)])
def test_an_object_by_an_algorithm_that_its_profile_does_not_know_is_refused(
    house: House, profile: Profile, status: int
) -> None:
    weak = signer("RS256", kid="weak")
    both = KeySet.of([KEY.key, weak.key])
    a_signer(house, profile=profile, keys=both)
    held = weak.token(
        weak.header("oauth-authz-req+jwt"), claims_of(an_object(house, state="s-3"))
    )
    reply = post(house, "/oauth2/par", request=held, **proof(house))
    assert reply.status == status
    if status != 201:
        assert error_of(reply) == "invalid_request_object"
        assert rows_of(house, "oidc_pushed") == 0
