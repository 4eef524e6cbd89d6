"""(k) The payment company lies in every way it can; each lie is refused for what it is."""

import json
from collections.abc import Mapping
from typing import Final

from server.demo import payment
from server.demo.journeys.browser import Browser, Lost, Page
from server.demo.journeys.joining import ITEM, sign_in_there
from server.demo.journeys.logs import find_event
from server.demo.journeys.world import Journey, Step, World, agree, at, expect, require
from server.demo.payment import Payment

REFUSALS: Final[Mapping[str, str]] = {
    "wrong_iss": "id_token_issuer",
    "wrong_aud": "id_token_audience",
    "wrong_nonce": "id_token_nonce",
    "missing_nonce": "id_token_nonce_missing",
    "expired": "id_token_expired",
    "future": "id_token_from_future",
    "alg_none": "id_token_unsigned",
    "hs256": "id_token_symmetric",
    "bad_signature": "id_token_signature",
    "unpublished_key": "id_token_key_unknown",
    "no_sub": "id_token_subject",
    "other_sub_in_userinfo": "userinfo_of_another",
    "wrong_iss_parameter": "issuer_mixed_up",
    "low_acr": "level_not_met",
    "several_aud_without_azp": "id_token_party",
    "oversize": "upstream_answer_too_large",
    "slow": "upstream_slow",
}
"""What is switched on at the provider, and the code under which the hub refuses it."""
_OK: Final = 200
_SLOW_MS: Final = 6000


def every_lie_is_refused(world: World) -> str:
    """Switched on one by one; the page has a code of its own and a reference."""
    try:
        for fault, code in REFUSALS.items():
            _switch(world, () if world.planted == "k" else (fault,))
            error = _signed_in(world, world.fresh_browser(), payment.NEWCOMER).error
            require(error is not None, f"{fault}: signed in")
            if error is not None:
                expect(error[0], code, fault)
                world.noted["lie"] = error[1]
    finally:
        _switch(world, ())
    return f"{len(REFUSALS)} lies, each refused under a code of its own"


def last_lie_is_on_record(world: World) -> str:
    """The reference on the page finds the refusal in the hub's log."""
    event = find_event(world, "national", reference=world.noted["lie"])
    expect(event["reason"], [*REFUSALS.values()][-1], "the reason on record")
    return f"{event['type']}, reason {event['reason']}, reference {world.noted['lie']}"


def honest_again(world: World) -> str:
    """Without a fault its customer signs in: it was the fault that was refused."""
    browser = world.fresh_browser()
    page = agree(browser, _signed_in(world, browser, payment.USERNAME))
    at(page, world.map.portal("public").base_url)
    page.element("item-form")
    return f"the form of {page.described} is open"


def _switch(world: World, faults: tuple[str, ...]) -> None:
    body = json.dumps({"faults": faults, "slow_ms": _SLOW_MS})
    reply = world.stage.pool.request(
        "POST",
        f"{Payment(world.map, world.stage).issuer}/faults",
        body=body,
        headers={"Content-Type": "application/json"},
    )
    if reply.status != _OK:
        raise Lost(f"the provider does not switch faults: {reply.status}")


def _signed_in(world: World, browser: Browser, username: str) -> Page:
    portal = world.map.portal("public").base_url
    page = browser.click(browser.open(f"{portal}/items/{ITEM}"), "item-sign-in")
    page = browser.click(browser.click(page, "way-discover"), f"provider-{payment.SLUG}")
    return sign_in_there(browser, page, username)


JOURNEY: Final = Journey(
    "k",
    "第三方的每一种谎言都被识破 · every lie of a third-party provider is refused",
    (
        Step("every lie is refused for what it is", every_lie_is_refused),
        Step("the last one is on record", last_lie_is_on_record),
        Step("honest again, it signs in", honest_again),
    ),
    needs=("j",),
)
