"""What outlives what it rests on: scopes, targets, people, browsers that changed."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from idp.clients.domain import GrantType
from idp.clients.messages import client_body
from kernel.ids import ClientId
from kernel.infra.jobs import JOB, ForgetJobs, JobNotFound, JobState
from kernel.standing import Party, PartyKind, State
from tests.attacks.browser import Browser, code_of, hidden_fields, redeem, refresh
from tests.attacks.harm import refused
from tests.attacks.house import House, Registered
from tests.attacks.parties import KNOWN_WITHIN_S, set_standing
from tests.attacks.stage import (
    SCOPE,
    Stage,
    confirmed,
    exchange_form,
    register,
    set_up,
    ticket_form,
    walked,
)


def _reshaped(stage: Stage, **facet: object) -> None:
    """Change the record of the client, and wait until every process knows."""
    clients = stage.house.served.persons.clients.clients
    found = clients.find(ClientId(stage.client.id))
    said = client_body(found)
    oidc = replace(said.oidc, **facet)  # type: ignore[arg-type]  # members of the facet
    clients.update(found.id, found.version, replace(said, oidc=oidc), actor=None)
    time.sleep(KNOWN_WITHIN_S)


LEFT: Final = (
    ("openid", "profile"),
    ("openid",),
    ("profile",),
    ("profile", "offline_access"),
)


@pytest.mark.spec("OIDC Core §11; RFC 6749 §6; GHSA-895x-rfqp-jh5c")
@pytest.mark.parametrize("left", LEFT, ids="+".join)
def test_no_offline_grant_outlives_the_scopes_that_were_taken_from_its_client(
    house: House, left: tuple[str, ...]
) -> None:
    """Without offline_access it ends with its session; it never says more than is left."""
    stage = set_up(house)
    _reshaped(stage, scopes=left)
    told = refresh(house, stage.client, str(stage.offline["refresh_token"]))
    assert told.status == 200, "its session is still there"
    assert set(str(told.json()["scope"]).split()) <= set(left)
    house.served.persons.session.sessions.end(stage.session.id, "left behind")
    again = refresh(house, stage.client, str(told.json()["refresh_token"]))
    if "offline_access" in left:
        assert again.status == 200
    else:
        refused(house, again, "invalid_grant")


FORMS: Final[dict[str, Callable[..., dict[str, str]]]] = {
    "access": exchange_form,
    "ticket": ticket_form,
}


@pytest.mark.spec("RFC 8693 §2.2.2; CVE-2026-93999: aud of a client that is disabled")
@pytest.mark.parametrize("state", [each for each in State if each is not State.GOOD])
@pytest.mark.parametrize("kind", FORMS)
def test_no_token_is_for_a_client_that_was_disabled(
    house: House, kind: str, state: State
) -> None:
    stage = set_up(house)
    form = FORMS[kind](stage.portal, str(stage.tokens["access_token"]))
    assert house.form("/oauth2/token", form, stage.client.basic).status == 200
    set_standing(house, Party(PartyKind.RELYING_PARTY, stage.portal.id), state)
    refused(house, house.form("/oauth2/token", form, stage.client.basic))
    told = refresh(house, stage.client, str(stage.tokens["refresh_token"])).json()
    form = FORMS[kind](stage.portal, str(told["access_token"]))
    refused(house, house.form("/oauth2/token", form, stage.client.basic))


@pytest.mark.spec("OIDC RP-Initiated Logout §2; CVE-2025-12390: two people, one browser")
@pytest.mark.parametrize("how", ["cookies lost", "signed out", "signed in over it"])
def test_of_two_people_at_one_browser_nobody_is_answered_for_the_other(
    house: House, how: str
) -> None:
    client, slug = register(house, f"two {how}"), how.replace(" ", "-")
    names = (f"left-one-{slug}", f"left-two-{slug}")
    for name in names:
        house.person(name)
    browser = Browser(house)
    first = _signed_in(house, browser, client, names[0])
    if how == "cookies lost":
        browser.jar.clear()
    elif how == "signed out":
        _signs_out(browser, str(first["id_token"]))
    second = _signed_in(house, browser, client, names[1])
    assert _subject(house, second) is not None
    assert _subject(house, second) != _subject(house, first)
    if how != "cookies lost":
        assert _subject(house, first) is None, "who was there before is gone"
    hint = str(first["id_token"])
    silent = browser.authorize(client, prompt="none", id_token_hint=hint)
    assert "code=" not in silent.location
    browser.get(f"/logout?{urlencode({'id_token_hint': hint})}")
    assert _subject(house, second) is not None, "another's hint ends nobody's session"


@pytest.mark.spec("OIDC Core §3.1.2.1: a session left behind, and a device's request")
@pytest.mark.parametrize("asked", [{"max_age": "0"}, {"prompt": "login"}], ids=str)
def test_who_is_signed_in_already_enters_a_password_for_a_device_that_asks_for_it(
    house: House, asked: dict[str, str]
) -> None:
    name = f"device-{next(iter(asked)).replace('_', '-')}"
    grants = (GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE)
    client, browser = register(house, name, grant_types=grants), Browser(house)
    house.person(name)
    first = _signed_in(house, browser, client, name)
    sent = {"scope": SCOPE, **asked}
    codes = house.form("/oauth2/device_authorization", sent, client.basic).json()
    onward = confirmed(browser, str(codes["user_code"]))
    assert 'id="login-form"' in walked(browser, onward).text
    assert 'id="device-allowed"' in walked(browser, onward, name).text
    form = {"grant_type": grants[1].value, "device_code": str(codes["device_code"])}
    told = house.form("/oauth2/token", form, client.basic).json()
    assert _subject(house, told) == _subject(house, first) is not None


def _signed_in(
    house: House, browser: Browser, client: Registered, name: str
) -> dict[str, object]:
    answer = browser.authorize(client, scope=SCOPE, prompt="login")
    gone = walked(browser, answer, name).location
    told = redeem(house, client, code_of(gone))
    assert told.status == 200, told
    return told.json()


def _subject(house: House, tokens: dict[str, object]) -> str | None:
    said = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = house.ask("GET", "/oidc/userinfo", headers=said)
    return str(answer.json()["sub"]) if answer.status == 200 else None


def _signs_out(browser: Browser, hint: str) -> None:
    page = walked(browser, browser.get(f"/logout?{urlencode({'id_token_hint': hint})}"))
    if 'id="logout-form"' in page.text:
        browser.post("/logout/confirm", hidden_fields(page.text))


def test_nothing_that_was_sent_is_kept_for_ever(house: House) -> None:
    """The address that a notice went to lies in its job; the worker lets go of it."""
    jobs, said = house.worked.drivers.jobs, {"to": "liu@portal.example"}
    job = jobs.enqueue("matrix.sent", said, run_at=None, key=None)
    claim = jobs.claim(["matrix.sent"], "left behind")
    assert claim is not None
    jobs.finish(claim)
    house.work()
    assert jobs.status(job).state is JobState.DONE
    ended = house.served.drivers.clock() - ForgetJobs.KEEP_DONE - timedelta(minutes=1)
    house.served.drivers.db.write(
        update(JOB).where(JOB.c.id == job).values(finished_at=ended)
    )
    house.work()
    with pytest.raises(JobNotFound):
        jobs.status(job)
