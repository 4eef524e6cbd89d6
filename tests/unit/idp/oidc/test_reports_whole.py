"""The report on a registration, line by line: clause, strength, who sees to it, finding."""

import pytest

from idp.clients.domain import Client, Profile
from idp.oidc.domain.conformance import By, Holds, Line, Report
from idp.oidc.flows.conformance import FAPI_2_0, OAUTH_2_1, Row, reports
from tests.unit.idp.oidc.test_conformance import FAPI, a_client, bent

BY_SERVER = {
    ("RFC 9700 §2.4", "No password grant, no implicit grant"),
    ("RFC 9700 §2.3", "Access tokens count at their audience only"),
    ("RFC 9700 §4.3", "Tokens never stand in an address"),
    ("RFC 9700 §4.5", "A code is used once; a second use ends all that came of it"),
    ("RFC 9207 §2", "Every authorization response carries iss"),
    ("FAPI 2.0 §5.3.2.1", "No password grant"),
    ("FAPI 2.0 §5.3.2.2", "response_type is code and nothing else"),
    ("FAPI 2.0 §5.3.2.2", "Every authorization response carries iss"),
    ("FAPI 2.0 §5.4.1", "RSA keys of 2048 bits or more, no key name twice"),
}


def expected(row: Row, holds: Holds) -> Line:
    """Return the line of a row as it must be told."""
    by = By.SERVER if (row.clause, row.en) in BY_SERVER else By.RECORD
    return Line(
        clause=row.clause,
        strength=row.strength,
        by=by,
        holds=holds,
        says_zh=row.zh,
        says_en=row.en,
    )


@pytest.mark.spec("OAuth 2.1 §2 to §4")
@pytest.mark.parametrize("client", [FAPI, a_client()], ids=["fapi", "plain"])
def test_every_line_says_its_clause_and_what_was_found(client: Client) -> None:
    oauth, fapi = reports(client)
    for report, rows in ((oauth, OAUTH_2_1), (fapi, FAPI_2_0)):
        assert report.lines == tuple(expected(row, row.finding(client)) for row in rows)
    assert {line.says_en for line in (*oauth.lines, *fapi.lines)} >= {
        said for _, said in BY_SERVER
    }


@pytest.mark.spec("FAPI 2.0 §5.3.2")
def test_a_report_names_its_specification_and_whether_it_is_asked_for() -> None:
    def heads(*found: Report) -> list[tuple[str, bool]]:
        return [(report.name, report.required) for report in found]

    plain = ("OAuth 2.1", True), ("FAPI 2.0 Security Profile", False)
    assert heads(*reports(a_client())) == [*plain]
    native = bent(a_client(), profile=Profile.NATIVE)
    assert heads(*reports(native)) == [*plain]
    assert heads(*reports(FAPI)) == [
        ("OAuth 2.1", True),
        ("FAPI 2.0 Security Profile", True),
    ]
