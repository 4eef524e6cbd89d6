"""Request objects of clients kept here."""

import json
from urllib.parse import urlencode

import pytest

from idp.oidc.events import AuthorizationRefused, CodeIssued
from kernel.proof.jose import from_base64url, to_base64url
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    PORTAL,
    Browser,
    House,
    answer_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.signing import (
    KEY,
    SIGNING,
    a_signing_portal,
    an_object,
    error_of,
    plain,
    post,
    proof,
)
from tests.unit.kernel.proof.signers import signer
from tests.unit.trustroot.encrypting import encrypted, key_of
from trustroot.keys.domain import Purpose


def by_object(house: House, request: str, **beside: str | None) -> tuple[Browser, Reply]:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    sent = {"client_id": SIGNING, "request": request, **beside}
    query = urlencode({n: v for n, v in sent.items() if v is not None})
    return browser, browser.get("/oauth2/authorize", query)


@pytest.mark.spec("RFC 9101 §6.3")
def test_only_what_is_inside_the_object_counts(signing: House) -> None:
    request = an_object(signing, state="inside", max_age=60, claims={"userinfo": {}})
    _, reply = by_object(signing, request, state="outside", prompt="none login")
    answer = answer_of(reply)
    assert (answer["state"], "code" in answer) == ("inside", True)


OBJECTS: dict[str, dict[str, object]] = {
    "another client": {"client_id": PORTAL},
    "no client": {"client_id": None},
    "another issuer": {"iss": PORTAL},
    "another audience": {"aud": "https://op.example"},
    "an empty audience": {"aud": []},
    "a subject": {"sub": SIGNING},
    "over": {"exp": 1_000_000_000},
    "far ahead": {"exp": 9_000_000_000},
    "not yet": {"nbf": 8_999_999_999},
    "issued ahead": {"iat": 8_999_999_999},
    "an object inside": {"request": "x"},
    "a reference inside": {"request_uri": "https://e.example"},
    "null": {"max_age": False},
    "a list": {"scope": ["openid"]},
}


@pytest.mark.spec("RFC 9101 §6.3")
@pytest.mark.parametrize("bent", OBJECTS.values(), ids=OBJECTS.keys())
def test_an_object_that_breaks_a_rule_ends_on_a_page_or_at_the_address_beside_it(
    signing: House, bent: dict[str, object]
) -> None:
    _, reply = by_object(signing, an_object(signing, KEY, **bent))
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'id="error"' in reply.body
    _, told = by_object(signing, an_object(signing, KEY, **bent), redirect_uri=CALLBACK)
    assert answer_of(told)["error"] == "invalid_request_object"
    assert len(signing.around.trail.of(AuthorizationRefused)) == 2
    assert signing.around.trail.of(CodeIssued) == []
    assert rows_of(signing, "oidc_pending") == 0


@pytest.mark.spec("RFC 7493 §2.2")
@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**400])
@pytest.mark.parametrize("name", ["state", "max_age", "claims"])
def test_a_number_that_no_double_holds_is_in_no_object(
    signing: House, name: str, number: int
) -> None:
    said = json.loads(from_base64url(an_object(signing).split(".")[1]))
    value = {"id_token": {"acr": {"value": number}}} if name == "claims" else number
    head = KEY.header("oauth-authz-req+jwt")
    parts = (json.dumps(part).encode() for part in (head, {**said, name: value}))
    request = KEY.raw(".".join(map(to_base64url, parts)).encode())
    _, told = by_object(signing, request, redirect_uri=CALLBACK)
    assert answer_of(told)["error"] == "invalid_request_object"
    pushed = post(signing, "/oauth2/par", request=request, **proof(signing))
    assert error_of(pushed) == "invalid_request_object"
    assert rows_of(signing, "oidc_pending") + rows_of(signing, "oidc_pushed") == 0


@pytest.mark.spec("RFC 7515 §4.1.4")
@pytest.mark.parametrize("named", [{"kid": None}, {"kid": "portal-key"}])
def test_a_client_with_one_key_need_not_name_it(
    signing: House, named: dict[str, str | None]
) -> None:
    head = {**KEY.header("oauth-authz-req+jwt"), **named}
    said = json.loads(from_base64url(an_object(signing).split(".")[1]))
    kept = {name: value for name, value in head.items() if value is not None}
    _, reply = by_object(signing, KEY.token(kept, said))
    assert "code" in answer_of(reply)


