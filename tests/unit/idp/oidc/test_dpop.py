"""DPoP proofs where tokens are issued (RFC 9449 §4 to §6, §8 to §11)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from config.schema import Oidc
from idp.clients.domain import AuthMethod, Client, GrantType
from idp.oidc.checks import rfc9449
from idp.oidc.domain.proofs import plain_address
from idp.oidc.events import ClientTokenIssued, TokenRequestRefused
from kernel.proof.jose import to_base64url
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    CALLBACK,
    ISSUER,
    MACHINE,
    PORTAL,
    VERIFIER,
    Browser,
    House,
    a_machine,
    a_portal,
    claims_of,
)
from tests.unit.idp.oidc.sending import Holder, told
from tests.unit.kernel.proof.signers import ALGORITHMS, signer

TOKEN = "/oauth2/token"
OWN = {"grant_type": "client_credentials"}
CODE = {
    "grant_type": "authorization_code",
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
}


@pytest.fixture
def holder(house: House) -> Holder:
    house.register(a_machine())
    return Holder(house)


def mine(holder: Holder, **bent: object) -> dict[str, object]:
    """Ask for a client's own token with a proof that is bent."""
    shown = holder.proof(TOKEN, **bent)
    return told(holder.ask(MACHINE, shown, grant_type="client_credentials"))


def redeemed(holder: Holder, code: str, proof: str | None = None) -> dict[str, object]:
    return told(holder.ask(PORTAL, proof, code=code, **CODE))


# --------------------------------------------------------------------- binding


@pytest.mark.spec("RFC 9449 §5")
@pytest.mark.spec("RFC 9449 §6")
def test_a_token_is_bound_to_the_key_that_was_proven(holder: Holder) -> None:
    said = mine(holder)
    assert said["token_type"] == "DPoP"
    claims = claims_of(str(said["access_token"]))
    assert claims["cnf"] == {"jkt": holder.jkt}


@pytest.mark.spec("RFC 9449 §5")
def test_without_a_proof_the_token_is_a_bearers(holder: Holder) -> None:
    said = told(holder.house.token(MACHINE, grant_type="client_credentials"))
    assert said["token_type"] == "Bearer"
    assert "cnf" not in claims_of(str(said["access_token"]))


@pytest.mark.spec("RFC 9449 §5.2")
def test_a_client_that_binds_its_tokens_gets_none_without_a_proof(holder: Holder) -> None:
    shaped(holder.house, MACHINE, binds_to_dpop=True)
    refused = holder.house.token(MACHINE, grant_type="client_credentials")
    assert (refused.status, told(refused)["error"]) == (400, "invalid_request")
    assert mine(holder)["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_every_asymmetric_algorithm_proves_a_key(house: House, alg: str) -> None:
    house.register(a_machine())
    assert mine(Holder(house, signer(alg, "own")))["token_type"] == "DPoP"


# --------------------------------------------------------------------- the checks of §4.3

AGE = int(rfc9449.LONGEST_AGE.total_seconds())
AHEAD = int(rfc9449.FURTHEST_AHEAD.total_seconds())


def bent_proofs() -> Iterator[tuple[str, dict[str, object]]]:
    """Walk proofs that lack one thing each, by what they lack."""
    for claim in ("jti", "htm", "htu", "iat"):
        yield f"no {claim}", {claim: None}
    yield "jti is no text", {"jti": 7}
    yield "jti is endless", {"jti": "x" * 513}
    yield "iat is a text", {"iat": "now"}
    yield "another method", {"method": "GET"}
    yield "a method in lower case", {"method": "post"}
    yield "no path", {"htu": ISSUER}
    yield "another path", {"htu": f"{ISSUER}/oauth2/par"}
    yield "a longer path", {"htu": f"{ISSUER}{TOKEN}/"}
    yield "another case", {"htu": f"{ISSUER}/OAuth2/token"}
    yield "another host", {"htu": f"http://localhost.evil.example{TOKEN}"}
    yield "another port", {"htu": f"http://localhost:8401{TOKEN}"}
    yield "another scheme", {"htu": f"https://localhost:8400{TOKEN}"}
    yield "a user in the address", {"htu": f"http://localhost:8400@evil.example{TOKEN}"}
    yield "no address", {"htu": "/oauth2/token"}
    yield "a blank before the address", {"htu": f" {ISSUER}{TOKEN}"}
    yield "a line end inside it", {"htu": f"{ISSUER}/oauth2/\ntoken"}
    yield "a broken port", {"htu": f"http://localhost:x{TOKEN}"}
    yield "an ID token", {"typ": "JWT"}
    yield "no type", {"typ": None}
    yield "unsigned", {"alg": "none"}
    yield "symmetric", {"alg": "HS256"}
    yield "no key", {"jwk": None}
    yield "another key", {"jwk": signer(kid="other").key.to_jwk()}
    yield "a symmetric key", {"jwk": {"kty": "oct", "k": to_base64url(b"k" * 32)}}


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize(
    "bent", [bent for _, bent in bent_proofs()], ids=[name for name, _ in bent_proofs()]
)
def test_a_proof_that_lacks_one_thing_is_none(
    holder: Holder, bent: dict[str, object]
) -> None:
    assert mine(holder, **bent)["error"] == "invalid_dpop_proof"
    (seen,) = holder.house.around.trail.of(TokenRequestRefused)
    assert (seen.reason or "").startswith("dpop_proof")
    assert holder.house.around.trail.of(ClientTokenIssued) == []


@pytest.mark.spec("RFC 9449 §4.2")
def test_a_private_key_in_a_proof_is_refused(holder: Holder) -> None:
    leaked = {**holder.jwk, "d": to_base64url(b"d" * 32)}
    assert mine(holder, jwk=leaked)["error"] == "invalid_dpop_proof"


@pytest.mark.spec("RFC 9449 §11.1")
@pytest.mark.parametrize("seconds", [-AGE, 0, AHEAD])
def test_a_proof_counts_within_its_window(holder: Holder, seconds: int) -> None:
    now = int(holder.house.around.clock().timestamp())
    assert "access_token" in mine(holder, iat=now + seconds)


@pytest.mark.spec("RFC 9449 §11.1")
@pytest.mark.parametrize("seconds", [-AGE - 1, AHEAD + 1, 10**11])
def test_a_proof_counts_in_its_window_only(holder: Holder, seconds: int) -> None:
    now = int(holder.house.around.clock().timestamp())
    assert mine(holder, iat=now + seconds)["error"] == "invalid_dpop_proof"


@pytest.mark.spec("RFC 9449 §4.3")
@pytest.mark.parametrize(
    "htu",
    [
        f"HTTP://LocalHost:8400{TOKEN}",
        f"{ISSUER}{TOKEN}?a=b",
        f"{ISSUER}{TOKEN}#f",
        f"{ISSUER}/oauth2/./x/../%74oken",
    ],
)
def test_an_address_has_many_spellings(holder: Holder, htu: str) -> None:
    assert "access_token" in mine(holder, htu=htu)


@pytest.mark.spec("RFC 3986 §6.2.2")
@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("HTTPS://Id.Example.CN:443", "https://id.example.cn/"),
        ("http://id.example.cn:80/A", "http://id.example.cn/A"),
        ("https://id.example.cn:8443/a/../../b/.", "https://id.example.cn:8443/b/"),
        ("https://id.example.cn/%7ea%2fb%e4?q#f", "https://id.example.cn/~a%2Fb%E4"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
    ],
)
def test_addresses_are_compared_in_one_spelling(said: str, plain: str) -> None:
    assert plain_address(said) == plain


