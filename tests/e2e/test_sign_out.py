"""The one sign-out page: asks, ends, tells, and says who was not reached."""

import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_valid_hint_ends_the_session_and_goes_back_at_once(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#signed-in")
    back = f"{plain.base}/signed-out"
    visitor.opens(plain.logout(post_logout_redirect_uri=back, state="s"))

    visitor.arrives("#at-home")
    assert visitor.page.url == f"{back}?state=s"
    assert len(plain.told) == 1
    visitor.opens(plain.start())
    visitor.arrives("#login-form")


@pytest.mark.spec("OIDC RP-Initiated Logout §6")
def test_without_a_hint_the_person_is_asked_and_told_who_heard(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#signed-in")
    visitor.opens(f"{house.issuer}/logout")
    visitor.arrives("#logout-confirm")
    assert not plain.told
    visitor.presses("#logout-confirm")

    visitor.arrives("#logout-done")
    assert "演示服务" in visitor.said("#logout-told")
    assert visitor.page.query_selector("#logout-missed") is None


def test_who_could_not_be_reached_is_named(
    house: House, plain: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(plain.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#signed-in")
    plain.deaf = True
    visitor.opens(f"{house.issuer}/logout")
    visitor.presses("#logout-confirm")

    visitor.arrives("#logout-done")
    assert "演示服务" in visitor.said("#logout-missed")
    assert visitor.page.query_selector("#logout-told") is None
