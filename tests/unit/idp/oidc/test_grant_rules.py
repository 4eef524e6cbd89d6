"""Single rules of devices, exchange, introspection and assertions, each shown to bite."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.clients.domain import AuthMethod, Client, GrantType, OidcFacet
from idp.oidc.checks import rfc7662, rfc8628, rfc8693, rfc9449
from idp.oidc.domain.devices import (
    ALPHABET,
    LENGTH,
    DeviceRequest,
    drawn_user_code,
    shown,
    typed,
)
from idp.oidc.domain.exchanges import Actor
from idp.oidc.domain.senders import Sender
from idp.oidc.errors import DeviceCodeExpired, SubjectTokenRefused, UserCodeUnknown
from idp.oidc.flows.typed_codes import TypedCodes
from idp.oidc.store import SqlDevices, SqlGuesses
from kernel.entropy import SeededEntropy
from kernel.errors import DomainError
from kernel.ids import ClientId
from kernel.proof.seal import Sealer
from kernel.secret import Secret
from tests.unit.idp.oidc.house import PORTAL, House, claims_of
from tests.unit.idp.oidc.test_device import Phone, a_kiosk, ask, poll
from tests.unit.idp.oidc.test_exchange import (
    ACCESS,
    CASES,
    FRONT,
    a_front,
    a_server,
    signed_in,
    swap,
)
from trustroot.keys.domain import Purpose

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


def wide(text: str) -> str:
    """Return ASCII as a Chinese keyboard types it, in full width."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


WAITING = DeviceRequest(
    code=Secret("d" * 43).digest(),
    user_code="BCDFGHJK",
    client=ClientId("kiosk-1"),
    parameters={},
    started_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)


@pytest.mark.spec("RFC 8628 §6.1")
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_user_code_is_read_back_however_it_is_shown(seed: int) -> None:
    code = drawn_user_code(SeededEntropy(seed))
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert typed(shown(code)) == typed(shown(code).lower()) == code


@pytest.mark.spec("RFC 8628 §6.1")
@pytest.mark.parametrize(
    "text",
    [
        wide("BCDF-GHJK"),
        wide("bcdf") + "\u3000" + wide("ghjk"),
        "BCDF\u2014GHJK",
        "bcdf\u00a0ghjk\n",
        "\u24b7cdf/ghjk",
    ],
)
def test_a_user_code_is_read_as_a_chinese_keyboard_types_it(text: str) -> None:
    assert typed(text) == "BCDFGHJK"


def test_every_letter_of_a_user_code_is_as_likely_as_the_others() -> None:
    def counting(count: int) -> bytes:
        return bytes(next(numbers) % 256 for _ in range(count))

    numbers = iter(range(10**6))
    drawn = "".join(drawn_user_code(counting) for _ in range(3000))
    counts = [drawn.count(letter) for letter in ALPHABET]
    assert max(counts) - min(counts) < 0.02 * len(drawn) / len(ALPHABET)


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_counts_until_its_end_and_not_at_it() -> None:
    last = WAITING.expires_at - timedelta(microseconds=1)
    rfc8628.code_is_fresh(WAITING, last)
    rfc8628.waits_for_answer(WAITING, last)
    with pytest.raises(DeviceCodeExpired):
        rfc8628.code_is_fresh(WAITING, WAITING.expires_at)
    with pytest.raises(UserCodeUnknown):
        rfc8628.waits_for_answer(WAITING, WAITING.expires_at)
    with pytest.raises(UserCodeUnknown):
        rfc8628.waits_for_answer(replace(WAITING, settled_at=NOW), NOW)


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize(
    ("waited", "soon"), [(0, True), (3.9, True), (4, False), (5, False)]
)
def test_a_poll_may_come_a_second_early(waited: float, *, soon: bool) -> None:
    polled = replace(WAITING, polled_at=NOW)
    assert rfc8628.comes_too_soon(polled, NOW + timedelta(seconds=waited)) is soon
    assert not rfc8628.comes_too_soon(WAITING, NOW)


@pytest.mark.spec("RFC 8628 §3.5")
def test_what_was_allowed_at_the_last_moment_is_fetched_within_a_minute(
    house: House,
) -> None:
    house.register(a_kiosk())
    for late, error in ((59, None), (61, "expired_token")):
        codes, phone = ask(house), Phone(house)
        house.around.clock.advance(timedelta(seconds=599))
        phone.sign_in()
        phone.allow(codes["user_code"])
        assert poll(house, codes, wait_s=late + 1).get("error") == error


ADDRESSES = [
    ("192.0.2.1", "192.0.2.2", False),
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("no address", "no address", True),
]