# --------------------------------------------------------------------- once


@pytest.mark.spec("RFC 9449 §11.1")
def test_a_proof_is_used_once_in_whatever_spelling(holder: Holder) -> None:
    shown = holder.proof(TOKEN, jti="one")
    assert "access_token" in told(holder.ask(MACHINE, shown, **OWN))
    assert told(holder.ask(MACHINE, shown, **OWN))["error"] == "invalid_dpop_proof"
    spelled = mine(holder, jti="one", htu=f"HTTP://LOCALHOST:8400{TOKEN}")
    assert spelled["error"] == "invalid_dpop_proof"
    assert "access_token" in mine(holder, jti="two")


@pytest.mark.spec("RFC 9449 §11.1")
def test_the_name_of_a_proof_is_its_keys_own(holder: Holder) -> None:
    assert "access_token" in mine(holder, jti="one")
    other = Holder(holder.house, signer(kid="another"))
    assert "access_token" in mine(other, jti="one")


@pytest.mark.spec("RFC 9449 §4.3")
def test_a_proof_of_a_client_that_is_not_proven_is_not_used_up(holder: Holder) -> None:
    shown = holder.proof(TOKEN)
    secret = holder.house.secrets[MACHINE]
    holder.house.secrets[MACHINE] = type(secret)("wrong" * 9) if secret else None
    assert told(holder.ask(MACHINE, shown, **OWN))["error"] == "invalid_client"
    holder.house.secrets[MACHINE] = secret
    assert "access_token" in told(holder.ask(MACHINE, shown, **OWN))


@pytest.mark.spec("RFC 9449 §4.3")
def test_two_proofs_are_none(holder: Holder) -> None:
    both = f"{holder.proof(TOKEN)},{holder.proof(TOKEN)}"
    assert told(holder.ask(MACHINE, both, **OWN))["error"] == "invalid_dpop_proof"


# --------------------------------------------------------------------- nonces


class Asking(House):
    """A house that wants its nonce in every proof."""

    said: ClassVar[Oidc] = Oidc(dpop_nonces=True)


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Holder]:
    house = Asking(f"sqlite:///{tmp_path}/hub.db")
    house.register(a_machine())
    house.register(a_portal())
    yield Holder(house)
    house.db.close()


def nonce_of(holder: Holder) -> str:
    reply = holder.ask(MACHINE, **OWN)
    assert (reply.status, told(reply)["error"]) == (400, "use_dpop_nonce")
    return reply.header("DPoP-Nonce") or ""


