"""Plan oidcc-formpost-basic-certification-test-plan: basic, answered by form_post."""

from typing import Final
from urllib.parse import urlsplit

import pytest

from tests.attacks.house import Answer
from tests.flows.openid.basic.test_mutants import module
from tests.flows.openid.faults import AUTHORIZE, ignores, rewrites
from tests.flows.openid.plans import PLANS
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import posting_away

_MODELESS: Final = {
    "oidcc-ensure-registered-redirect-uri": "it ends on a page",
    "oidcc-ensure-request-object-with-redirect-uri": "its mode is inside the object",
    "oidcc-idtoken-unsigned": "skipped once discovery is read",
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": (
        "skipped once discovery is read"
    ),
}
"""Modules that do not fail where the parameter is ignored, and why."""


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
@pytest.mark.parametrize("name", PLANS["basic"])
def test_a_module_holds_by_form_post(suite: Suite, name: str) -> None:
    module(name)(suite.posting())


@pytest.mark.parametrize("name", sorted({*PLANS["basic"]} - _MODELESS.keys()))
def test_a_module_fails_where_the_mode_is_ignored(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ignores(AUTHORIZE, "response_mode")(monkeypatch, suite)
    with pytest.raises(AssertionError):
        module(name)(suite.posting())


@pytest.mark.parametrize(
    "other",
    [
        b'id="self-posting" method="get"',
        b'id="self-posting" method="post" enctype="text/plain"',
    ],
)
def test_the_answer_fails_where_it_comes_otherwise(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, other: bytes
) -> None:
    rewrites(b'id="self-posting" class="card stack" method="post"', other)(
        monkeypatch, suite
    )
    with pytest.raises(AssertionError):
        module("oidcc-server")(suite.posting())


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §4")
def test_the_page_posts_to_the_relying_party(suite: Suite) -> None:
    """One form, to the relying party, that a browser without script can send too."""
    visit = suite.posting().visit(suite.party())
    visit.ask()
    page = visit.get(visit.request(prompt="none"))
    assert posting_away(page) == visit.party.redirect_uri
    assert page.text.count("<form") == 1
    assert "<button" in page.text
    policy = _policy(page)
    assert _origin(visit.party.redirect_uri) in policy["form-action"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert all(one.startswith("'nonce-") for one in policy["script-src"])
    assert "no-store" in page.header("Cache-Control")


def _policy(page: Answer) -> dict[str, list[str]]:
    said = page.header("Content-Security-Policy").split(";")
    return {name: values for name, *values in (part.split() for part in said)}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