@pytest.mark.spec("RFC 8628 §5.1")
@pytest.mark.parametrize(("one", "other", "alike"), ADDRESSES)
def test_guesses_are_counted_by_network(
    house: House, one: str, other: str, *, alike: bool
) -> None:
    codes: TypedCodes = _codes(house)
    for _ in range(TypedCodes.MOST):
        with pytest.raises(UserCodeUnknown):
            codes.waiting("BBBBBBBB", one)
    expected = "too_many_user_codes" if alike else "user_code_unknown"
    with pytest.raises(DomainError) as caught:
        codes.waiting("BBBBBBBB", other)
    assert caught.value.code == expected


def _codes(house: House) -> TypedCodes:
    around = house.around
    sealer = Sealer(around.keys, around.entropy)
    devices, guesses = SqlDevices(house.db), SqlGuesses(house.db)
    return TypedCodes(devices, guesses, sealer, around.trail, around.clock)


def with_claims(house: House, token: str, **more: object) -> str:
    """Return a token of ours that says more."""
    return house.signer.sign(Purpose.TOKENS, "at+jwt", {**claims_of(token), **more})


@pytest.mark.spec("RFC 8693 §4.4")
@pytest.mark.parametrize(
    ("may_act", "status"),
    [
        ({"sub": FRONT}, 200),
        ({"sub": CASES}, 400),
        ({"iss": "https://x.example"}, 400),
        ("front-1", 400),
    ],
)
def test_where_the_token_says_who_may_act_nobody_else_does(
    house: House, may_act: object, status: int
) -> None:
    house.register(a_front())
    house.register(a_server(CASES))
    token = with_claims(house, signed_in(house)["access_token"], may_act=may_act)
    reply = swap(house, token)
    assert reply.status == status
    if status != 200:
        assert json.loads(reply.body)["error"] == "invalid_request"


@pytest.mark.spec("RFC 8693 §4.4")
def test_may_act_holds_for_the_actor_token_too() -> None:
    rfc8693.actor_may_act({"may_act": {"sub": "a"}}, Actor("a", "client"))
    with pytest.raises(SubjectTokenRefused):
        rfc8693.actor_may_act({"may_act": {"sub": "a"}}, Actor("client", "client"))


@pytest.mark.spec("RFC 8705 §3")
def test_a_token_bound_to_a_certificate_is_exchanged_with_it_only() -> None:
    bound = Sender(certificate="c" * 43)
    rfc8693.sender_is_proven(bound, Sender(jkt="k", certificate="c" * 43))
    for sender in (Sender(), Sender(jkt="c" * 43), Sender(certificate="d" * 43)):
        with pytest.raises(SubjectTokenRefused):
            rfc8693.sender_is_proven(bound, sender)


@pytest.mark.spec("RFC 8693 §2.1")
def test_an_unknown_token_type_is_refused_before_its_token_is_read(house: House) -> None:
    house.register(a_front())
    house.register(a_server(CASES))
    token = signed_in(house)["access_token"]
    reply = swap(house, token, subject_token_type=f"{ACCESS}x")
    assert json.loads(reply.body)["error"] == "invalid_request"


@pytest.mark.spec("RFC 7662 §4")
@pytest.mark.parametrize(
    ("grants", "answers"),
    [
        ({GrantType.CLIENT_CREDENTIALS}, {"me", "https://r.example"}),
        ({GrantType.TOKEN_EXCHANGE}, {"me", "https://r.example"}),
        ({GrantType.AUTHORIZATION_CODE}, {"me"}),
        ({GrantType.CLIENT_CREDENTIALS, GrantType.DEVICE_CODE}, {"me"}),
    ],
)
def test_who_signs_people_in_is_no_resource_server(
    grants: set[GrantType], answers: set[str]
) -> None:
    facet = OidcFacet(
        grant_types=frozenset(grants), resources=frozenset({"https://r.example"})
    )
    client = Client(
        id=ClientId("me"), name_zh="我", name_en="Me", oidc=facet, created_at=NOW
    )
    assert rfc7662.answers_to(client) == answers


@pytest.mark.spec("RFC 9449 §5; RFC 8705 §4")
@pytest.mark.parametrize(
    ("held", "shown", "following"),
    [
        (Sender(), Sender("a", "b"), Sender("a", "b")),
        (Sender("a"), Sender("a", "b"), Sender("a", "b")),
        (Sender("a", "b"), Sender("a", "c"), Sender("a", "b")),
        (Sender("a", "b"), Sender(), Sender("a", "b")),
    ],
)
def test_what_a_family_is_bound_to_grows_and_never_shrinks(
    house: House, held: Sender, shown: Sender, following: Sender
) -> None:
    client = house.clients.lookup.find(PORTAL)
    facet = replace(client.oidc, auth_method=AuthMethod.NONE, binds_to_certificate=True)
    public = replace(client, oidc=facet)
    assert rfc9449.next_refresh_binding(held, public, shown) == following
