"""Every planted fault of an upstream has its own reason, and signs nobody in."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from idp.broker.events import UpstreamAccepted
from idp.broker.flows.start import forwarded_prompt
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.proof.jose import signing_input, to_base64url
from kernel.standing import Party, PartyKind, State
from tests.unit.idp.broker.house import BROWSER, House, address_of, cookie_of
from tests.unit.idp.broker.upstream import SUBJECT, Claims, Told
from tests.unit.idp.people.fakes import NOW
from tests.unit.kernel.proof.signers import signer

AT = epoch_seconds(NOW)
UNTRUSTED = {"chain": "provider_not_trusted", "standing": "not_in_good_standing"}


def unsigned(header: Claims, claims: Claims) -> str:
    return f"{signing_input({**header, 'alg': 'none'}, claims).decode()}."


def by_public_key(header: Claims, claims: Claims) -> str:
    """HS256 with the published key as the secret: RFC 8725 §2.1."""
    signed = signing_input({**header, "alg": "HS256"}, claims)
    secret = str(signer(kid="op-1").key.to_jwk()["x"]).encode()
    digest = hmac.digest(secret, signed, hashlib.sha256)
    return f"{signed.decode()}.{to_base64url(digest)}"


def by_another_key(header: Claims, claims: Claims) -> str:
    """Under the published name, by a key that is not the published one."""
    return signer(kid="forger").token({**header, "kid": "op-1"}, claims)


def by_unpublished_key(header: Claims, claims: Claims) -> str:
    return signer(kid="unpublished").token({**header, "kid": "unpublished"}, claims)


def garbage(header: Claims, claims: Claims) -> str:
    return "not a token" + str(len(header) + len(claims))


FAULTS: dict[str, tuple[Told, str]] = {
    "another iss": (Told(claims={"iss": "https://evil.example"}), "id_token_issuer"),
    "iss with a slash": (Told(claims={"iss": "http://localhost/"}), "id_token_issuer"),
    "no iss": (Told(dropped=("iss",)), "id_token_malformed"),
    "another aud": (Told(claims={"aud": "somebody"}), "id_token_audience"),
    "no aud": (Told(dropped=("aud",)), "id_token_malformed"),
    "two aud, no azp": (Told(claims={"aud": ["hub-at-gd", "x"]}), "id_token_party"),
    "another azp": (Told(claims={"azp": "somebody"}), "id_token_party"),
    "another nonce": (Told(claims={"nonce": "n" * 43}), "id_token_nonce"),
    "no nonce": (Told(dropped=("nonce",)), "id_token_nonce_missing"),
    "a nonce that is no text": (Told(claims={"nonce": 1}), "id_token_nonce"),
    "alg none": (Told(sign=unsigned), "id_token_unsigned"),
    "HS256 by the public key": (Told(sign=by_public_key), "id_token_symmetric"),
    "a forged signature": (Told(sign=by_another_key), "id_token_signature"),
    "an unpublished key": (Told(sign=by_unpublished_key), "id_token_key_unknown"),
    "no token at all": (Told(sign=garbage), "id_token_malformed"),
    "another typ": (Told(header={"typ": "at+jwt"}), "id_token_malformed"),
    "an unknown crit": (Told(header={"crit": ["x"], "x": 1}), "id_token_malformed"),
    "expired": (Told(claims={"exp": AT - 61}), "id_token_expired"),
    "no exp": (Told(dropped=("exp",)), "id_token_malformed"),
    "from the future": (Told(claims={"iat": AT + 300}), "id_token_from_future"),
    "not before later": (Told(claims={"nbf": AT + 300}), "id_token_from_future"),
    "no iat": (Told(dropped=("iat",)), "id_token_malformed"),
    "issued before we asked": (Told(claims={"iat": AT - 3600}), "id_token_old"),
    "no sub": (Told(dropped=("sub",)), "id_token_subject"),
    "an empty sub": (Told(claims={"sub": ""}), "id_token_subject"),
    "a sub of 256": (Told(claims={"sub": "s" * 256}), "id_token_subject"),
    "another at_hash": (Told(claims={"at_hash": "x" * 22}), "id_token_at_hash"),
    "another sub in userinfo": (
        Told(userinfo={"sub": "somebody", "name": "李四"}),
        "userinfo_of_another",
    ),
    "no sub in userinfo": (Told(userinfo={"name": "李四"}), "userinfo_of_another"),
    "no id_token": (Told(answer={"id_token": None}), "token_answer_malformed"),
    "not a bearer": (Told(answer={"token_type": "mac"}), "token_answer_malformed"),
    "a list": (Told(token_body=b"[]"), "token_answer_malformed"),
    "no JSON": (Told(token_body=b"<html>"), "token_answer_malformed"),
    "a member twice": (
        Told(token_body=b'{"id_token":"a","id_token":"b"}'),
        "token_answer_malformed",
    ),
    "an OAuth error": (
        Told(token_status=400, token_body=b'{"error":"invalid_grant"}'),
        "code_not_taken",
    ),
    "a server error": (Told(token_status=500, token_body=b"{}"), "upstream_unavailable"),
    "too many requests": (
        Told(token_status=429, token_body=b"{}"),
        "upstream_unavailable",
    ),
    "a redirect": (Told(token_status=302, token_body=b""), "token_answer_malformed"),
    "an oversized answer": (
        Told(token_body=b'{"id_token":"' + b"x" * 70_000 + b'"}'),
        "upstream_answer_too_large",
    ),
    "silence": (Told(delay_s=3.0), "upstream_slow"),
}


def nobody_is_in(house: House) -> None:
    assert house.live() == 0
    assert house.around.trail.of(UpstreamAccepted) == []


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize(("told", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_has_its_own_reason_and_signs_nobody_in(
    house: House, told: Told, reason: str
) -> None:
    waiting = house.begin()
    answer = house.sent(waiting)
    house.upstream.told = told
    reply = house.callback(answer)
    assert house.reasons() == [reason]
    assert reply.status >= 400
    assert cookie_of(house.settings, reply) is None
    assert b"ABCDEFGH2345" in reply.body
    assert f'data-code="{reason}"'.encode() in reply.body
    assert house.session.interactions.find(waiting.id).outcome is None
    nobody_is_in(house)


@pytest.mark.parametrize("told", [Told(), Told(claims={"auth_time": AT - 3600})])
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_with_max_age_an_old_authentication_is_refused(house: House, told: Told) -> None:
    answer = house.sent(house.begin(max_age=timedelta(seconds=60)))
    house.upstream.told = told
    reply = house.callback(answer)
    fresh = not told.claims
    assert house.reasons() == ([] if fresh else ["authentication_too_old"])
    assert (cookie_of(house.settings, reply) is not None) is fresh


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Told(), None),
        (Told(claims={"auth_time": AT - 3600}), "authentication_too_old"),
        (Told(dropped=("auth_time",)), "authentication_too_old"),
    ],
)
def test_an_upstream_that_did_not_ask_again_is_found_out(
    house: House, told: Told, reason: str | None
) -> None:
    answer = house.sent(house.begin(prompt=frozenset({"login"})))
    assert house.upstream.asked["max_age"] == "0"
    house.upstream.told = told
    house.callback(answer)
    assert house.reasons() == ([] if reason is None else [reason])
    assert house.live() == (reason is None)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_age_is_measured_when_we_asked_not_when_the_person_came_back(
    house: House,
) -> None:
    answer = house.sent(house.begin(max_age=timedelta(seconds=60)))
    house.around.clock.advance(timedelta(minutes=5))
    house.upstream.told = Told(claims={"auth_time": AT})
    assert house.session_of(house.callback(answer)).upstream is not None


def test_with_max_age_an_unsaid_authentication_time_is_refused(house: House) -> None:
    answer = house.sent(house.begin(max_age=timedelta(seconds=60)))
    house.upstream.told = Told(dropped=("auth_time",))
    house.callback(answer)
    assert house.reasons() == ["authentication_too_old"]
    nobody_is_in(house)


Bend = Callable[[dict[str, str]], dict[str, str]]

ANSWERS: dict[str, tuple[Bend, str]] = {
    "no iss": (lambda a: {k: a[k] for k in ("code", "state")}, "issuer_missing"),
    "another iss": (lambda a: {**a, "iss": "https://evil.example"}, "issuer_mixed_up"),
    "a made-up state": (lambda a: {**a, "state": "s" * 43}, "state_unknown"),
    "no code": (lambda a: {k: a[k] for k in ("iss", "state")}, "code_missing"),
    "a made-up code": (lambda a: {**a, "code": "code-2"}, "code_not_taken"),
    "its own trouble": (
        lambda a: {"error": "server_error", "iss": a["iss"], "state": a["state"]},
        "upstream_error",
    ),
    "a no without iss": (
        lambda a: {"error": "access_denied", "state": a["state"]},
        "issuer_missing",
    ),
}


@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.parametrize(("bend", "reason"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_bent_answer_of_the_browser_has_its_own_reason(
    house: House, bend: Bend, reason: str
) -> None:
    waiting = house.begin()
    reply = house.callback(bend(house.sent(waiting)))
    assert house.reasons() == [reason]
    assert cookie_of(house.settings, reply) is None
    assert house.session.interactions.find(waiting.id).outcome is None
    nobody_is_in(house)


@pytest.mark.spec("RFC 9207 §2.4")
def test_a_mixed_up_answer_never_sends_the_code_anywhere(house: House) -> None:
    answer = house.sent(house.begin())
    house.callback({**answer, "iss": "https://evil.example"})
    assert house.upstream.served == []


@pytest.mark.spec("RFC 9700 §4.7.1")
@pytest.mark.parametrize("bent", [{}, {"code": "another"}])
def test_a_state_is_answered_once(house: House, bent: dict[str, str]) -> None:
    answer = house.sent(house.begin())
    assert address_of(house.callback(answer)) == "/oauth2/authorize/resume"
    house.upstream.served.clear()
    reply = house.callback({**answer, **bent})
    assert (reply.status, house.reasons()) == (400, ["state_used"])
    assert cookie_of(house.settings, reply) is None
    assert house.upstream.served == []
    assert house.live() == 1


@pytest.mark.spec("RFC 6749 §10.12")
@pytest.mark.parametrize("browser", ["x" * 43, "", BROWSER[:-1], BROWSER.swapcase()])
def test_a_state_of_another_browser_signs_nobody_in_and_is_not_used_up(
    house: House, browser: str
) -> None:
    answer = house.sent(house.begin())
    reply = house.callback(answer, browser=browser)
    assert (reply.status, house.reasons()) == (400, ["state_foreign"])
    assert house.upstream.served == []
    nobody_is_in(house)
    assert address_of(house.callback(answer)) == "/oauth2/authorize/resume"


def test_a_state_lives_for_ten_minutes(house: House) -> None:
    answer = house.sent(house.begin())
    house.around.clock.advance(timedelta(minutes=10))
    house.vouch()
    reply = house.callback(answer)
    assert (reply.status, house.reasons()) == (410, ["state_expired"])
    nobody_is_in(house)


def test_a_repeated_parameter_is_refused(house: House) -> None:
    answer = house.sent(house.begin())
    query = f"state={answer['state']}&iss={answer['iss']}&code=code-1&code=code-2"
    assert house.get("/broker/gd/callback", query).status == 400
    nobody_is_in(house)


@pytest.mark.parametrize("lost", ["chain", "standing"])
def test_trust_lost_between_start_and_callback_signs_nobody_in(
    house: House, lost: str
) -> None:
    answer = house.sent(house.begin())
    lose(house, lost)
    house.callback(answer)
    assert house.reasons() == [UNTRUSTED[lost]]
    assert house.upstream.served == []
    nobody_is_in(house)


@pytest.mark.parametrize("lost", ["chain", "standing"])
def test_trust_lost_while_the_upstream_is_called_signs_nobody_in(
    house: House, lost: str
) -> None:
    answer = house.sent(house.begin())
    during(house, lambda: lose(house, lost))
    house.callback(answer)
    assert house.upstream.served[0] == "/token"
    assert house.reasons() == [UNTRUSTED[lost]]
    nobody_is_in(house)


def test_a_ceiling_lowered_while_the_upstream_is_called_holds_already(
    house: House,
) -> None:
    answer = house.sent(house.begin(Level.SELF_ASSERTED))
    during(house, lambda: house.vouch(highest=(1, 1, 1)))
    session = house.session_of(house.callback(answer))
    assert session.assurance.level is Level.SELF_ASSERTED


def during(house: House, happens: Callable[[], None]) -> None:
    """Have something happen while the upstream makes the ID token."""

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        happens()
        return house.upstream.key.token(header, claims)

    house.upstream.told.sign = sign


def lose(house: House, lost: str) -> None:
    if lost == "chain":
        house.chains.unfollow(house.entity)
        return
    party = Party(PartyKind.MEMBER, house.entity)
    house.around.standing.change(party, State.SUSPENDED, reason="test")


@pytest.mark.parametrize(
    "bent",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://user@localhost/"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": None},
        {"jwks": "x"},
    ],
)
def test_unusable_metadata_sends_nobody(house: House, bent: dict[str, Any]) -> None:
    house.vouch(**bent)
    assert house.start(house.begin()).status == 503
    assert house.reasons() == ["provider_metadata_unusable"]


@pytest.mark.spec("RFC 8725 §3.1")
def test_an_algorithm_that_metadata_does_not_name_is_refused(house: House) -> None:
    house.vouch(id_token_signing_alg_values_supported=["RS256"])
    house.sign_in()
    assert house.reasons() == ["id_token_algorithm"]
    nobody_is_in(house)


@pytest.mark.spec("OpenID Federation 1.0 §6")
def test_a_claim_that_policy_left_out_is_not_taken(house: House) -> None:
    house.vouch(claims_supported=["sub"])
    house.upstream.told = Told(claims={"name": "李四"})
    session = house.session_of(house.sign_in())
    assert house.people.people.claims(session.person).name == SUBJECT
    assert "/userinfo" not in house.upstream.served


def test_keys_by_address_are_fetched_ahead_and_the_last_good_ones_kept(
    house: House,
) -> None:
    address = f"{house.upstream.issuer}/jwks"
    house.vouch(jwks=None, jwks_uri=address)
    fetch = next(t for t in house.room.tasks if t.name == "broker.fetch_keys")
    fetch.run()
    fetch.run()
    assert house.upstream.served == ["/jwks"]
    house.sign_in()
    assert (house.live(), house.upstream.served.count("/jwks")) == (1, 1)


def test_an_unknown_key_makes_us_fetch_once_in_ten_seconds(house: House) -> None:
    house.vouch(jwks=None, jwks_uri=f"{house.upstream.issuer}/jwks")
    house.upstream.told = Told(sign=by_unpublished_key)
    house.sign_in()
    house.sign_in()
    assert house.reasons() == ["id_token_key_unknown"] * 2
    assert house.upstream.served.count("/jwks") == 1
    nobody_is_in(house)
    house.upstream.published.append(signer(kid="unpublished"))
    house.around.clock.advance(timedelta(seconds=10))
    house.sign_in()
    assert (house.live(), house.upstream.served.count("/jwks")) == (1, 2)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_stands_alone_and_consent_is_not_handed_on() -> None:
    assert forwarded_prompt(frozenset({"none", "login"})) == {"none"}
    assert forwarded_prompt(frozenset({"login", "consent"})) == {"login"}
