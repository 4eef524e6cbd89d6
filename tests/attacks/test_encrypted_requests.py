"""Every JWE attack family against encrypted request objects."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.oidc.errors import RequestObjectNotDecrypted, RequestObjectRefused
from kernel.proof.jose import PublicKey, from_base64url, to_base64url
from tests.attacks.envelopes import LEFT_OUT, Envelope
from tests.attacks.test_client_signatures import (
    ISSUER,
    KEY,
    OBJECT,
    RP,
    SECONDS,
    Believing,
    ObjectLies,
    _no_defect,
    a_client,
    a_ring,
    believed,
    takes_objects,
)
from tests.unit.kernel.proof.signers import signer
from trustroot.keys.domain import Purpose

__all__ = ["_no_defect"]
RING: Final = a_ring()
TO: Final = next(iter(RING.published(Purpose.REQUEST_DECRYPT).by_kid.values()))
TOKENS: Final = next(iter(RING.published(Purpose.TOKENS).by_kid.values()))
OURS: Final = Envelope(TO)
TAKES: Final = takes_objects(a_client(member=True), RING)
CLAIMS: Final = {
    "iss": RP,
    "aud": ISSUER.url,
    "client_id": RP,
    "jti": "one",
    "iat": SECONDS,
    "exp": SECONDS + 60,
    "response_type": "code",
}
SIGNED: Final = KEY.token(KEY.header(OBJECT), CLAIMS)
_MEGABYTES: Final = 1 << 20


def refused(
    token: str, kind: type[RequestObjectRefused] = RequestObjectNotDecrypted
) -> str:
    """Return why an object was refused; what is inside would be believed."""
    with pytest.raises(kind) as caught:
        TAKES(token)
    return caught.value.detail


def test_the_truth_is_believed_bare_and_in_an_envelope() -> None:
    assert TAKES(SIGNED) == TAKES(OURS.around(SIGNED))
    assert TAKES(OURS.around(SIGNED, {"cty": "application/jwt", "typ": "JWE", "x": 1}))


@pytest.mark.spec("RFC 7515 §4.1.10; RFC 9101 §10.8")
@pytest.mark.parametrize("prefix", ["", "application/"])
def test_what_is_inside_may_be_called_by_its_own_media_type(prefix: str) -> None:
    """So the npm package openid-client does, up to version 5."""
    assert TAKES(OURS.around(SIGNED, {"cty": f"{prefix}oauth-authz-req+jwt"}))


def headers() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Walk what a header may ask for: the rule that refuses it, a name, the members."""
    algorithms: tuple[object, ...] = (
        *("dir", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "A256KW", "A256GCMKW", "none"),
        *("ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-1PU", "ecdh-es", "ECDH-ES ", ""),
        *(None, 5, ["ECDH-ES"], {}, LEFT_OUT),
    )
    for alg in algorithms:
        yield "alg", f"alg {alg!r:.40}", {"alg": alg}
    password = {"alg": "PBES2-HS256+A128KW", "p2s": "c2FsdHNhbHQ", "p2c": 2**31 - 1}
    yield "alg", "PBES2 with 2147483647 rounds", password
    for enc in ("A128CBC-HS256", "A256CBC-HS512", "A192GCM", "none", "", None, 5, LEFT_OUT):
        yield "enc", f"enc {enc!r:.40}", {"enc": enc}
    for compressed in ("DEF", "GZ", "", None):
        yield "zip", f"zip {compressed!r}", {"zip": compressed}
    for critical in (["exp"], ["cty"], ["alg"], [], "x", None):
        yield "crit", f"crit {critical!r}", {"crit": critical, "exp": SECONDS}
    for kid in ("x", "", TOKENS.kid, "k" * 300, None, 5, [TO.kid], LEFT_OUT):
        yield "kid", f"kid {kid!r:.40}", {"kid": kid}
    for cty in ("json", "", "JWE", "jwt ", "JWT;a=b", "x/JWT", None, 5, ["JWT"], LEFT_OUT):
        yield "cty", f"cty {cty!r:.40}", {"cty": cty}


HEADERS: Final = list(headers())


def names(cases: Sequence[tuple[str, str, object]]) -> list[str]:
    """Name cases alike in every process: by rule and place, not by fresh keys."""
    return [f"{rule}-{at}" for at, (rule, _, _) in enumerate(cases)]


