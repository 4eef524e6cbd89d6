"""A bound token is exchanged by who was sent it, where its pair lets it vouch (ADR 40)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from idp.clients.domain import AuthMethod, ExchangePolicy
from idp.clients.messages.oidc import ExchangeBody
from idp.oidc.checks import rfc8693
from idp.oidc.checks.rfc8705 import certificate_hash
from idp.oidc.domain.senders import UNPROVEN, Sender
from idp.oidc.errors import SubjectTokenRefused
from idp.oidc.events import TokenExchanged, TokenRequestRefused
from kernel.ids import ClientId
from kernel.web import Reply
from tests.unit.idp.oidc.house import (
    CALLBACK,
    FORM_HEADER,
    VERIFIER,
    Browser,
    House,
    claims_of,
)
from tests.unit.idp.oidc.proving import Holder
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_bound_tokens import CERTIFICATE
from tests.unit.idp.oidc.test_certificate_clients import reshaped
from tests.unit.idp.oidc.test_exchange import (
    ACCESS,
    CASES,
    EXCHANGE,
    FILES,
    FRONT,
    a_front,
    a_server,
)

STATE = "https://registers.example/api"
VOUCHES = (ExchangeBody(audience=FILES, may_vouch=True),)
MINE, THEIRS = Holder(), Holder("theirs")
"""The key of the portal that people sign in at, and that of the service it calls."""


def registered(house: House, *pairs: ExchangeBody, **front: object) -> House:
    """Register a portal, the service it calls, and one that this one calls on."""
    body = a_server(CASES)
    facet = replace(body.oidc, token_endpoint_auth_method=AuthMethod.POST, exchanges=pairs)
    house.register(replace(body, oidc=facet))
    house.register(a_server(FILES))
    house.register(a_front(token_endpoint_auth_method=AuthMethod.POST, **front))
    return house


def asked(house: House, client: ClientId, holder: Holder | None, **form: str) -> Reply:
    """Ask the token endpoint, with a proof of a key or with none."""
    secret = house.secrets[client]
    assert secret is not None
    said = {"client_id": client, "client_secret": secret.reveal(), **form}
    if holder is None:
        body = urlencode(said).encode()
        return house.call("POST", "/oauth2/token", headers=FORM_HEADER, body=body)
    return holder.post(house, "/oauth2/token", **said)


def swapped(
    house: House, client: ClientId, holder: Holder | None, token: str, **bent: str
) -> Reply:
    form = {"subject_token": token, "subject_token_type": ACCESS, "audience": FILES, **bent}
    return asked(house, client, holder, grant_type=EXCHANGE, **form)


def redeeming(house: House) -> dict[str, str]:
    """Return what the portal asks with after somebody has signed in there."""
    return {
        "grant_type": "authorization_code",
        "code": Browser(house).code(house.a_person(), client_id=FRONT),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }


def signed_in(house: House, holder: Holder | None) -> str:
    """Return a token of a person that the portal got with a key, or with none."""
    got = asked(house, FRONT, holder, **redeeming(house))
    token: str = json.loads(got.body)["access_token"]
    return token


def bound_to_mine(house: House) -> str:
    """Return a token of a person that the portal got with its own key."""
    return signed_in(house, MINE)


def sent_to_cases(house: House) -> str:
    """Return a token for the service, bound to the key of the portal that sends it."""
    token = bound_to_mine(house)
    got = json.loads(swapped(house, FRONT, MINE, token, audience=CASES).body)
    assert claims_of(got["access_token"])["cnf"] == {"jkt": MINE.jkt}
    sent: str = got["access_token"]
    return sent


def refused(house: House, reply: Reply, *, grants: int) -> None:
    assert (reply.status, json.loads(reply.body)["error"]) == (400, "invalid_request")
    assert rows_of(house, "oidc_grant") == grants
    assert all(one.sender is None for one in house.around.trail.of(TokenExchanged))


@pytest.mark.spec("RFC 9449 §7.1")
@pytest.mark.spec("RFC 8693 §5")
def test_who_was_sent_a_bound_token_exchanges_it_where_it_may_vouch(house: House) -> None:
    registered(house, *VOUCHES)
    sent = sent_to_cases(house)
    said = json.loads(swapped(house, CASES, THEIRS, sent).body)
    claims = claims_of(said["access_token"])
    assert (said["token_type"], claims["cnf"]) == ("DPoP", {"jkt": THEIRS.jkt})
    assert claims["aud"] == FILES
    assert (claims["act"]["sub"], claims["act"]["act"]["sub"]) == (CASES, FRONT)
    assert claims["exp"] == claims_of(sent)["exp"]
    assert [one.sender for one in house.around.trail.of(TokenExchanged)] == [
        None,
        "vouched_for",
    ]


@pytest.mark.spec("RFC 9449 §7.1")
@pytest.mark.parametrize(
    ("pairs", "targets"),
    [
        ((ExchangeBody(audience=FILES),), FILES),
        ((ExchangeBody(audience=FILES, may_impersonate=True, may_transfer=True),), FILES),
    ],
    ids=["no word of it", "every other word"],
)
def test_nobody_vouches_without_a_word_of_it(
    house: House, pairs: Sequence[ExchangeBody], targets: str
) -> None:
    registered(house, *pairs)
    sent = sent_to_cases(house)
    refused(house, swapped(house, CASES, THEIRS, sent, audience=targets), grants=2)


def test_each_pair_that_is_named_must_say_it(house: House) -> None:
    registered(house, *VOUCHES, ExchangeBody(audience=STATE))
    sent = sent_to_cases(house)
    reply = swapped(house, CASES, THEIRS, sent, resource=STATE)
    refused(house, reply, grants=2)


@pytest.mark.spec("RFC 8693 §5")
def test_what_was_bound_is_exchanged_for_nothing_unbound(house: House) -> None:
    registered(house, *VOUCHES)
    sent = sent_to_cases(house)
    refused(house, swapped(house, CASES, None, sent), grants=2)


@pytest.mark.parametrize("holder", [THEIRS, None], ids=["another key", "no key"])
def test_nobody_vouches_for_a_token_of_its_own(house: House, holder: Holder | None) -> None:
    """Who stole it, and the secret of who got it, has not stolen the key."""
    pair = ExchangeBody(audience=CASES, may_vouch=True)
    registered(house, *VOUCHES, exchanges=(pair,))
    token = bound_to_mine(house)
    refused(house, swapped(house, FRONT, holder, token, audience=CASES), grants=1)


def test_who_was_not_sent_a_token_vouches_for_nobody(house: House) -> None:
    registered(house, *VOUCHES)
    refused(house, swapped(house, CASES, THEIRS, bound_to_mine(house)), grants=1)


def test_a_token_that_is_bound_to_nobody_needs_no_word(house: House) -> None:
    registered(house, *VOUCHES)
    token = signed_in(house, None)
    sent = json.loads(swapped(house, FRONT, None, token, audience=CASES).body)
    said = json.loads(swapped(house, CASES, None, sent["access_token"]).body)
    assert said["token_type"] == "Bearer"
    assert {one.sender for one in house.around.trail.of(TokenExchanged)} == {None}


def test_nobody_vouches_for_who_acts(house: House) -> None:
    """An actor token is of who brings it, or proves nothing."""
    registered(house, *VOUCHES)
    sent = sent_to_cases(house)
    actor = {"actor_token": sent, "actor_token_type": ACCESS}
    refused(house, swapped(house, CASES, THEIRS, sent, **actor), grants=2)


BOUND: dict[str, Sender] = {
    "key": Sender(jkt="a"),
    "certificate": Sender(certificate="a"),
    "both": Sender(jkt="a", certificate="a"),
}


@pytest.mark.spec("RFC 8705 §3")
@pytest.mark.parametrize("bound", BOUND.values(), ids=BOUND.keys())
def test_by_whatever_it_is_bound_it_stays_bound(bound: Sender) -> None:
    with pytest.raises(SubjectTokenRefused):
        rfc8693.what_was_bound_stays_bound(bound, UNPROVEN)
    for sender in (Sender(jkt="b"), Sender(certificate="b")):
        rfc8693.what_was_bound_stays_bound(bound, sender)
    rfc8693.what_was_bound_stays_bound(UNPROVEN, UNPROVEN)


@pytest.mark.parametrize("words", [(False,), (True, False), (False, True)])
def test_whose_word_does_not_count(words: tuple[bool, ...]) -> None:
    policies = [ExchangePolicy(str(at), may_vouch=word) for at, word in enumerate(words)]
    with pytest.raises(SubjectTokenRefused):
        rfc8693.recipient_may_vouch(policies)


def rule_that_refused(house: House) -> str:
    """Return the rule that the last refusal on record names."""
    fault = house.around.trail.of(TokenRequestRefused)[-1].fault
    assert fault is not None
    return fault.rule


@pytest.mark.parametrize("holder", [THEIRS, None], ids=["another key", "no key"])
def test_who_asks_for_the_reason_is_told_the_true_one(
    house: House, holder: Holder | None
) -> None:
    """Of a token of its own: prove the key. Of one it was sent: no word of the pair."""
    registered(house, ExchangeBody(audience=FILES))
    swapped(house, FRONT, holder, bound_to_mine(house), audience=CASES)
    assert rule_that_refused(house).endswith("sender_is_proven")
    swapped(house, CASES, holder, sent_to_cases(house))
    assert rule_that_refused(house).endswith("recipient_may_vouch")


def with_a_certificate(house: House, client: ClientId, **form: str) -> Reply:
    """Ask the token endpoint on a connection that brings a certificate."""
    secret = house.secrets[client]
    assert secret is not None
    said = {"client_id": client, "client_secret": secret.reveal(), **form}
    return house.call(
        "POST",
        "/oauth2/token",
        headers=FORM_HEADER,
        body=urlencode(said).encode(),
        certificate=CERTIFICATE.der,
    )


def by_certificate(house: House, client: ClientId, token: str, target: str) -> Reply:
    form = {"subject_token": token, "subject_token_type": ACCESS, "audience": target}
    return with_a_certificate(house, client, grant_type=EXCHANGE, **form)


@pytest.mark.spec("RFC 8705 §3")
def test_a_certificate_that_binds_nothing_keeps_nothing_bound(house: House) -> None:
    """Where a record does not say so, a certificate that is shown binds no token."""
    registered(house, *VOUCHES)
    sent = sent_to_cases(house)
    refused(house, by_certificate(house, CASES, sent, FILES), grants=2)
    reshaped(house, CASES, binds_to_certificate=True)
    said = json.loads(by_certificate(house, CASES, sent, FILES).body)
    cnf = claims_of(said["access_token"])["cnf"]
    assert cnf == {"x5t#S256": certificate_hash(CERTIFICATE.der)}


@pytest.mark.spec("RFC 8705 §3")
def test_holding_the_certificate_is_not_enough_where_it_binds_no_more(house: House) -> None:
    registered(house, *VOUCHES)
    reshaped(house, FRONT, binds_to_certificate=True)
    got = with_a_certificate(house, FRONT, **redeeming(house))
    token = json.loads(got.body)["access_token"]
    reshaped(house, FRONT, binds_to_certificate=False)
    refused(house, by_certificate(house, FRONT, token, CASES), grants=1)


def test_who_proves_the_key_vouches_for_nobody(house: House) -> None:
    """Whatever else it shows, and though it may: the event tells what happened."""
    registered(house, *VOUCHES)
    reshaped(house, CASES, binds_to_certificate=True)
    sent = sent_to_cases(house)
    secret = house.secrets[CASES]
    assert secret is not None
    form = {"subject_token": sent, "subject_token_type": ACCESS, "audience": FILES}
    me = {"client_id": CASES, "client_secret": secret.reveal(), "grant_type": EXCHANGE}
    reply = house.call(
        "POST",
        "/oauth2/token",
        headers={**FORM_HEADER, "dpop": MINE.proof(house, "/oauth2/token")},
        body=urlencode({**form, **me}).encode(),
        certificate=CERTIFICATE.der,
    )
    assert reply.status == 200, reply.body
    assert [one.sender for one in house.around.trail.of(TokenExchanged)] == [None, None]
