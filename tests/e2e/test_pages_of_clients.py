"""A relying party's picture and links: really seen, and nobody but us is asked for them."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Request

from tests.e2e.house import House
from tests.e2e.relying_party import RelyingParty
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

_DRAWN = "document.querySelector('#client-picture').naturalWidth"


def shows_itself(visitor: Visitor, party: RelyingParty, language: str) -> None:
    """The picture is drawn, each link says where it leads."""
    visitor.arrives("#client-picture")
    if visitor.script:
        visitor.page.wait_for_function(f"{_DRAWN} > 0")
        assert visitor.page.evaluate(_DRAWN) == 96
    box = visitor.page.query_selector("#client-picture")
    assert box is not None
    assert box.is_visible()
    words = {"zh": ("隐私政策", "服务条款"), "en": ("Privacy policy", "Terms of service")}
    host = urlsplit(party.base).netloc
    for named, path, word in zip(
        ("client-policy", "client-terms"), ("policy", "terms"), words[language], strict=True
    ):
        link = visitor.page.query_selector(f"#{named}")
        assert link is not None
        assert link.get_attribute("href") == f"{party.base}/{path}"
        assert word in link.inner_text()
        assert host in link.inner_text()


@pytest.mark.spec("OIDC Registration §2; RFC 7591 §5; CSP 3 §6.1.6")
@pytest.mark.parametrize("width", [1280, 320])
def test_who_asks_shows_itself_by_what_we_serve(
    house: House, curious: RelyingParty, visitor: Visitor, width: int
) -> None:
    hosts: set[str] = set()
    complaints: list[str] = []

    def asked(request: Request) -> None:
        hosts.add(urlsplit(request.url).netloc)

    def said(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    citizen = house.somebody("周海")
    visitor.page.set_viewport_size({"width": width, "height": 720})
    visitor.opens(curious.start())
    visitor.page.on("request", asked)
    visitor.page.on("console", said)
    visitor.page.reload()
    shows_itself(visitor, curious, "zh")
    visitor.signs_in(citizen)
    visitor.arrives("#consent-form")
    shows_itself(visitor, curious, "zh")
    for switch in ("#switch-language", "#switch-elder"):
        visitor.presses(switch)
        visitor.arrives("#consent-form")
        shows_itself(visitor, curious, "en")
        if visitor.script:
            wide = visitor.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
    assert hosts == {urlsplit(house.issuer).netloc}
    assert complaints == []
    visitor.presses("#client-policy")
    visitor.arrives("#at-home")
