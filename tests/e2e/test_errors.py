"""Refusals that end on a page of ours: clear words, a reference, and no redirect."""

import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_an_unregistered_address_gets_a_page_with_a_reference_and_no_redirect(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start(redirect_uri="http://localhost:9/stolen"))

    visitor.arrives("main#error")
    assert visitor.page.url.startswith(f"{house.issuer}/oauth2/authorize")
    reference = visitor.told("reference", "#error")
    assert reference
    assert reference in visitor.said("#error")
    assert visitor.told("code", "#error")
    assert "没有登记" in visitor.said("h1")


def test_somebody_elses_sign_in_does_not_open(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    begun = visitor.page.url
    visitor.page.context.clear_cookies()
    visitor.opens(begun)

    visitor.arrives("main#error")
    assert visitor.told("code", "#error") == "interaction_unknown"
    assert house.issuer in begun


def test_an_address_that_leads_nowhere_says_so(house: House, visitor: Visitor) -> None:
    visitor.opens(f"{house.issuer}/nowhere")

    visitor.arrives("main#error")
    assert visitor.told("reference", "#error")
    visitor.presses("#go-home")
    visitor.arrives("#login-form")  # of the account, the hub's own home
