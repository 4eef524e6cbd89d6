"""A page that refuses an authorization request: on record once, by its reference."""

import pytest

from idp.oidc.api.explanations import RefusalPages
from idp.oidc.events import AuthorizationRefused
from kernel.errors import DomainError, Unavailable
from kernel.events import Event, Outcome
from kernel.web import BodyTooLarge, Request
from tests.unit.idp.oidc.house import Browser, House


def refusals(house: House) -> RefusalPages:
    found = house.router.find("GET", "/oauth2/authorize").route.errors
    assert isinstance(found, RefusalPages)
    return found


REQUEST = Request(method="POST", path="/oauth2/authorize")


def test_what_never_reached_a_flow_is_on_record_with_its_reason(house: House) -> None:
    reply = refusals(house).reply(BodyTooLarge("65536"), REQUEST)
    assert (reply.status, b'data-code="body_too_large"' in reply.body) == (400, True)
    recorded = AuthorizationRefused(outcome=Outcome.REFUSED, reason="body_too_large")
    assert house.around.trail.of(AuthorizationRefused) == [recorded]


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_a_refusal_is_on_record_once_on_a_page_and_once_by_a_redirect(
    house: House,
) -> None:
    browser, trail = Browser(house), house.around.trail
    assert browser.authorize(client_id="nobody").status == 400
    assert len(trail.of(AuthorizationRefused)) == 1
    assert browser.authorize(response_type="token").status == 303
    assert len(trail.of(AuthorizationRefused)) == 2


@pytest.mark.parametrize("error", [Unavailable("down"), DomainError("defect")])
def test_what_is_our_own_trouble_is_no_refusal(house: House, error: DomainError) -> None:
    assert refusals(house).reply(error, REQUEST).status >= 500
    assert house.around.trail.of(AuthorizationRefused) == []


def test_where_the_record_cannot_be_kept_the_page_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_events: Event) -> None:
        raise Unavailable("trail")

    monkeypatch.setattr(house.around.trail, "record", down)
    reply = refusals(house).reply(BodyTooLarge("65536"), REQUEST)
    assert (reply.status, b'data-code="unavailable"' in reply.body) == (503, True)
