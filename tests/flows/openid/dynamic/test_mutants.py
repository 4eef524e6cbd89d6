"""Every module of the plan has its test, and each fails where its rule is broken."""

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson
import pytest

from idp.clients.adapters.own_records import OwnClients
from idp.clients.checks import oidc_registration
from idp.clients.domain import Client, PagesShown, RedirectUri, sector_of
from idp.clients.service import ShownPages
from idp.oidc.checks import oidc_core, rfc6749, rfc7523, rfc7591, rfc9101
from idp.oidc.domain.signed import Signed
from idp.oidc.errors import (
    AssertionRefused,
    RequestObjectClaimRefused,
    RequestUriRefused,
)
from idp.oidc.flows.client_keys import KeysOfClients
from kernel.proof.jose import KeySet
from tests.attacks.house import BACK, Answer
from tests.flows.openid.dynamic import test_registration, test_signing
from tests.flows.openid.faults import (
    AUTHORIZE,
    DISCOVERY,
    Fault,
    answers_only,
    bends,
    coded,
    ignores,
    in_json,
    overlooks,
    says,
    signs_by_one_key,
    silenced,
)
from tests.flows.openid.plans import PLANS, name_of_test
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite

REGISTER: Final = "/oauth2/register"
JWKS: Final = "/oidc/jwks"
RESUME: Final = "/oauth2/authorize/resume"
_FILES: Final = (test_registration, test_signing)


