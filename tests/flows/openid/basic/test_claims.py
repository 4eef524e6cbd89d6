"""What is told about the person, where, and by which scope."""

import json
from typing import Final

import pytest

from tests.attacks.house import ISSUER, NAME
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import Back

STANDARD: Final = {
    "email": frozenset({"email", "email_verified"}),
    "address": frozenset({"address"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}
"""OIDC Core §5.4: what each scope would ask for."""


def _is_not_offered(suite: Suite, scope: str) -> None:
    """Hold a scope we do not have: not advertised, ignored, and nothing of it comes.

    The suite skips such a module after it has read scopes_supported.
    """
    assert scope not in suite.metadata["scopes_supported"]
    visit = suite.visit(suite.party())
    back: Back = visit.ask(scope=f"openid {scope}")
    issued = suite.completes(visit, back)
    assert issued.raw.get("scope", "openid").split() == ["openid"]
    assert not suite.userinfo(issued).keys() & STANDARD[scope]
    assert not issued.claims.keys() & STANDARD[scope]


@pytest.mark.spec("OIDC Core §5.4")
def test_oidcc_scope_profile(suite: Suite) -> None:
    """Scope profile: the person's name at userinfo, and not in the ID token (§5.4)."""
    assert "profile" in suite.metadata["scopes_supported"]
    _, issued = suite.signed_in(suite.party(), scope="openid profile")
    assert suite.userinfo(issued)["name"] == NAME
    assert "name" not in issued.claims


@pytest.mark.spec("OIDC Core §5.4")
def test_oidcc_scope_email(suite: Suite) -> None:
    """Scope email: the hub keeps no address; not in scopes_supported, asked in vain."""
    _is_not_offered(suite, "email")


@pytest.mark.spec("OIDC Core §5.4")
def test_oidcc_scope_address(suite: Suite) -> None:
    """Scope address: not in scopes_supported, asked in vain."""
    _is_not_offered(suite, "address")


@pytest.mark.spec("OIDC Core §5.4")
def test_oidcc_scope_phone(suite: Suite) -> None:
    """Scope phone: not in scopes_supported, asked in vain."""
    _is_not_offered(suite, "phone")


@pytest.mark.spec("OIDC Core §5.4")
def test_oidcc_scope_all(suite: Suite) -> None:
    """All scopes at once: what there is comes, what there is not is no error."""
    asked = "openid email phone address profile"
    _, issued = suite.signed_in(suite.party(), scope=asked)
    said = suite.userinfo(issued)
    assert said["name"] == NAME
    assert not said.keys() & frozenset().union(*STANDARD.values())


@pytest.mark.spec("OIDC Core §5.5.1")
def test_oidcc_claims_essential(suite: Suite) -> None:
    """claims: an essential name at userinfo comes there, and not in the ID token."""
    asked = json.dumps({"userinfo": {"name": {"essential": True}}})
    _, issued = suite.signed_in(suite.party(), claims=asked)
    assert suite.userinfo(issued)["name"] == NAME
    assert "name" not in issued.claims


@pytest.mark.spec("OIDC Core §5.2")
def test_oidcc_claims_locales(suite: Suite) -> None:
    """claims_locales=se: no error, and userinfo still answers."""
    suite.signed_in(suite.party(), claims_locales="se")


@pytest.mark.spec("OIDC Core §5.3.1")
def test_oidcc_userinfo_get(suite: Suite) -> None:
    """GET, token in the header: 200, JSON, the ``sub`` of the ID token."""
    _, issued = suite.signed_in(suite.party())
    assert suite.userinfo(issued, "GET")["sub"]


@pytest.mark.spec("OIDC Core §5.3.1")
def test_oidcc_userinfo_post_header(suite: Suite) -> None:
    """POST, token in the header: 200, JSON, the ``sub`` of the ID token."""
    _, issued = suite.signed_in(suite.party())
    assert suite.userinfo(issued, "POST")["sub"]


@pytest.mark.spec("RFC 6750 §2.2")
def test_oidcc_userinfo_post_body(suite: Suite) -> None:
    """POST, token in the form: 200, JSON, the ``sub`` of the ID token."""
    _, issued = suite.signed_in(suite.party())
    path = suite.metadata["userinfo_endpoint"].removeprefix(ISSUER)
    answer = suite.house.form(path, {"access_token": issued.access_token})
    assert answer.status == 200, answer
    assert answer.header("Content-Type").startswith("application/json")
    assert answer.json()["sub"] == issued.claims["sub"]
