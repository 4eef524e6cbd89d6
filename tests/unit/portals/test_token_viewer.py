"""The page that takes a pasted token apart: what it says, and what it never does."""

import logging
from datetime import timedelta

import pytest

from kernel.clock import SetClock, epoch_seconds
from kernel.proof.jose import KeySet, to_base64url
from kernel.secret import Secret
from portals.console.domain.decoded import Form, Now, Signature
from portals.console.errors import ApiUnavailable
from portals.console.service import Decoding
from tests.unit.kernel.proof.signers import signer
from tests.unit.portals.conftest import Browser, Portals
from tests.unit.portals.fake_api import FakeApi
from tests.unit.portals.fake_hub import FakeHub

ISSUER = "https://hub.example"
KEY = signer(kid="tokens-1")


class Published:
    """A `HubKeys` of one key, or of none that can be had."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    def published(self) -> KeySet:
        if self.away:
            raise ApiUnavailable("timeout")
        return KEY.keys


@pytest.fixture
def decoding(clock: SetClock) -> Decoding:
    return Decoding(Published(), ISSUER, clock)


def a_token(clock: SetClock, typ: str = "at+jwt", **bent: object) -> str:
    at = epoch_seconds(clock())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": "s-1",
        "aud": ["a", "b"],
        "iat": at,
        "exp": at + 300,
        **bent,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return KEY.token(KEY.header(typ), kept)


@pytest.mark.spec("RFC 7519 §7.2")
def test_a_token_of_the_hub_is_taken_apart_and_checked(
    decoding: Decoding, clock: SetClock
) -> None:
    found = decoding(Secret(a_token(clock)))
    assert (found.form, found.kind, found.key) == (Form.SIGNED, "at+jwt", "tokens-1")
    assert (found.signature, found.now) == (Signature.HOLDS, Now.COUNTS)
    claims = {entry.name: entry.value for entry in found.claims}
    assert claims["sub"] == "s-1"
    assert claims["aud"] == '["a", "b"]'
    assert {entry.name for entry in found.times} == {"iat", "exp"}


@pytest.mark.parametrize("before", ["", "Bearer ", "Authorization: DPoP ", "\n  "])
def test_what_was_copied_with_it_is_taken_off(
    decoding: Decoding, clock: SetClock, before: str
) -> None:
    token = a_token(clock)
    pasted = f"{before}{token[:40]}\n{token[40:]} "
    assert decoding(Secret(pasted)).signature is Signature.HOLDS


@pytest.mark.spec("RFC 7519 §4.1.4")
def test_its_times_are_told_as_they_are(decoding: Decoding, clock: SetClock) -> None:
    token, at = a_token(clock), epoch_seconds(clock())
    later = a_token(clock, nbf=at + 60)
    assert decoding(Secret(later)).now is Now.NOT_YET
    assert decoding(Secret(a_token(clock, exp=None))).now is Now.UNSAID
    assert decoding(Secret(a_token(clock, exp="soon"))).now is Now.UNSAID
    clock.advance(timedelta(seconds=300))
    assert decoding(Secret(token)).now is Now.OVER


@pytest.mark.spec("RFC 7515 §5.2")
def test_a_signature_is_checked_by_the_published_keys_alone(
    decoding: Decoding, clock: SetClock
) -> None:
    head, claims, _ = a_token(clock).split(".")
    forged = f"{head}.{claims}.{to_base64url(bytes(64))}"
    assert decoding(Secret(forged)).signature is Signature.BROKEN
    other = signer(kid="another")
    embedded = {**other.header("at+jwt"), "jwk": other.keys.to_jwks()}
    brought = other.token(embedded, {"iss": ISSUER})
    assert decoding(Secret(brought)).signature is Signature.KEY_UNKNOWN
    foreign = a_token(clock, iss="https://other.example")
    assert decoding(Secret(foreign)).signature is Signature.ANOTHER_ISSUER


@pytest.mark.spec("RFC 8725 §3.1")
def test_a_token_nobody_signed_is_no_signed_one(decoding: Decoding) -> None:
    head = to_base64url(b'{"alg":"none"}')
    claims = to_base64url(b'{"iss":"https://hub.example"}')
    assert decoding(Secret(f"{head}.{claims}.")).signature is Signature.BROKEN


def test_where_the_keys_cannot_be_had_nothing_is_claimed(clock: SetClock) -> None:
    away = Decoding(Published(away=True), ISSUER, clock)
    assert away(Secret(a_token(clock))).signature is Signature.NO_KEYS


@pytest.mark.parametrize(
    ("pasted", "form"),
    [
        ("", Form.OPAQUE),
        ("hello", Form.OPAQUE),
        ("a.b.c", Form.OPAQUE),
        ("..", Form.OPAQUE),
        ("x" * 40_000, Form.OPAQUE),
        (f"{to_base64url(b'{}')}.W10.x", Form.OPAQUE),
        (f"{to_base64url(b'{}')}.a.b.c.d", Form.ENCRYPTED),
        ("💥.💥.💥", Form.OPAQUE),
    ],
)
def test_any_text_is_something(decoding: Decoding, pasted: str, form: Form) -> None:
    assert decoding(Secret(pasted)).form is form


# ------------------------------------------------------------------ the page


@pytest.fixture
def console(portal: Portals, hub: FakeHub) -> Browser:
    hub.api, hub.level = FakeApi(), 3
    browser = Browser(portal(kind="console").test_client(), hub)
    browser.sign_in("/sign-in?next=/")
    return browser


def test_a_pasted_token_is_explained_clause_by_clause(
    console: Browser, hub: FakeHub
) -> None:
    page = console.post("/tools/token", token=hub.id_token("n-1"))
    assert page.status_code == 200
    assert 'data-signature="holds"' in page.text
    assert 'data-now="counts"' in page.text
    assert "签名成立，是本中心签发的" in page.text
    assert "RFC 7519 §4.1.3" in page.text
    english = console.post("/tools/token?ui_locales=en", token=hub.id_token("n-1"))
    assert "The signature holds; we issued it" in english.text


def test_the_token_is_not_on_the_page_again_nor_anywhere_else(
    console: Browser, hub: FakeHub, caplog: pytest.LogCaptureFixture
) -> None:
    token = hub.id_token("n-1")
    with caplog.at_level(logging.DEBUG):
        page = console.post("/tools/token", token=token)
    signature = token.rpartition(".")[2]
    assert signature not in page.text
    assert signature not in caplog.text
    assert page.headers["Cache-Control"] == "no-store"
    api = hub.api
    assert isinstance(api, FakeApi)
    assert api.asked == []


def test_no_token_is_taken_from_an_address(console: Browser, hub: FakeHub) -> None:
    page = console.client.get(f"/tools/token?token={hub.id_token('n-1')}")
    assert page.status_code == 200
    assert 'id="verdict"' not in page.text


def test_what_a_token_says_is_text_on_our_page(console: Browser, clock: SetClock) -> None:
    evil = "<script>alert(1)</script>"
    page = console.post("/tools/token", token=a_token(clock, **{evil: evil, "sub": evil}))
    assert evil not in page.text
    assert "&lt;script&gt;" in page.text


def test_nobody_looks_before_signing_in(portal: Portals) -> None:
    client = portal(kind="console").test_client()
    assert client.get("/tools/token").status_code == 303


def test_a_form_that_is_not_ours_is_refused(console: Browser, hub: FakeHub) -> None:
    answer = console.client.post("/tools/token", data={"token": hub.id_token("n-1")})
    assert answer.status_code == 403