@pytest.mark.spec("RFC 7516 §4.1; RFC 8725 §3.1, §3.6; RFC 7519 §5.2")
@pytest.mark.parametrize(
    ("rule", "asked"), [(r, a) for r, _, a in HEADERS], ids=names(HEADERS)
)
def test_no_header_asks_for_more_than_we_do(rule: str, asked: Mapping[str, object]) -> None:
    assert refused(OURS.around(SIGNED, asked)) == rule


def points() -> Iterator[tuple[str, str, object]]:
    """Walk ephemeral keys that would give ours away or make no sense, and what says so.

    Whether a point lies on the curve is the library's to find, before it computes.
    """
    public = TO.to_jwk()
    fit = {name: public[name] for name in ("kty", "crv", "x", "y")}
    yield "does not open", "off the curve", {**fit, "y": fit["x"]}
    yield "does not open", "zero", {**fit, "x": "A" * 43, "y": "A" * 43}
    yield "does not open", "beyond the field", {**fit, "x": to_base64url(b"\xff" * 32)}
    yield "does not open", "not base64url", {**fit, "x": "!" * 43}
    yield "epk curve", "another curve", {**fit, "crv": "P-384"}
    yield "epk curve", "a small curve", {**fit, "crv": "secp256k1"}
    yield "epk curve", "an Edwards key", {"kty": "OKP", "crv": "X25519", "x": fit["x"]}
    yield "epk curve", "a symmetric key", {"kty": "oct", "k": fit["x"]}
    yield "epk curve", "nothing", {}
    yield "epk", "a private key", {**fit, "d": "A" * 43}
    yield "epk point", "no y", {name: fit[name] for name in ("kty", "crv", "x")}
    yield "epk point", "short", {**fit, "x": "AA"}
    yield "epk point", "numbers", {**fit, "x": 1, "y": 2}
    for wrong in (None, "", 5, [fit], LEFT_OUT):
        yield "epk", f"{wrong!r:.20}", wrong


POINTS: Final = list(points())


@pytest.mark.spec("RFC 7518 §4.6.1.1; NIST SP 800-56A §5.6.2.3.3")
@pytest.mark.parametrize(
    ("rule", "epk"), [(r, p) for r, _, p in POINTS], ids=[n for _, n, _ in POINTS]
)
def test_no_ephemeral_key_but_a_point_on_our_curve_is_used(rule: str, epk: object) -> None:
    assert refused(OURS.around(SIGNED, {"epk": epk})) == rule


@pytest.mark.spec("RFC 7518 §4.6")
def test_to_another_recipient_under_our_name_it_does_not_open() -> None:
    stranger = PublicKey(TO.kid, None, signer(kid="stranger").public, use="enc")
    assert refused(Envelope(stranger).around(SIGNED)) == "does not open"
    assert refused(Envelope(replace(TOKENS, kid=TO.kid)).around(SIGNED)) == "does not open"
    assert refused(Envelope(TOKENS).around(SIGNED)) == "kid"


