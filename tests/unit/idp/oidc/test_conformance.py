"""How a registration stands to OAuth 2.1 and FAPI 2.0, line by line."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from idp.clients.domain import (
    PROFILES,
    AuthMethod,
    Client,
    GrantType,
    OidcFacet,
    Profile,
    RedirectUri,
)
from idp.oidc.checks import registrations
from idp.oidc.domain.conformance import By, Holds, Report, Strength, reports_conform
from idp.oidc.flows.conformance import FAPI_2_0, OAUTH_2_1, Finding, reports
from kernel.ids import ClientId
from tests.unit.idp.oidc.house import PORTAL, House
from tests.unit.kernel.proof.signers import signer

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
CODE, REFRESH, OWN = (
    GrantType.AUTHORIZATION_CODE,
    GrantType.REFRESH_TOKEN,
    GrantType.CLIENT_CREDENTIALS,
)


def a_client(**facet: Any) -> Client:  # noqa: ANN401  any member of a facet
    said = {"redirect_uris": (RedirectUri.parse("https://rp.example/cb"),), **facet}
    return Client(
        id=ClientId("app-1"),
        name_zh="应用",
        name_en="App",
        oidc=OidcFacet(**said),
        created_at=NOW,
    )


FAPI = a_client(
    profile=Profile.FAPI2,
    auth_method=AuthMethod.PRIVATE_KEY,
    keys=signer().keys,
    assertion_alg="ES256",
    grant_types=frozenset({CODE, REFRESH}),
)


def bent(client: Client, **facet: Any) -> Client:  # noqa: ANN401  any member of a facet
    return replace(client, oidc=replace(client.oidc, **facet))


def broken(client: Client) -> tuple[set[str], set[str]]:
    """Return the findings that are broken: of OAuth 2.1, and of FAPI 2.0."""
    oauth = {r.finding.__name__ for r in OAUTH_2_1 if r.finding(client) is Holds.BROKEN}  # type: ignore[attr-defined]  # the finding is a function
    fapi = {r.finding.__name__ for r in FAPI_2_0 if r.finding(client) is Holds.BROKEN}  # type: ignore[attr-defined]  # the finding is a function
    return oauth, fapi


@pytest.mark.spec("FAPI 2.0 §5.3.2")
def test_a_client_of_the_fapi_profile_breaks_nothing() -> None:
    assert broken(FAPI) == (set(), set())
    assert reports_conform(reports(FAPI))
    assert [report.required for report in reports(FAPI)] == [True, True]


@pytest.mark.spec("RFC 9700 §2.1.1")
def test_a_plain_client_keeps_every_must_of_oauth_and_is_told_what_it_should() -> None:
    oauth, fapi = broken(a_client())
    assert oauth == {"proves_itself_by_a_key", "tokens_are_bound"}
    assert {"fapi_method", "tokens_are_bound", "requests_are_pushed"} <= fapi
    found = reports(a_client())
    assert [report.required for report in found] == [True, False]
    assert [report.conforms for report in found] == [True, False]
    assert reports_conform(found)


NATIVE = a_client(profile=Profile.NATIVE, auth_method=AuthMethod.NONE)
BENDINGS: tuple[tuple[str, Client], ...] = (
    ("redirects_are_registered", a_client(redirect_uris=())),
    (
        "redirects_are_no_names_of_this_machine",
        a_client(redirect_uris=(RedirectUri.parse("http://localhost/cb"),)),
    ),
    ("challenge_is_needed", a_client(relies_on_nonce=True)),
    (
        "own_tokens_need_a_secret",
        bent(NATIVE, grant_types=frozenset({CODE, OWN})),
    ),
    ("is_confidential", bent(FAPI, auth_method=AuthMethod.NONE)),
    ("fapi_method", bent(FAPI, auth_method=AuthMethod.BASIC)),
    ("audience_is_our_issuer", bent(FAPI, profile=Profile.OIDC)),
    ("tokens_are_bound", bent(FAPI, profile=Profile.OIDC)),
    ("refresh_tokens_stay", bent(FAPI, profile=Profile.OIDC)),
    ("requests_are_pushed", bent(FAPI, profile=Profile.OIDC)),
    (
        "answers_go_by_https",
        bent(FAPI, redirect_uris=(RedirectUri.parse("com.example.app:/cb"),)),
    ),
    ("algorithms_are_strong", bent(FAPI, id_token_alg="RS256")),
    ("algorithms_are_strong", bent(FAPI, request_object_alg="RS256")),
    ("algorithms_are_strong", bent(FAPI, profile=Profile.OIDC, assertion_alg=None)),
)


@pytest.mark.parametrize(("finding", "client"), BENDINGS, ids=[b[0] for b in BENDINGS])
def test_each_clause_is_found_broken_by_the_registration_that_breaks_it(
    finding: str, client: Client
) -> None:
    oauth, fapi = broken(client)
    assert finding in oauth | fapi


@pytest.mark.spec("OAuth 2.1 §2.4")
@pytest.mark.parametrize(
    ("client", "holds"), [(a_client(), Holds.KEPT), (NATIVE, Holds.NOT_ASKED)]
)
def test_who_has_nothing_to_prove_itself_with_is_not_asked_to(
    client: Client, holds: Holds
) -> None:
    lines = {row.clause: row.line(client) for row in OAUTH_2_1}
    assert lines["OAuth 2.1 §2.4"].holds is holds


@pytest.mark.parametrize(
    ("finding", "clause"),
    [
        (registrations.challenge_or_nonce, "needs_pkce"),
        (registrations.public_refresh_is_rotated_or_bound, "rotates_refresh"),
    ],
)
def test_a_profile_that_let_public_clients_off_would_be_told_on(
    monkeypatch: pytest.MonkeyPatch, finding: Finding, clause: str
) -> None:
    """No profile of ours does; the lines watch over the next one."""
    phone = bent(NATIVE, grant_types=frozenset({CODE, REFRESH}))
    assert finding(phone) is Holds.KEPT
    lax = replace(PROFILES[Profile.NATIVE], **{clause: False})  # type: ignore[arg-type]  # members by name
    monkeypatch.setattr(registrations, "PROFILES", {Profile.NATIVE: lax})
    monkeypatch.setattr(registrations, "rules_of", lambda _client: lax)
    assert finding(phone) is Holds.BROKEN


@pytest.mark.parametrize(
    ("facet", "finding"),
    [
        ({"binds_to_dpop": True}, registrations.tokens_are_bound),
        ({"binds_to_certificate": True}, registrations.tokens_are_bound),
        ({"requires_push": True}, registrations.requests_are_pushed),
    ],
)
def test_what_a_record_adds_to_its_profile_counts(
    facet: dict[str, bool], finding: Finding
) -> None:
    assert finding(a_client()) is Holds.BROKEN
    assert finding(a_client(**facet)) is Holds.KEPT


def test_what_is_about_codes_is_not_asked_of_who_uses_none() -> None:
    machine = a_client(redirect_uris=(), grant_types=frozenset({OWN}))
    lines = {row.clause: row.line(machine).holds for row in OAUTH_2_1}
    assert lines["OAuth 2.1 §2.3.1"] is Holds.NOT_ASKED
    assert lines["OAuth 2.1 §4.2"] is Holds.KEPT


def test_a_should_fails_nobody() -> None:
    line = OAUTH_2_1[0].line(a_client(redirect_uris=()))
    assert not Report(name="x", required=True, lines=(line,)).conforms
    weak = replace(line, strength=Strength.SHOULD)
    assert Report(name="x", required=True, lines=(weak,)).conforms


def test_what_the_server_sees_to_is_told_apart() -> None:
    by = {row.line(FAPI).by for row in OAUTH_2_1 if row.finding is registrations.always}
    assert by == {By.SERVER}
    assert OAUTH_2_1[0].line(FAPI).by is By.RECORD


def test_the_report_is_told_over_the_api(house: House) -> None:
    path = f"/api/v1/clients/{PORTAL}/conformance"
    reply = house.call("GET", path, parameters={"client": PORTAL})
    told = json.loads(reply.body)
    assert (told["client_id"], told["profile"]) == (PORTAL, "oidc")
    assert told["conforms"] is True
    assert [r["name"] for r in told["reports"]] == [
        "OAuth 2.1",
        "FAPI 2.0 Security Profile",
    ]
    first = told["reports"][0]["lines"][0]
    assert set(first) == {"clause", "strength", "by", "holds", "says_zh", "says_en"}


def test_of_nobody_there_is_no_report(house: House) -> None:
    reply = house.call("GET", "/api/v1/clients/x/conformance", parameters={"client": "x"})
    assert reply.status == 404


OAUTH_LINES = (
    ("redirects_are_registered", Holds.KEPT),
    ("redirects_are_no_names_of_this_machine", Holds.KEPT),
    ("challenge_or_nonce", Holds.KEPT),
    ("challenge_is_needed", Holds.KEPT),
    ("confidential_clients_prove_themselves", Holds.NOT_ASKED),
    ("proves_itself_by_a_key", Holds.NOT_ASKED),
    ("own_tokens_need_a_secret", Holds.NOT_ASKED),
    ("public_refresh_is_rotated_or_bound", Holds.KEPT),
    ("tokens_are_bound", Holds.BROKEN),
    *(("always", Holds.KEPT),) * 5,
)
FAPI_LINES = (
    "is_confidential",
    "fapi_method",
    "audience_is_our_issuer",
    "tokens_are_bound",
    "refresh_tokens_stay",
    "codes_are_short",
    "always",
    "always",
    "requests_are_pushed",
    "pushed_requests_are_short",
    "challenge_is_needed",
    "answers_go_by_https",
    "always",
    "algorithms_are_strong",
    "always",
)


@pytest.mark.spec("OAuth 2.1 §2 to §4")
def test_every_line_of_oauth_2_1_says_of_an_app_how_it_stands() -> None:
    phone = bent(NATIVE, grant_types=frozenset({CODE, REFRESH}))
    found = [(r.finding.__name__, r.line(phone).holds) for r in OAUTH_2_1]  # type: ignore[attr-defined]  # the finding is a function
    assert found == list(OAUTH_LINES)


@pytest.mark.spec("FAPI 2.0 §5.3.2, §5.4.1")
def test_every_line_of_fapi_2_0_is_kept_by_a_client_of_its_profile() -> None:
    found = [(r.finding.__name__, r.line(FAPI).holds) for r in FAPI_2_0]  # type: ignore[attr-defined]  # the finding is a function
    assert found == [(name, Holds.KEPT) for name in FAPI_LINES]