@pytest.mark.spec("RFC 9101 §6.2")
def test_an_object_by_another_key_is_refused(signing: House) -> None:
    _, reply = by_object(signing, an_object(signing, signer(kid="another")))
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'data-code="request_object_unsigned"' in reply.body


@pytest.mark.spec("RFC 9101 §6.2")
def test_a_client_without_keys_can_sign_nothing(house: House) -> None:
    browser = Browser(house)
    browser.sign_in(house.a_person())
    request = an_object(house, client_id=PORTAL, iss=PORTAL)
    reply = browser.authorize(request=request)
    assert answer_of(reply)["error"] == "invalid_request_object"


@pytest.mark.spec("RFC 9101 §5")
def test_an_object_and_a_reference_together_are_refused(signing: House) -> None:
    _, reply = by_object(signing, an_object(signing), request_uri="https://e.example")
    assert (reply.status, reply.header("Location")) == (400, None)


@pytest.mark.spec("RFC 9101 §10.5")
def test_who_registered_to_sign_is_heard_no_other_way(house: House) -> None:
    house.register(a_signing_portal(require_signed_request_object=True))
    browser = Browser(house)
    browser.sign_in(house.a_person())
    refused = answer_of(browser.authorize(client_id=SIGNING, scope="openid"))
    assert (refused["error"], "code" in refused) == ("invalid_request", False)
    pushed = post(house, "/oauth2/par", **plain(), **proof(house))
    assert error_of(pushed) == "invalid_request"
    _, reply = by_object(house, an_object(house))
    assert "code" in answer_of(reply)


@pytest.mark.spec("OIDC Core §6.1")
def test_the_one_algorithm_registered_for_objects_counts(house: House) -> None:
    house.register(a_signing_portal(request_object_signing_alg="RS256"))
    _, reply = by_object(house, an_object(house))
    assert (reply.status, reply.header("Location")) == (400, None)


def test_after_signing_in_the_signed_request_is_the_one_that_is_answered(
    signing: House,
) -> None:
    browser, person = Browser(signing), signing.a_person()
    query = urlencode({"client_id": SIGNING, "request": an_object(signing)})
    reply = browser.get("/oauth2/authorize", query)
    assert (reply.header("Location") or "").startswith("/login?")
    browser.finish(reply, browser.sign_in(person))
    assert answer_of(browser.resume(reply))["state"] == "s-1"


@pytest.mark.spec("OIDC Core §6.1; RFC 9101 §6.1")
def test_an_encrypted_object_of_a_client_kept_here_is_read_as_a_bare_one(
    signing: House,
) -> None:
    to = key_of(signing.decrypter.published(Purpose.REQUEST_DECRYPT))
    request = encrypted(to, an_object(signing, state="inside"))
    _, reply = by_object(signing, request, state="outside")
    answer = answer_of(reply)
    assert (answer["state"], "code" in answer) == ("inside", True)
    again = encrypted(to, an_object(signing))
    pushed = post(signing, "/oauth2/par", request=again, **proof(signing))
    assert pushed.status == 201


@pytest.mark.spec("RFC 9101 §6.1")
def test_an_object_that_does_not_open_is_told_as_any_other_that_is_refused(
    signing: House,
) -> None:
    to = key_of(signing.decrypter.published(Purpose.REQUEST_DECRYPT))
    broken = encrypted(to, an_object(signing), {"cty": None})
    _, reply = by_object(signing, broken)
    assert (reply.status, reply.header("Location")) == (400, None)
    assert b'data-code="request_object_not_decrypted"' in reply.body
    _, told = by_object(signing, broken, redirect_uri=CALLBACK)
    assert answer_of(told)["error"] == "invalid_request_object"
    pushed = post(signing, "/oauth2/par", request=broken, **proof(signing))
    assert error_of(pushed) == "invalid_request_object"
    assert signing.around.trail.of(CodeIssued) == []
    assert [rows_of(signing, name) for name in ("oidc_pending", "oidc_pushed")] == [0, 0]


@pytest.mark.spec("RFC 9101 §6.1, §10.2")
def test_an_encrypted_object_is_used_once_whatever_its_envelope(signing: House) -> None:
    to = key_of(signing.decrypter.published(Purpose.REQUEST_DECRYPT))
    request = an_object(signing, jti="once")
    _, reply = by_object(signing, encrypted(to, request))
    assert "code" in answer_of(reply)
    for again in (encrypted(to, request), request):
        _, reply = by_object(signing, again)
        assert b'data-code="request_object_replayed"' in reply.body