@pytest.mark.spec("RFC 9449 §8")
def test_a_proof_without_our_nonce_is_told_it_and_not_used_up(asking: Holder) -> None:
    nonce = nonce_of(asking)
    assert mine(asking, nonce=nonce, jti="kept")["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 §8")
def test_a_code_outlives_the_question_for_a_nonce(asking: Holder) -> None:
    code = Browser(asking.house).code(asking.house.a_person())
    refused = asking.ask(PORTAL, code=code, **CODE)
    assert told(refused)["error"] == "use_dpop_nonce"
    shown = asking.proof(TOKEN, nonce=refused.header("DPoP-Nonce"))
    assert redeemed(asking, code, shown)["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 §8.2")
def test_an_answer_tells_the_nonce_of_the_next_proof(asking: Holder) -> None:
    shown = asking.proof(TOKEN, nonce=nonce_of(asking))
    reply = asking.ask(MACHINE, shown, **OWN)
    assert (reply.status, reply.header("DPoP-Nonce")) == (200, nonce_of(asking))


@pytest.mark.spec("RFC 9449 §11.3")
def test_a_nonce_counts_for_two_spans_and_no_longer(asking: Holder) -> None:
    clock, nonce = asking.house.around.clock, nonce_of(asking)
    clock.advance(timedelta(minutes=2))
    assert nonce_of(asking) != nonce
    assert "access_token" in mine(asking, nonce=nonce)
    clock.advance(timedelta(minutes=2))
    assert mine(asking, nonce=nonce)["error"] == "use_dpop_nonce"


@pytest.mark.spec("RFC 9449 §8")
@pytest.mark.parametrize("nonce", ["", "guess", 7, None])
def test_another_nonce_is_none(asking: Holder, nonce: object) -> None:
    assert mine(asking, nonce=nonce)["error"] == "use_dpop_nonce"


# --------------------------------------------------------------------- codes and refreshing


@pytest.mark.spec("RFC 9449 §10")
def test_a_code_bound_to_a_key_is_redeemed_with_it_only(holder: Holder) -> None:
    person, browser = holder.house.a_person(), Browser(holder.house)
    code = browser.code(person, dpop_jkt=holder.jkt)
    other = Holder(holder.house, signer(kid="another"))
    assert redeemed(other, code)["error"] == "invalid_grant"
    bare = told(holder.house.token(PORTAL, code=code, **CODE))
    assert bare["error"] == "invalid_grant"
    assert redeemed(holder, code)["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 §5")
def test_a_confidential_client_may_change_its_key(holder: Holder) -> None:
    first = redeemed(holder, Browser(holder.house).code(holder.house.a_person()))
    other = Holder(holder.house, signer(kid="another"))
    asked = {"grant_type": "refresh_token", "refresh_token": str(first["refresh_token"])}
    fresh = told(other.ask(PORTAL, **asked))
    claims = claims_of(str(fresh["access_token"]))
    assert claims["cnf"] == {"jkt": other.jkt}


def a_public(house: House) -> Client:
    return shaped(
        house,
        auth_method=AuthMethod.NONE,
        grant_types=frozenset({GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN}),
    )


@pytest.mark.spec("RFC 9449 §5")
def test_a_public_clients_refresh_token_is_its_keys(holder: Holder) -> None:
    a_public(holder.house)
    code = Browser(holder.house).code(holder.house.a_person())
    first = told(holder.post(TOKEN, client_id=PORTAL, code=code, **CODE))
    asked = {
        "grant_type": "refresh_token",
        "client_id": str(PORTAL),
        "refresh_token": str(first["refresh_token"]),
    }
    other = Holder(holder.house, signer(kid="another"))
    assert told(other.post(TOKEN, **asked))["error"] == "invalid_grant"
    assert told(holder.post(TOKEN, proof="", **asked))["error"] == "invalid_grant"
    fresh = told(holder.post(TOKEN, **asked))
    assert fresh["token_type"] == "DPoP"
    asked["refresh_token"] = str(fresh["refresh_token"])
    assert told(other.post(TOKEN, **asked))["error"] == "invalid_grant"


# --------------------------------------------------------------------- pushed requests


def pushed(holder: Holder, proof: str = "", **bent: str) -> dict[str, object]:
    shown = proof or holder.proof("/oauth2/par")
    return told(holder.push(shown, **bent))


@pytest.mark.spec("RFC 9449 §10.1")
def test_a_proof_at_the_push_binds_the_code(holder: Holder) -> None:
    uri = str(pushed(holder)["request_uri"])
    code = holder.code_of(uri)
    other = Holder(holder.house, signer(kid="another"))
    assert redeemed(other, code)["error"] == "invalid_grant"
    assert redeemed(holder, code)["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 §10.1")
def test_parameter_and_proof_at_the_push_must_agree(holder: Holder) -> None:
    assert "request_uri" in pushed(holder, dpop_jkt=holder.jkt)
    other = signer(kid="another").key.thumbprint
    assert pushed(holder, dpop_jkt=other)["error"] == "invalid_request"
    wrong = holder.proof(TOKEN)
    assert pushed(holder, wrong)["error"] == "invalid_dpop_proof"
