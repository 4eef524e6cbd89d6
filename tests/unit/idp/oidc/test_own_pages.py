"""Pages that a client names of itself: told back, its picture read by us (RFC 7591)."""

from typing import Any

import pytest

from idp.clients.domain import PublicPages
from idp.clients.events import ClientPictureRead, ClientPictureRefused
from kernel.ids import ClientId
from tests.unit.idp.clients.images import SVG, jpeg, png
from tests.unit.idp.oidc.pages import Pages
from tests.unit.idp.oidc.test_dynamic_registration import (
    OpenHouse,
    TicketHouse,
    entered,
    guarded,
    hub,
    pages,
    record,
    register,
)
from tests.unit.idp.oidc.test_own_record import a_change, manage, told

__all__ = ["guarded", "hub", "pages"]
BOMB = png()[:16] + b"\x00\x00\xff\xff" * 2 + png()[24:]


def path_of(house: OpenHouse, client_id: str) -> str:
    client = house.clients.clients.find(ClientId(client_id))
    return house.clients.pages.of(client).picture_path


@pytest.mark.spec("RFC 7591 §3.2.1")
def test_the_pages_are_told_back_and_the_picture_is_read(
    hub: OpenHouse, pages: Pages
) -> None:
    pages.at["/logo"] = png()
    asked: dict[str, Any] = {
        "redirect_uris": [f"{pages.base}/cb"],
        "logo_uri": f"{pages.base}/logo",
        "policy_uri": f"{pages.base}/policy",
        "tos_uri": f"{pages.base}/terms",
    }
    said = entered(register(hub, **asked))
    assert asked.items() <= said.items()
    assert told(manage(hub, "GET", said))["logo_uri"] == asked["logo_uri"]
    (event,) = hub.around.trail.of(ClientPictureRead)
    assert path_of(hub, said["client_id"]) == f"/client-pictures/{event.digest}"
    assert pages.asked == ["/logo"]  # the others are for people


@pytest.mark.spec("RFC 7591 §2.2")
def test_pages_have_language_variants(hub: OpenHouse) -> None:
    said = entered(
        register(
            hub,
            **{
                "policy_uri": "https://rp.example/any",
                "policy_uri#zh-CN": "https://rp.example/zh",
                "policy_uri#en": "https://rp.example/en",
                "tos_uri#en": "https://rp.example/terms",
            },
        )
    )
    assert record(hub, said).pages == PublicPages(
        policy_uri="https://rp.example/zh",
        policy_uri_en="https://rp.example/en",
        tos_uri_en="https://rp.example/terms",
    )
    assert said["policy_uri"] == "https://rp.example/zh"
    assert said["policy_uri#en"] == "https://rp.example/en"
    assert said["tos_uri#en"] == "https://rp.example/terms"


@pytest.mark.spec("RFC 7591 §5")
@pytest.mark.parametrize("lies", [None, SVG, BOMB, png() + b"\x00" * 5_000_000, "/other"])
def test_a_client_enters_without_the_picture_that_it_cannot_have(
    hub: OpenHouse, pages: Pages, lies: object
) -> None:
    pages.at |= {"/logo": lies, "/other": png()}
    home: dict[str, Any] = {"redirect_uris": [f"{pages.base}/cb"]}
    said = entered(register(hub, logo_uri=f"{pages.base}/logo", **home))
    assert path_of(hub, said["client_id"]) == ""
    (event,) = hub.around.trail.of(ClientPictureRefused)
    assert event.relying_party == said["client_id"]
    assert event.reason in {"picture_refused", "picture_unreachable"}
    assert hub.around.trail.of(ClientPictureRead) == []
    assert pages.asked == ["/logo"]


@pytest.mark.spec("RFC 7592 §2.2")
def test_a_changed_record_has_another_picture_or_none(hub: OpenHouse, pages: Pages) -> None:
    pages.at |= {"/logo": png(), "/next": jpeg()}
    home: dict[str, Any] = {"redirect_uris": [f"{pages.base}/cb"]}
    said = entered(register(hub, logo_uri=f"{pages.base}/logo", **home))
    first = path_of(hub, said["client_id"])
    bent = a_change(said, logo_uri=f"{pages.base}/next", **home)
    changed = told(manage(hub, "PUT", said, **bent))
    second = path_of(hub, said["client_id"])
    assert "" != second != first
    said = {**said, **changed}
    told(manage(hub, "PUT", said, **a_change(said, **home)))
    assert path_of(hub, said["client_id"]) == ""
    assert pages.asked == ["/logo", "/next"]


@pytest.mark.spec("RFC 7591 §3")
def test_nobody_is_sent_for_the_picture_of_who_is_not_let_in(
    guarded: TicketHouse, pages: Pages
) -> None:
    """CVE-2025-67494: an address out of a stranger's mouth is not asked."""
    for token in (None, "x" * 43):
        reply = register(guarded, token, logo_uri=f"{pages.base}/logo")
        assert reply.status == 401
    assert pages.asked == []


@pytest.mark.spec("RFC 7591 §3.2.2")
def test_no_picture_is_read_of_a_record_that_is_refused(
    hub: OpenHouse, pages: Pages
) -> None:
    pages.at["/logo"] = png()
    bad = {"policy_uri": "javascript:alert(1)", "logo_uri": f"{pages.base}/logo"}
    assert register(hub, **bad).status == 400
    assert pages.asked == []


def test_the_house_is_not_locked_while_a_picture_is_on_its_way(
    hub: OpenHouse, pages: Pages
) -> None:
    """ADR 29: somebody else writes while a slow host is asked."""
    pages.at["/logo"] = png()
    others: list[int] = []

    def enter() -> None:
        pages.meanwhile = lambda: None
        others.append(register(hub, client_name="another").status)

    pages.meanwhile = enter
    entered(register(hub, logo_uri=f"{pages.base}/logo"))
    assert others == [201]
