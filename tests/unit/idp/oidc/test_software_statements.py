"""Software statements in a registration (RFC 7591 §2.3)."""

from datetime import UTC, datetime

import pytest

from idp.oidc.errors import StatementNotApproved, StatementRefused
from idp.oidc.flows.software_statements import SoftwareStatements
from idp.oidc.messages.members import Members
from kernel.clock import SetClock, epoch_seconds
from tests.unit.kernel.proof.signers import signer

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ISSUER = "https://directory.example"
KEY = signer(kid="directory")


@pytest.fixture
def statements() -> SoftwareStatements:
    return SoftwareStatements({ISSUER: KEY.keys}, SetClock(NOW))


def a_statement(typ: str = "JWT", **bent: object) -> str:
    at = epoch_seconds(NOW)
    said: dict[str, object] = {
        "iss": ISSUER,
        "iat": at,
        "exp": at + 600,
        "client_name": "Approved",
        "redirect_uris": ["https://rp.example/cb"],
        **bent,
    }
    kept = {name: value for name, value in said.items() if value is not None}
    return KEY.token(KEY.header(typ), kept)


@pytest.mark.spec("RFC 7591 §2.3")
def test_what_a_statement_says_stands_before_what_the_client_says(
    statements: SoftwareStatements,
) -> None:
    token = a_statement()
    plain = {"client_name": "Mine", "logo_uri": "https://rp.example/l"}
    members = statements.applied(Members({**plain, "software_statement": token}))
    assert members.text("client_name") == "Approved"
    assert members.texts("redirect_uris") == ("https://rp.example/cb",)
    assert members.text("logo_uri") == "https://rp.example/l"
    assert members.text("software_statement") == token
    assert "iss" not in members.held


@pytest.mark.spec("RFC 7591 §3.1.1")
def test_no_other_language_says_another_thing_than_the_statement(
    statements: SoftwareStatements,
) -> None:
    token = a_statement(**{"tos_uri#en": "https://rp.example/terms"})
    own = {"client_name#zh-CN": "冒名", "tos_uri": "https://other.example", "contacts": []}
    members = statements.applied(Members({**own, "software_statement": token}))
    assert members.text("client_name") == "Approved"
    assert "client_name#zh-CN" not in members.held
    assert "tos_uri" not in members.held
    assert "contacts" in members.held


def test_without_a_statement_nothing_is_changed(statements: SoftwareStatements) -> None:
    members = Members({"client_name": "Mine"})
    assert statements.applied(members) is members


@pytest.mark.spec("RFC 7591 §3.2.2")
@pytest.mark.parametrize("issuer", ["https://other.example", None, 7])
def test_a_statement_of_nobody_we_approved_is_refused(
    statements: SoftwareStatements, issuer: object
) -> None:
    token = a_statement(iss=issuer)
    with pytest.raises(StatementNotApproved):
        statements.applied(Members({"software_statement": token}))


@pytest.mark.spec("RFC 7591 §3.2.2")
@pytest.mark.parametrize(
    "token",
    [
        7,
        "x.y.z",
        a_statement(exp=epoch_seconds(NOW) - 61),
        a_statement(exp=None),
        a_statement(iat=epoch_seconds(NOW) + 61),
        a_statement(iat=None),
        a_statement(typ="at+jwt"),
        a_statement()[:-4] + "AAAA",
    ],
)
def test_a_statement_that_does_not_hold_is_refused(
    statements: SoftwareStatements, token: object
) -> None:
    with pytest.raises(StatementRefused):
        statements.applied(Members({"software_statement": token}))
