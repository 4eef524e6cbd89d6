"""Explicit registration at /oidc/federation_registration."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from idp.clients.domain import Registration
from idp.oidc.events import MemberRegistered, RegistrationRefused
from kernel.clock import epoch_seconds
from kernel.ids import ClientId, EntityId
from kernel.proof.jose import (
    EXPLICIT_REGISTRATION,
    VerifiedClaims,
    from_base64url,
    to_base64url,
    verify,
)
from kernel.standing import Party, PartyKind, State
from kernel.web import Reply
from tests.unit.federation.world import ANCHOR
from tests.unit.idp.oidc.house import CHALLENGE, ISSUER, VERIFIER, Browser
from tests.unit.idp.oidc.joined import (
    RP,
    RP_CALLBACK,
    STATEMENT,
    Joined,
    RelyingParty,
    answered,
    rp_metadata,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.kernel.proof.signers import signer
from trustroot.keys.domain import Purpose

CONFIGURATION = "application/entity-statement+jwt"
CHAIN = "application/trust-chain+json"
BASIC = {"token_endpoint_auth_method": "client_secret_basic"}


def a_configuration(
    joined: Joined, metadata: Mapping[str, object] | None = None, **bent: object
) -> str:
    """Return what the relying party posts: its configuration, addressed to us."""
    key = signer(kid=RP)
    said: dict[str, object] = {
        "iss": RP,
        "sub": RP,
        "aud": ISSUER,
        **joined.world.lifetime().claims(),
        "jwks": key.keys.to_jwks(),
        "authority_hints": [ANCHOR],
        "metadata": {"openid_relying_party": metadata or rp_metadata()},
        **bent,
    }
    kept = {name: value for name, value in said.items() if value is not None}
    return key.token(key.header(STATEMENT), kept)


def post(joined: Joined, body: str, media_type: str = CONFIGURATION) -> Reply:
    return joined.call(
        "POST",
        "/oidc/federation_registration",
        headers={"content-type": media_type},
        body=body.encode(),
    )


def registered(joined: Joined, reply: Reply) -> VerifiedClaims:
    """Verify a registration as the relying party does (§12.2.5)."""
    assert reply.status == 200, reply.body
    media_type = "application/explicit-registration-response+jwt"
    assert reply.header("Content-Type") == media_type
    keys = joined.signer.published(Purpose.ENTITY)
    return verify(reply.body.decode(), keys, EXPLICIT_REGISTRATION)


def facet_of(claims: VerifiedClaims) -> dict[str, object]:
    metadata = claims["metadata"]
    assert isinstance(metadata, dict)
    held = metadata["openid_relying_party"]
    assert isinstance(held, dict)
    return held


def refused(joined: Joined, reply: Reply, error: str, status: int = 400) -> None:
    said = json.loads(reply.body)
    assert (reply.status, said["error"]) == (status, error), said
    assert said["error_description"]
    assert rows_of(joined, "clients_registration") == 0
    assert rows_of(joined, "clients_client") == 0
    assert joined.around.trail.of(MemberRegistered) == []
    assert joined.around.trail.of(RegistrationRefused)


@pytest.mark.spec("OpenID Federation 1.0 §12.2.3")
def test_a_member_registers_by_its_configuration(joined: Joined) -> None:
    claims = registered(joined, post(joined, a_configuration(joined)))
    assert (claims["iss"], claims["sub"], claims["aud"]) == (ISSUER, RP, RP)
    assert claims["trust_anchor"] == ANCHOR
    assert claims["authority_hints"] == [ANCHOR]
    assert claims["jwks"] == signer(kid=RP).keys.to_jwks()
    ends = joined.around.clock() + timedelta(minutes=10)
    assert claims["exp"] == epoch_seconds(ends)
    told = facet_of(claims)
    assert told["client_id"] == RP
    assert told["token_endpoint_auth_method"] == "private_key_jwt"
    assert told["redirect_uris"] == [RP_CALLBACK]
    assert "client_secret" not in told
    assert "registration_access_token" not in told
    assert [event.path for event in joined.around.trail.of(MemberRegistered)] == [
        (RP, ANCHOR)
    ]


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_a_chain_says_the_same_without_anybody_being_asked(joined: Joined) -> None:
    chain = [a_configuration(joined), *joined.chain()[1:]]
    joined.nobody_answers()
    claims = registered(joined, post(joined, json.dumps(chain), CHAIN))
    assert claims["trust_anchor"] == ANCHOR
    assert joined.world.asked == []


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_what_is_posted_counts_and_not_what_is_published(joined: Joined) -> None:
    tailored = rp_metadata(redirect_uris=["https://rp.example/for-us"])
    claims = registered(joined, post(joined, a_configuration(joined, tailored)))
    assert facet_of(claims)["redirect_uris"] == ["https://rp.example/for-us"]
    found = joined.clients.lookup.find(ClientId(RP))
    assert [uri.text for uri in found.oidc.redirect_uris] == ["https://rp.example/for-us"]
    assert found.membership is not None
    assert found.membership.registration is Registration.EXPLICIT


@pytest.mark.spec("OpenID Federation 1.0 §12.2")
def test_a_registered_member_asks_as_any_other_client(joined: Joined) -> None:
    posted = a_configuration(joined, rp_metadata(scope="openid", **BASIC))
    secret = str(facet_of(registered(joined, post(joined, posted)))["client_secret"])
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    sent = {
        "client_id": RP,
        "response_type": "code",
        "redirect_uri": RP_CALLBACK,
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    code = answered(rp.get(browser, sent))["code"]
    basic = joined.basic_of(RP, secret)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": RP_CALLBACK,
        "code_verifier": VERIFIER,
    }
    wrong = joined.posted("/oauth2/token", form, joined.basic_of(RP, "x" * 43))
    assert wrong.status == 401
    assert joined.posted("/oauth2/token", form, basic).status == 200
    assert secret not in repr(joined.around.trail.events)


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_an_earlier_registration_is_void(joined: Joined) -> None:
    first = a_configuration(joined, rp_metadata(**BASIC))
    before = facet_of(registered(joined, post(joined, first)))["client_secret"]
    joined.around.clock.advance(timedelta(seconds=1))
    second = a_configuration(joined, rp_metadata(**BASIC))
    after = facet_of(registered(joined, post(joined, second)))["client_secret"]
    assert before != after
    assert rows_of(joined, "clients_registration") == 1
    joined.around.clock.advance(timedelta(seconds=2))
    found = joined.clients.lookup.find(ClientId(RP))
    assert found.secret is not None
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    old = joined.posted("/oauth2/token", form, joined.basic_of(RP, str(before)))
    new = joined.posted("/oauth2/token", form, joined.basic_of(RP, str(after)))
    assert (old.status, new.status) == (401, 400)


def test_a_configuration_registers_once(joined: Joined) -> None:
    posted = a_configuration(joined, rp_metadata(**BASIC))
    registered(joined, post(joined, posted))
    again = post(joined, posted)
    assert (again.status, json.loads(again.body)["error"]) == (400, "invalid_request")
    assert b"client_secret" not in again.body
    assert len(joined.around.trail.of(MemberRegistered)) == 1


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_a_registration_ends_with_its_chain(joined: Joined) -> None:
    registered(joined, post(joined, a_configuration(joined)))
    joined.nobody_answers()
    joined.around.clock.advance(timedelta(minutes=12))
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    reply = rp.get(browser, rp.asks(rp.signed(), redirect_uri=RP_CALLBACK))
    assert (reply.status, reply.header("Location")) == (400, None)


CLAIMS: dict[str, tuple[dict[str, object], str]] = {
    "for another": ({"aud": "https://op.example"}, "invalid_request"),
    "for us and another": ({"aud": [ISSUER, "https://op.example"]}, "invalid_request"),
    "for nobody": ({"aud": None}, "invalid_request"),
    "nobody's": ({"iss": None}, "invalid_request"),
    "of another": ({"sub": f"{RP}/1"}, "invalid_trust_chain"),
    "over": ({"iat": 1_000_000_000, "exp": 1_000_000_100}, "invalid_trust_chain"),
    "not under the anchor": (
        {"authority_hints": ["https://elsewhere.example"]},
        "invalid_trust_chain",
    ),
    "not critical to us": ({"crit": ["x"], "x": 1}, "invalid_trust_chain"),
}


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
@pytest.mark.parametrize(("bent", "error"), CLAIMS.values(), ids=CLAIMS.keys())
def test_a_configuration_that_breaks_a_rule_registers_nobody(
    joined: Joined, bent: dict[str, object], error: str
) -> None:
    refused(joined, post(joined, a_configuration(joined, None, **bent)), error)


METADATA: dict[str, tuple[dict[str, object], str]] = {
    "automatic only": ({"client_registration_types": ["automatic"]}, "invalid_metadata"),
    "no address": ({"redirect_uris": []}, "invalid_metadata"),
    "a script": ({"redirect_uris": ["javascript:x"]}, "invalid_redirect_uri"),
    "no proof": ({"token_endpoint_auth_method": "none"}, "invalid_metadata"),
    "HS256": ({"token_endpoint_auth_signing_alg": "HS256"}, "invalid_metadata"),
}


@pytest.mark.spec("OpenID Federation 1.0 §12.2.4")
@pytest.mark.parametrize(("bent", "error"), METADATA.values(), ids=METADATA.keys())
def test_metadata_that_are_not_enough_register_nobody(
    joined: Joined, bent: dict[str, object], error: str
) -> None:
    posted = a_configuration(joined, rp_metadata(**bent))
    refused(joined, post(joined, posted), error)


BODIES: dict[str, tuple[str, str]] = {
    "JSON as a statement": ("{}", CONFIGURATION),
    "nothing": ("", CONFIGURATION),
    "a text": ('"x"', CHAIN),
    "no statement": ("[]", CHAIN),
    "numbers": ("[1]", CHAIN),
    "too many": (json.dumps(["x"] * 17), CHAIN),
    "another type": ("x", "application/json"),
    "no type": ("x", ""),
}


@pytest.mark.spec("OpenID Federation 1.0 §12.2.1")
@pytest.mark.parametrize(("body", "media_type"), BODIES.values(), ids=BODIES.keys())
def test_what_is_neither_configuration_nor_chain_is_refused(
    joined: Joined, body: str, media_type: str
) -> None:
    reply = post(joined, body, media_type)
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_request")
    assert rows_of(joined, "clients_registration") == 0


@pytest.mark.spec("OpenID Federation 1.0 §12.2.2")
def test_another_key_or_a_strangers_name_registers_nobody(joined: Joined) -> None:
    other = signer(kid="other")
    claims = {
        "iss": RP,
        "sub": RP,
        "aud": ISSUER,
        **joined.world.lifetime().claims(),
        "jwks": other.keys.to_jwks(),
        "authority_hints": [ANCHOR],
        "metadata": {"openid_relying_party": rp_metadata()},
    }
    forged = other.token(other.header(STATEMENT), claims)
    refused(joined, post(joined, forged), "invalid_trust_chain")
    stranger = EntityId("https://stranger.example")
    posted = a_configuration(joined, None, iss=stranger, sub=stranger)
    refused(joined, post(joined, posted), "invalid_trust_chain")


@pytest.mark.parametrize("entity", [RP, ANCHOR])
def test_a_suspended_chain_registers_nobody(joined: Joined, entity: EntityId) -> None:
    party = Party(PartyKind.MEMBER, entity)
    joined.around.standing.change(party, State.SUSPENDED, reason="test")
    refused(joined, post(joined, a_configuration(joined)), "invalid_trust_chain")


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1.2")
def test_a_chain_brought_along_later_does_not_replace_the_registration(
    joined: Joined,
) -> None:
    posted = a_configuration(joined, rp_metadata(**BASIC))
    registered(joined, post(joined, posted))
    rp, browser = RelyingParty(joined), Browser(joined)
    browser.sign_in(joined.a_person())
    request = rp.signed({"trust_chain": joined.chain()}, scope="openid")
    assert answered(rp.get(browser, rp.asks(request)))["code"]
    found = joined.clients.lookup.find(ClientId(RP))
    assert found.secret is not None


def the_same_signed_otherwise(statement: str) -> str:
    """Return it with the other ES256 signature that holds: (r, n - s)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, _, signature = statement.rpartition(".")
    raw = from_base64url(signature)
    mirrored = order - int.from_bytes(raw[32:])
    return f"{head}.{to_base64url(raw[:32] + mirrored.to_bytes(32))}"


def test_a_configuration_registers_once_however_its_signature_is_written(
    joined: Joined,
) -> None:
    posted = a_configuration(joined, rp_metadata(**BASIC))
    registered(joined, post(joined, posted))
    again = post(joined, the_same_signed_otherwise(posted))
    assert (again.status, json.loads(again.body)["error"]) == (400, "invalid_request")
    assert b"client_secret" not in again.body
    assert len(joined.around.trail.of(MemberRegistered)) == 1
