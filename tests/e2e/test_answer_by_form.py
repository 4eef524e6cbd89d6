"""An answer that a browser posts to the relying party (Form Post Response Mode)."""

import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def lands(visitor: Visitor, selector: str) -> None:
    """Wait for the relying party's page; without script a button leads there."""
    if not visitor.script:
        visitor.arrives("#self-posting")
        visitor.presses("#self-posting button")
    visitor.arrives(selector)


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_somebody_is_signed_in_by_a_form_that_posts_itself_or_is_pressed(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    citizen = house.somebody("周海")
    visitor.opens(curious.start(response_mode="form_post"))
    visitor.signs_in(citizen)
    visitor.arrives("#consent-form")
    visitor.presses("#consent-allow")
    lands(visitor, "#signed-in")
    assert visitor.told("name") == citizen.name
    assert visitor.page.url == f"{curious.base}/callback"
    visitor.opens(curious.start(response_mode="form_post"))
    lands(visitor, "#signed-in")


@pytest.mark.spec("OAuth 2.0 Form Post Response Mode §2")
def test_an_error_is_posted_too(plain: RelyingParty, visitor: Visitor) -> None:
    visitor.opens(plain.start(response_mode="form_post", prompt="none"))
    lands(visitor, "#refused")
    assert visitor.told("error", "#refused") == "login_required"
