"""One's own account: devices, means, what was released and its proof."""

import json

import pyotp
import pytest

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def test_the_account_shows_this_device_and_leads_back_after_sign_in(
    house: House, visitor: Visitor
) -> None:
    visitor.opens(f"{house.issuer}/account")
    visitor.signs_in(house.somebody("赵敏"))

    visitor.arrives("#sessions")
    assert "赵敏" in visitor.said("#who")
    assert "Chrome · Linux" in visitor.said("#sessions")
    assert visitor.page.query_selector("#end-all-form") is None


def test_a_source_of_codes_is_enrolled_and_then_asked_for(
    house: House, visitor: Visitor
) -> None:
    visitor.opens(f"{house.issuer}/account")
    visitor.signs_in(house.somebody())
    visitor.arrives("#means")
    visitor.presses("#add-totp")
    visitor.arrives("#seed")
    assert visitor.page.is_visible("img[src^='data:image/svg']")
    seed = visitor.said("#seed")
    visitor.page.fill("[name=code]", "000000")
    visitor.presses("#enrol")
    visitor.arrives(".error-summary")
    assert visitor.said("#seed") == seed
    visitor.page.fill("[name=code]", pyotp.TOTP(seed).now())
    visitor.presses("#enrol")

    visitor.arrives("#means")
    assert "身份验证器应用" in visitor.said("#means ul")


@pytest.mark.spec("RFC 9162 §2.1.3")
def test_what_was_released_is_told_in_words_and_its_proof_opens(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(curious.start())
    visitor.signs_in(house.somebody())
    visitor.arrives("#consent-form")
    visitor.presses("#consent-allow")
    visitor.arrives("#signed-in")
    visitor.opens(f"{house.issuer}/account")
    _until_logged(visitor)
    assert "姓名" in visitor.said("#releases")
    visitor.presses("#releases a.chip")

    visitor.arrives("#release")
    index = int(visitor.told("index", "#release"))
    with visitor.page.expect_download() as download:
        visitor.presses("#download-proof")
    proof = json.loads(download.value.path().read_text("utf-8"))
    assert proof["index"] == index
    assert proof["event"]["type"] == "oidc.code_issued"
    assert "name" in proof["event"]["claims"]


def test_a_withdrawn_consent_is_asked_for_again(
    house: House, curious: RelyingParty, visitor: Visitor
) -> None:
    visitor.opens(curious.start())
    visitor.signs_in(house.somebody())
    visitor.presses("#consent-allow")
    visitor.arrives("#signed-in")
    visitor.opens(f"{house.issuer}/account")
    visitor.presses("#consents button")
    visitor.arrives("#consents")
    assert "已撤回" in visitor.said("#consents")

    visitor.opens(curious.start())
    visitor.arrives("#consent-form")


def _until_logged(visitor: Visitor) -> None:
    for _ in range(20):
        if visitor.page.query_selector("#releases a.chip"):
            return
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