@pytest.mark.spec("RFC 7516 §5.2 step 16")
@pytest.mark.parametrize("part", range(5))
def test_a_letter_changed_anywhere_is_noticed(part: int) -> None:
    parts = OURS.around(SIGNED).split(".")
    for at in {0, len(parts[part]) // 2, max(0, len(parts[part]) - 2)}:
        for letter in "AB":
            text = parts[part][:at] + letter + parts[part][at + 1 :]
            if text != parts[part]:
                assert refused(".".join((*parts[:part], text, *parts[part + 1 :])))


@pytest.mark.spec("RFC 7518 §5.3; NIST SP 800-38D §5.2.1.2")
def test_a_tag_or_iv_of_another_length_is_refused() -> None:
    head, key, iv, text, tag = OURS.around(SIGNED).split(".")
    for size in (*range(16), 17, 32):
        cut = to_base64url((from_base64url(tag) * 2)[:size])
        assert refused(f"{head}.{key}.{iv}.{text}.{cut}") == "iv or tag"
    for size in (0, 1, 8, 11, 13, 16):
        cut = to_base64url((from_base64url(iv) * 2)[:size])
        assert refused(f"{head}.{key}.{cut}.{text}.{tag}") == "iv or tag"
    assert refused(f"{head}.{to_base64url(b'x' * 40)}.{iv}.{text}.{tag}") == "encrypted key"


@pytest.mark.spec("RFC 7515 §2; RFC 7516 §7.1")
def test_an_envelope_has_one_spelling() -> None:
    true = OURS.around(SIGNED)
    head, *rest = true.split(".")
    twice = from_base64url(head).replace(b'"cty"', b'"cty": "x", "cty"')
    spellings = (
        f"{true}=",
        f" {true}",
        f"{true}\n",
        true.replace(".", "..", 1),
        f"{true}.x",
    )
    for other in (*spellings, ".".join((f"{head}=", *rest)), "....", f"\u212a{true}"):
        assert refused(other, RequestObjectRefused)
    assert refused(OURS.around(SIGNED, written=twice)) == "jose_duplicate_member"
    for no_header in (b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 900):
        assert refused(OURS.around(SIGNED, written=no_header)).startswith("jose_")


@pytest.mark.spec("RFC 8725 §3.6; CVE-2024-28180")
def test_a_bomb_is_not_inflated_and_what_is_too_large_not_opened() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(bytes(40 * _MEGABYTES)) + deflate.flush()
    assert len(bomb) < 64 * 1024
    assert refused(OURS.around(bomb, {"zip": "DEF"})) == "zip"
    assert refused(OURS.around(b"x" * (64 * 1024 + 1))) == "too large"
    assert refused(OURS.around(b"x" * 2 * _MEGABYTES)) == "too large"
    assert refused(OURS.around(SIGNED, {"pad": "x" * 4096})) == "header too large"
    assert refused("." * 4 + "x" * _MEGABYTES)


def unsigned() -> Iterator[tuple[str, bytes]]:
    """Walk contents that nobody signed, or that are no token."""
    claims = to_base64url(json.dumps(CLAIMS).encode())
    for alg in ("none", "None", "HS256"):
        head = to_base64url(
            json.dumps({"alg": alg, "typ": OBJECT, "kid": KEY.kid}).encode()
        )
        yield f"alg {alg}", f"{head}.{claims}.".encode()
    yield "bare claims", json.dumps(CLAIMS).encode()
    yield "empty", b""
    yield "not text", b"\xff\xfe.x.y"
    yield "another envelope", OURS.around(SIGNED).encode()
    yield "its header is changed", b"e30" + SIGNED[SIGNED.index(".") :].encode()
    other = replace(signer(kid="other"), kid=KEY.kid)
    yield "another signs", other.token(KEY.header(OBJECT), CLAIMS).encode()


UNSIGNED: Final = dict(unsigned())


@pytest.mark.spec("RFC 9101 §4, §6.1; RFC 7519 §11.2")
@pytest.mark.parametrize("inside", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_encrypting_proves_nothing(inside: bytes) -> None:
    assert refused(OURS.around(inside), RequestObjectRefused)


def in_an_envelope(believe: Believing) -> Believing:
    """Encrypt every token to us on its way: whoever lies can."""
    return lambda token: believe(OURS.around(token.encode()))


@pytest.mark.spec("RFC 9101 §6; OpenID Federation 1.0 §12.1.1.1")
def test_a_lie_is_believed_no_more_for_being_encrypted() -> None:
    required = ("iss", "aud", "client_id", "jti", "exp")
    lies = ObjectLies(KEY, OBJECT, CLAIMS, dates=("iat", "exp"), required=required)
    taken = believed(lies, TAKES)
    assert believed(lies, in_an_envelope(TAKES)) == taken <= {"no kid", "typ JWT"}


JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS: Final = ("alg", "enc", "kid", "cty", "epk", "zip", "crit")


@given(name=st.sampled_from(MEMBERS), value=JSON_VALUES)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_header_is_refused_and_breaks_nothing(
    name: str, value: object
) -> None:
    assert refused(OURS.around(SIGNED, {name: value}))


@given(name=st.sampled_from(["apu", "apv"]), value=JSON_VALUES)
@settings(max_examples=60, deadline=None)
def test_whatever_the_parties_are_called_breaks_nothing(name: str, value: object) -> None:
    with suppress(RequestObjectNotDecrypted):
        assert TAKES(OURS.around(SIGNED, {name: value})) == TAKES(SIGNED)


@given(noise=st.binary(max_size=300), at=st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_noise_in_a_token_is_refused_and_breaks_nothing(noise: bytes, at: int) -> None:
    true = OURS.around(SIGNED)
    noisy = true[:at] + to_base64url(noise) + true[at + 7 :]
    if noisy != true:
        assert refused(noisy, RequestObjectRefused) is not None
