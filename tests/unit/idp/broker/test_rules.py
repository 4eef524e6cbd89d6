"""The broker's rules one by one: each refuses what its clause forbids, and only that."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from idp.broker.checks import answers, id_token, logout, records
from idp.broker.domain import Attempt, Provider, ProviderKind, Slug, UpstreamMetadata
from idp.broker.errors import (
    CodeMissing,
    IdTokenAccessTokenHash,
    IdTokenSubject,
    IssuerMissing,
    IssuerMixedUp,
    LogoutTokenRefused,
    ProviderMalformed,
    ProviderMetadataUnusable,
    StateExpired,
    StateForeign,
    StateUsed,
)
from idp.broker.flows.trust import endpoints_are_https, issuer_is_the_entity
from idp.broker.messages.requests import AuthorizationAnswer
from kernel.assurance import Level
from kernel.clock import epoch_seconds
from kernel.ids import ClientId, EntityId, InteractionId
from kernel.proof import jose
from kernel.secret import Secret
from tests.unit.idp.broker.upstream import Claims
from tests.unit.idp.people.fakes import NOW
from tests.unit.kernel.proof.signers import ALGORITHMS, signer

ISSUER = EntityId("https://gd.example")
BROWSER, OTHER = Secret("b" * 43), Secret("o" * 43)
ATTEMPT = Attempt(
    state=Secret("s" * 43).digest(),
    provider=Slug("gd"),
    issuer=ISSUER,
    client_id=ClientId("hub-at-gd"),
    interaction=InteractionId(UUID(int=1)),
    browser=BROWSER.digest(),
    nonce="n" * 43,
    verifier=Secret("v" * 43),
    asked=Level.REAL_NAME,
    max_age=None,
    started_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
)
ANSWER = AuthorizationAnswer(
    state=Secret("s" * 43), issuer=ISSUER, code=Secret("c"), error=None
)
PROVIDER = Provider(
    slug=Slug("gd"),
    entity_id=ISSUER,
    kind=ProviderKind.PROVINCE,
    code="44",
    name_zh="广东省（演示）",
    name_en="Guangdong (demo)",
    pinyin="guangdong gd",
    client_id=ClientId("hub-at-gd"),
    created_at=NOW,
)
METADATA = UpstreamMetadata(
    issuer=ISSUER,
    authorization_endpoint=f"{ISSUER}/authorize",
    token_endpoint=f"{ISSUER}/token",
    algorithms=frozenset({"ES256"}),
    claims=frozenset(),
    userinfo_endpoint=f"{ISSUER}/userinfo",
    end_session_endpoint=f"{ISSUER}/logout",
    jwks_uri=f"{ISSUER}/jwks",
)


def claims_of(**said: object) -> jose.VerifiedClaims:
    """Return claims that were signed and verified, whatever they say."""
    at = epoch_seconds(NOW)
    key, times = signer(kid="op"), {"iat": at, "exp": at}
    token = key.token(key.header("JWT"), {"iss": ISSUER, "aud": "x", **times, **said})
    return jose.verify(token, key.keys, jose.ID_TOKEN)


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_a_state_is_of_one_browser_and_one_provider() -> None:
    answers.state_is_ours(ATTEMPT, Slug("gd"), BROWSER)
    for browser in (None, OTHER):
        with pytest.raises(StateForeign, match="browser"):
            answers.state_is_ours(ATTEMPT, Slug("gd"), browser)
    with pytest.raises(StateForeign, match="provider"):
        answers.state_is_ours(ATTEMPT, Slug("sc"), BROWSER)
    answers.provider_is_the_one_asked(ATTEMPT, ATTEMPT.issuer)
    with pytest.raises(StateForeign, match="issuer"):
        answers.provider_is_the_one_asked(ATTEMPT, EntityId(f"{ATTEMPT.issuer}/"))


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_a_state_is_for_once_and_for_its_time() -> None:
    answers.state_is_fresh(ATTEMPT, NOW)
    with pytest.raises(StateUsed):
        answers.state_is_fresh(replace(ATTEMPT, used_at=NOW), NOW)
    with pytest.raises(StateExpired):
        answers.state_is_fresh(ATTEMPT, ATTEMPT.expires_at)


@pytest.mark.spec("RFC 9207 §2.4")
def test_an_answer_names_the_issuer_that_was_asked_and_holds_a_code() -> None:
    answers.issuer_is_the_one_asked(ANSWER, ATTEMPT)
    with pytest.raises(IssuerMissing):
        answers.issuer_is_there(replace(ANSWER, issuer=None))
    with pytest.raises(IssuerMixedUp):
        answers.issuer_is_the_one_asked(replace(ANSWER, issuer=f"{ISSUER}/"), ATTEMPT)
    assert answers.code_is_there(ANSWER) == Secret("c")
    with pytest.raises(CodeMissing):
        answers.code_is_there(replace(ANSWER, code=None))


@pytest.mark.spec("OIDC Core §2")
@pytest.mark.parametrize("sub", [None, "", 7, "s" * 256, "某人", "a\nb"])
def test_a_subject_is_255_visible_signs_at_most(sub: object) -> None:
    with pytest.raises(IdTokenSubject):
        id_token.subject_is_named(claims_of(sub=sub))
    assert id_token.subject_is_named(claims_of(sub="s" * 255)) == "s" * 255


@pytest.mark.spec("OIDC Back-Channel Logout 1.0 §2.6")
def test_a_logout_token_says_what_it_must_and_no_more() -> None:
    event: Claims = {"events": {logout.EVENT: {}}}
    bends: list[Claims] = [{}, {"events": [1]}, {"events": {logout.EVENT: 1}}]
    unnamed: list[Claims] = [{}, {"sub": 1}, {"sid": ""}, {"sub": "a", "sid": 1}]
    logout.is_about_logout(claims_of(**event))
    for bent in bends:
        with pytest.raises(LogoutTokenRefused, match="events"):
            logout.is_about_logout(claims_of(**bent))
    with pytest.raises(LogoutTokenRefused, match="nonce"):
        logout.is_about_logout(claims_of(**event, nonce=None))
    for jti in (None, "", 7, "j" * 256):
        with pytest.raises(LogoutTokenRefused, match="jti"):
            logout.jti_of(claims_of(jti=jti))
    for bent in unnamed:
        with pytest.raises(LogoutTokenRefused, match=r"sub|sid"):
            logout.meant(claims_of(**bent))
    assert logout.meant(claims_of(sub="a", sid="b")) == ("a", "b")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "GD"),
        ("entity_id", "ftp://gd.example"),
        ("entity_id", "https://[::1"),
        ("entity_id", "https://gd.example?x"),
        ("entity_id", "https://gd.example#x"),
        ("entity_id", "https://广东.example"),
        ("entity_id", "https://gd.example/" + "x" * 255),
        ("code", ""),
        ("code", "444"),
        ("kind", ProviderKind.THIRD),
        ("name_zh", ""),
        ("name_en", ""),
        ("name_zh", "a\nb"),
        ("pinyin", "x" * 101),
    ],
)
def test_a_record_that_fits_no_rule_is_refused(field: str, value: object) -> None:
    every_rule_holds(PROVIDER)
    bent = replace(PROVIDER, **{field: value})  # type: ignore[arg-type]  # by their names
    with pytest.raises(ProviderMalformed):
        every_rule_holds(bent)


def every_rule_holds(provider: Provider) -> None:
    records.slug_is_plain(provider)
    records.entity_is_issuer(provider)
    records.region_fits_kind(provider)
    records.names_are_bounded(provider)


def test_nobody_but_a_province_has_a_code_of_any_form() -> None:
    third = replace(PROVIDER, kind=ProviderKind.THIRD, code="")
    records.region_fits_kind(third)
    with pytest.raises(ProviderMalformed, match="code"):
        records.region_fits_kind(replace(third, code="x"))


def test_credentials_and_maintenance_are_of_their_form() -> None:
    good = Secret("x" * 16)
    records.credentials_fit_basic(PROVIDER, good)
    with pytest.raises(ProviderMalformed, match="client_id"):
        records.credentials_fit_basic(replace(PROVIDER, client_id=ClientId("a:b")), good)
    with pytest.raises(ProviderMalformed, match="client_secret"):
        records.credentials_fit_basic(PROVIDER, Secret("x" * 15))
    records.maintenance_is_a_line("")
    for words in ("x" * 201, "a\nb"):
        with pytest.raises(ProviderMalformed, match="maintenance"):
            records.maintenance_is_a_line(words)


@pytest.mark.spec("OIDC Discovery §3")
@pytest.mark.parametrize(
    "name",
    [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "end_session_endpoint",
        "jwks_uri",
    ],
)
def test_every_endpoint_is_reached_over_tls(name: str) -> None:
    endpoints_are_https(METADATA)
    endpoints_are_https(replace(METADATA, jwks_uri=None))
    plain = replace(METADATA, **{name: "http://gd.example/x"})  # type: ignore[arg-type]  # by their names
    with pytest.raises(ProviderMetadataUnusable, match="http"):
        endpoints_are_https(plain)


@pytest.mark.spec("OpenID Federation 1.0 §5.1.3")
def test_the_issuer_is_the_entity_to_the_letter() -> None:
    issuer_is_the_entity(METADATA, PROVIDER)
    with pytest.raises(ProviderMetadataUnusable, match="issuer"):
        issuer_is_the_entity(replace(METADATA, issuer=EntityId(f"{ISSUER}/")), PROVIDER)


HASHED = {"ES384": "sha384", "EdDSA": "sha512", "Ed25519": "sha512"}


@pytest.mark.spec("OIDC Core §3.1.3.8; RFC 9864 §2.2")
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_an_access_token_is_hashed_as_the_id_token_is_signed(alg: str) -> None:
    token = Secret("an access token")
    expected = id_token.Expected(
        attempt=ATTEMPT, client_id=ATTEMPT.client_id, access_token=token, now=NOW
    )
    for hashed in ("sha256", "sha384", "sha512"):
        digest = hashlib.new(hashed, token.reveal().encode()).digest()
        said = {"at_hash": jose.to_base64url(digest[: len(digest) // 2])}
        by = signer(alg)
        claims = jose.verify(by.token(by.header("JWT"), said), by.keys, jose.ID_TOKEN)
        if hashed == HASHED.get(alg, "sha256"):
            id_token.access_token_belongs(claims, expected)
        else:
            with pytest.raises(IdTokenAccessTokenHash):
                id_token.access_token_belongs(claims, expected)
