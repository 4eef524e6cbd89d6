"""The only person to be answered for: a hint counts whoever it was made for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.oidc.events import AuthorizationStarted, CodeIssued
from idp.people.domain import Person
from kernel.clock import epoch_seconds
from kernel.ids import ClientId
from kernel.secret import Secret
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    ISSUER,
    PORTAL,
    Browser,
    House,
    a_portal,
    answer_of,
    claims_of,
)
from tests.unit.idp.oidc.rows import rows_of
from tests.unit.idp.oidc.test_sign_out import signed_in
from trustroot.keys.domain import Purpose

OTHER = ClientId("other-1")


@pytest.fixture
def two(house: House) -> House:
    """Have two clients who know one person by two names."""
    said = a_portal(client_id=OTHER)
    house.register(replace(said, oidc=replace(said.oidc, sector="other.example")))
    return house


def at_other(house: House, person: Person) -> Browser:
    """Return the browser of somebody who uses the other client already."""
    browser = Browser(house, browser=Secret("o" * 43))
    browser.code(person, client_id=OTHER)
    return browser


def silently(browser: Browser, hint: str) -> dict[str, str]:
    """Return what the other client is told when it may show nothing."""
    reply = browser.authorize(client_id=OTHER, prompt="none", id_token_hint=hint)
    return answer_of(reply)


@pytest.fixture
def related(house: House) -> House:
    """Have two clients of one sector, who know everybody by one name."""
    shaped(house, PORTAL, sector="shared.example")
    said = a_portal(client_id=OTHER)
    house.register(replace(said, oidc=replace(said.oidc, sector="shared.example")))
    house.around.clock.advance(timedelta(seconds=2))
    return house


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_a_hint_made_for_another_client_of_the_sector_means_its_person(
    related: House,
) -> None:
    _, person, hint = signed_in(related)
    answer = silently(at_other(related, person), hint)
    assert "code" in answer
    issued = related.around.trail.of(CodeIssued)
    assert len({event.subject for event in issued}) == 1


@pytest.mark.spec("OIDC Core §8.1")
def test_no_hint_tells_two_sectors_that_their_names_are_of_one_person(two: House) -> None:
    _, person, hint = signed_in(two)
    browser = at_other(two, person)
    before = len(two.around.trail.of(CodeIssued))
    assert silently(browser, hint)["error"] == "login_required"
    assert len(two.around.trail.of(CodeIssued)) == before


@pytest.mark.spec("OIDC Core §3.1.2.2")
@pytest.mark.parametrize("clients", ["two", "related"])
def test_nobody_else_is_answered_for_on_a_hint_made_for_another_client(
    request: pytest.FixtureRequest, clients: str
) -> None:
    house: House = request.getfixturevalue(clients)
    _, _, hint = signed_in(house)
    browser = at_other(house, house.a_person())
    before = len(house.around.trail.of(CodeIssued))
    answer = silently(browser, hint)
    assert (answer["error"], "code" in answer) == ("login_required", False)
    assert len(house.around.trail.of(CodeIssued)) == before


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_who_signs_in_as_somebody_else_is_not_answered_for(two: House) -> None:
    _, _, hint = signed_in(two)
    browser, before = Browser(two), len(two.around.trail.of(CodeIssued))
    asked = browser.authorize(client_id=OTHER, id_token_hint=hint)
    browser.finish(asked, browser.sign_in(two.a_person()))
    answer = answer_of(browser.resume(asked))
    assert answer["error"] == "login_required"
    assert "no page" not in answer["error_description"]  # there were pages
    assert len(two.around.trail.of(CodeIssued)) == before


@pytest.mark.spec("OIDC Core §8.1")
@pytest.mark.parametrize("audience", ["gone-1", "https://gone.example", "", None])
def test_a_hint_made_for_a_client_that_is_gone_means_nobody(
    two: House, audience: str | None
) -> None:
    _, person, hint = signed_in(two)
    browser = at_other(two, person)
    orphan = two.signer.sign(Purpose.TOKENS, "JWT", claims_of(hint) | {"aud": audience})
    before = len(two.around.trail.of(CodeIssued))
    assert silently(browser, orphan)["error"] == "login_required"
    assert len(two.around.trail.of(CodeIssued)) == before


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_hint_and_subject_must_both_mean_who_is_there(related: House) -> None:
    _, person, hint = signed_in(related)
    browser = at_other(related, person)
    another = '{"id_token":{"sub":{"value":"somebody-else"}}}'
    asked = {"client_id": OTHER, "prompt": "none", "id_token_hint": hint}
    assert "code" in answer_of(browser.authorize(**asked))
    both = answer_of(browser.authorize(**asked, claims=another))
    assert both["error"] == "login_required"


def lies(house: House) -> dict[str, str]:
    """Return what is no ID token of ours, though some of it we did sign."""
    now = epoch_seconds(house.around.clock())
    whole = {"iss": ISSUER, "sub": "s", "aud": OTHER, "exp": now, "auth_time": now}
    sign = house.signer.sign
    return {
        "rubbish": "rubbish",
        "an access token": sign(Purpose.TOKENS, "at+jwt", whole),
        "of another issuer": sign(Purpose.TOKENS, "JWT", whole | {"iss": "https://x.test"}),
    }


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("lie", ["rubbish", "an access token", "of another issuer"])
@pytest.mark.parametrize("prompt", [None, "none", "login"])
def test_what_is_no_hint_is_refused_before_anybody_signs_in(
    two: House, lie: str, prompt: str | None
) -> None:
    reply = Browser(two).authorize(id_token_hint=lies(two)[lie], prompt=prompt)
    assert answer_of(reply)["error"] == "invalid_request"
    assert two.around.trail.of(AuthorizationStarted) == []
    assert rows_of(two, "oidc_pending") == 0