def knows_no_new_key(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Believe for ever in the keys that were read first."""
    patch.setattr(
        KeysOfClients, "for_token", lambda _self, client, _token: client.oidc.keys
    )


def fetches_no_keys(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Never look at a jwks_uri."""

    def nothing(_pages: object, _address: str) -> KeySet:
        return KeySet.of([])

    patch.setattr("idp.oidc.flows.registering.read_keys", nothing)
    patch.setattr("idp.oidc.flows.client_keys.read_keys", nothing)


def keeps_no_picture(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Register a logo_uri, and never look at what lies there."""
    patch.setattr(OwnClients, "read_picture", lambda _self, _client: None)


def shows_none_of(*names: str) -> Fault:
    """Leave pages of a client out of what people see."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        whole = ShownPages.of

        def bent(shown: ShownPages, client: Client) -> PagesShown:
            return replace(whole(shown, client), **dict.fromkeys(names))

        patch.setattr(ShownPages, "of", bent)

    return plant


def hears_only_the_token_endpoint(signed: Signed) -> None:
    """Take an assertion whose audience is the token endpoint, and no other."""
    if signed.claims.get("aud") != signed.issuer.token:
        raise AssertionRefused("aud")


def compares_every_fragment(_client: Client, uri: str, _content: str) -> None:
    """Hold a fragment to be the hash of what lies there, though it was registered."""
    if "#" in uri:
        raise RequestUriRefused("fragment")


def wants_an_end(signed: Signed) -> None:
    """Take no request object that does not say when it ends."""
    if "exp" not in signed.claims:
        raise RequestObjectClaimRefused("exp")


def is_one_sector(redirect_uris: tuple[RedirectUri, ...]) -> str:
    """Take whatever hosts there are for one sector."""
    return redirect_uris[0].text


def gives_no_offline_access(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Give who names no scope the least, whatever its grants."""

    def least(_members: object) -> frozenset[str]:
        return frozenset({"openid", "profile"})

    patch.setattr("idp.oidc.messages.client_metadata.scopes_of", least)


def _doubles_a_key(path: str) -> Fault:
    """Publish a key under one name more each time."""
    names = itertools.count()

    def bend(answer: Answer) -> Answer:
        keys: Any = answer.json()["keys"]
        doubled = [*keys, {**keys[0], "kid": f"again-{next(names)}"}]
        return replace(answer, body=orjson.dumps({"keys": doubled}))

    return bends(path, bend)


def _goes_back(_answer: Answer) -> Answer:
    return Answer(303, (("Location", f"{BACK}?error=invalid_request"),), b"")


def _loses_the_query(answer: Answer) -> Answer:
    lines = [(name, value.replace("foo=bar&", "")) for name, value in answer.headers]
    return Answer(answer.status, tuple(lines), answer.body)


def _stays(path: str) -> Fault:
    """Answer what was answered first, for ever."""
    first: list[Answer] = []

    def bend(answer: Answer) -> Answer:
        first.append(answer)
        return first[0]

    return bends(path, bend)


FAILS_WITH: Final[Mapping[str, Fault]] = {
    "oidcc-discovery-endpoint-verification": in_json(DISCOVERY, registration_endpoint=None),
    "oidcc-server": says("JWT", lambda _: {"nonce": None}),
    "oidcc-ensure-client-assertion-with-iss-aud-succeeds": coded(
        rfc7523.audience_is_us_alone, hears_only_the_token_endpoint
    ),
    "oidcc-ensure-redirect-uri-in-authorization-request": bends(AUTHORIZE, _goes_back),
    "oidcc-ensure-request-object-with-redirect-uri": ignores(AUTHORIZE, "request"),
    "oidcc-idtoken-rs256": signs_by_one_key,
    "oidcc-idtoken-unsigned": silenced(oidc_registration.tokens_can_be_signed),
    "oidcc-redirect-uri-query-OK": bends(RESUME, _loses_the_query),
    "oidcc-redirect-uri-query-added": silenced(rfc6749.redirect_uri_is_registered),
    "oidcc-redirect-uri-query-mismatch": silenced(rfc6749.redirect_uri_is_registered),
    "oidcc-redirect-uri-regfrag": overlooks(REGISTER, b"#foobar"),
    "oidcc-refresh-token": silenced(rfc6749.code_was_issued_to),
    "oidcc-refresh-token-rp-key-rotation": knows_no_new_key,
    "oidcc-registration-jwks-uri": fetches_no_keys,
    "oidcc-registration-logo-uri": keeps_no_picture,
    "oidcc-registration-policy-uri": shows_none_of("policy"),
    "oidcc-registration-sector-bad": silenced(rfc7591.sector_holds_every_redirect),
    "oidcc-registration-sector-uri": in_json(REGISTER, "POST", sector_identifier_uri=None),
    "oidcc-registration-tos-uri": shows_none_of("terms"),
    "oidcc-request-uri-signed-rs256": ignores(AUTHORIZE, "request_uri"),
    "oidcc-request-uri-unsigned": in_json(
        DISCOVERY, request_object_signing_alg_values_supported=["none"]
    ),
    "oidcc-server-rotate-keys": _stays(JWKS),
    "oidcc-userinfo-rs256": signs_by_one_key,
}
FURTHER: Final[Sequence[tuple[str, Fault]]] = (
    (
        "oidcc-discovery-endpoint-verification",
        in_json(DISCOVERY, response_types_supported=["code", "id_token"]),
    ),
    (
        "oidcc-discovery-endpoint-verification",
        in_json(
            DISCOVERY,
            grant_types_supported=["authorization_code", "refresh_token", "implicit"],
        ),
    ),
    ("oidcc-server", in_json(REGISTER, "POST", registration_access_token=None)),
    ("oidcc-server", in_json(REGISTER, "POST", error="invalid_client_metadata")),
    ("oidcc-server", answers_only(lambda verb, _path, _body: verb != "DELETE")),
    (
        "oidcc-server",
        answers_only(lambda _verb, path, body: path != REGISTER or b'"kid"' in body),
    ),
    (
        "oidcc-ensure-client-assertion-with-iss-aud-succeeds",
        says("JWT", lambda _: {"nonce": None}),
    ),
    ("oidcc-refresh-token", gives_no_offline_access),
    ("oidcc-refresh-token-rp-key-rotation", gives_no_offline_access),
    (
        "oidcc-request-uri-signed-rs256",
        coded(oidc_core.request_uri_is_of_content, compares_every_fragment),
    ),
    (
        "oidcc-ensure-redirect-uri-in-authorization-request",
        coded(sector_of, is_one_sector),
    ),
    ("oidcc-request-uri-signed-rs256", coded(rfc9101.is_in_force, wants_an_end)),
    ("oidcc-server-rotate-keys", _doubles_a_key(JWKS)),
)
"""Conditions of modules that the first fault does not reach."""


def module(name: str) -> Callable[..., None]:
    """Return the test of a module of the plan."""
    found = [
        vars(file)[name_of_test(name)]
        for file in _FILES
        if name_of_test(name) in vars(file)
    ]
    assert len(found) == 1, name
    test: Callable[..., None] = found[0]
    return test


def test_every_module_of_the_plan_has_its_test_and_its_mutant() -> None:
    assert set(PLANS["dynamic"]) == FAILS_WITH.keys()
    assert all(module(name).__doc__ for name in FAILS_WITH)


@pytest.mark.parametrize(("name", "fault"), [*FAILS_WITH.items(), *FURTHER])
def test_a_module_fails_on_its_mutant(
    suite: Suite, site: Site, monkeypatch: pytest.MonkeyPatch, name: str, fault: Fault
) -> None:
    holds = module(name)
    needs_a_site = "site" in inspect.signature(holds).parameters
    fault(monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        holds(suite, *((site,) if needs_a_site else ()))
