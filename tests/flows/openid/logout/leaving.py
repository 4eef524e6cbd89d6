"""A browser that leaves: by the end_session endpoint, over our pages, to where it ends."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from kernel.infra.jobs import Worker
from tests.attacks.browser import hidden_fields
from tests.attacks.house import ISSUER, Answer
from tests.flows.openid import conditions
from tests.flows.openid.conditions import Issued
from tests.flows.openid.suite import Suite
from tests.flows.openid.visit import Visit

_GO_ON = re.compile(r'<a[^>]*id="(?:go-on|logout-back)"[^>]*href="([^"]*)"')
_FRAME = re.compile(r'<iframe[^>]*src="([^"]*)"')
_LONGEST_WALK = 12
STATE: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "+")
"""Every letter that the suite puts in (CreateRandomEndSessionState)."""
LONG_STATE: Final = "s" * 128
"""What the suite sends to the authorization endpoint in these plans."""


@dataclass(frozen=True, slots=True)
class Left:
    """Where a sign-out ended: at an address outside, or on a page of ours.

    Attributes:
        asked: whether the person was asked to confirm.
        frames: addresses of others that our pages opened in frames.
        policies: what the pages on the way let browsers do.
    """

    location: str
    page: str
    asked: bool
    frames: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()


def leave(suite: Suite, visit: Visit, **asked: str | None) -> Left:
    """Send the browser to the end_session endpoint; confirm if asked; let all be told."""
    answer = suite.sign_out_asked(visit.browser, **asked)
    address, confirmed, frames, policies = "", False, list[str](), list[str]()
    for _ in range(_LONGEST_WALK):
        frames += (unescape(found) for found in _FRAME.findall(answer.text))
        policies += answer.all("Content-Security-Policy")
        onward = _onward(answer)
        if onward and not onward.startswith(("/", ISSUER)):
            return Left(onward, answer.text, confirmed, tuple(frames), tuple(policies))
        if onward:
            address = onward
            answer = visit.browser.get(address)
        elif 'id="logout-confirm"' in answer.text:
            confirmed = True
            answer = visit.browser.post("/logout/confirm", hidden_fields(answer.text))
        elif 'id="logout-waiting"' in answer.text:
            deliver(suite)
            address = answer.header("Refresh").partition("url=")[2] or address
            answer = visit.browser.get(address)
        else:
            return Left("", answer.text, confirmed, tuple(frames), tuple(policies))
    raise AssertionError(answer.text)


def deliver(suite: Suite) -> None:
    """Let the worker empty its queue."""
    worked = suite.house.worked
    queue = Worker(
        jobs=worked.drivers.jobs,
        kinds=worked.job_kinds,
        clock=worked.drivers.clock,
        holder="tests",
    )
    while queue.run_once():
        pass


def _onward(answer: Answer) -> str:
    if answer.status in {302, 303}:
        return answer.location
    found = _GO_ON.search(answer.text)
    return unescape(found[1]) if found else ""


def is_signed_out(suite: Suite, visit: Visit, issued: Issued) -> None:
    """CheckErrorFromAuthorizationEndpointIsOneThatRequiredAUserInterface, prompt=none.

    Not only has the browser forgotten: what the session had given is void.
    """
    asking = suite.visit(visit.party, visit.browser)
    back = asking.ask(prompt="none", state=LONG_STATE)
    conditions.authorization_failed(back, "login_required", "interaction_required")
    assert suite.protected(issued.access_token).status == 401


def is_signed_in(suite: Suite, visit: Visit) -> None:
    """Hold the opposite: prompt=none still gives a code."""
    back = suite.visit(visit.party, visit.browser).ask(prompt="none")
    conditions.authorization_succeeded(back)
