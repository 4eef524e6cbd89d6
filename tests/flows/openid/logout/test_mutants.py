"""Every module of sign-out has its test, and each fails where its rule is broken."""

import inspect
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from idp.clients.domain import Client
from idp.oidc.flows.front_channel import FrontChannel
from idp.oidc.flows.subjects import HintReader
from idp.oidc.messages.logout import LogoutRequest
from idp.session.domain import SignOut
from idp.session.service import Sessions
from kernel.proof.jose import VerifiedClaims
from tests.flows.openid.conditions import claims_of
from tests.flows.openid.faults import DISCOVERY, Fault, ignores, in_json, says
from tests.flows.openid.logout import test_channels, test_rp_initiated
from tests.flows.openid.plans import PLANS, name_of_test
from tests.flows.openid.serving import Site
from tests.flows.openid.suite import Suite

Module = Callable[..., None]
LOGOUT: Final = "/logout"
_PLANS: Final = ("rp_initiated_logout", "frontchannel_logout", "backchannel_logout")
_FILES: Final = (test_rp_initiated, test_channels)


class Unchecked(dict[str, object]):
    """Claims that nobody has answered for."""


def believes_any_hint(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Take a hint for ours whoever signed it, if anybody."""

    def unchecked(_reader: HintReader, hint: str) -> VerifiedClaims:
        return Unchecked(claims_of(hint))  # type: ignore[return-value]  # that is the fault

    patch.setattr(HintReader, "read", unchecked)


def frames_another_session(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Tell relying parties of a session that they do not know."""
    frames = FrontChannel.frames

    def wrong(channel: FrontChannel, sign_out: SignOut) -> tuple[str, ...]:
        return tuple(f"{frame}x" for frame in frames(channel, sign_out))

    patch.setattr(FrontChannel, "frames", wrong)


def ends_nothing(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Say goodbye, and keep the session."""
    patch.setattr(Sessions, "end", lambda *_args, **_named: None)


def goes_back_anywhere(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Believe whatever address is named."""

    def back(request: LogoutRequest, _client: Client | None) -> str | None:
        return request.post_logout_redirect_uri

    patch.setattr("idp.oidc.flows.sign_out.back_to", back)


FAILS_WITH: Final[Mapping[str, Fault]] = {
    "oidcc-rp-initiated-logout-discovery-endpoint-verification": in_json(
        DISCOVERY, end_session_endpoint=None
    ),
    "oidcc-rp-initiated-logout": ignores(LOGOUT, "state"),
    "oidcc-rp-initiated-logout-no-state": ends_nothing,
    "oidcc-rp-initiated-logout-bad-id-token-hint": believes_any_hint,
    "oidcc-rp-initiated-logout-modified-id-token-hint": believes_any_hint,
    "oidcc-rp-initiated-logout-no-id-token-hint": goes_back_anywhere,
    "oidcc-rp-initiated-logout-no-params": ends_nothing,
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": ends_nothing,
    "oidcc-rp-initiated-logout-only-state": ends_nothing,
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": goes_back_anywhere,
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": (
        goes_back_anywhere
    ),
    "oidcc-frontchannel-logout-discovery-endpoint-verification": in_json(
        DISCOVERY, frontchannel_logout_supported=None
    ),
    "oidcc-frontchannel-rp-initiated-logout": frames_another_session,
    "oidcc-backchannel-logout-discovery-endpoint-verification": in_json(
        DISCOVERY, backchannel_logout_session_supported=False
    ),
    "oidcc-backchannel-rp-initiated-logout": says("logout+jwt", lambda _: {"nonce": "n"}),
}
MODULES: Final = tuple(name for plan in _PLANS for name in PLANS[plan])


def module(name: str) -> Module:
    """Return the test of a module."""
    (found,) = (
        vars(file)[name_of_test(name)]
        for file in _FILES
        if name_of_test(name) in vars(file)
    )
    test: Module = found
    return test


def test_every_module_of_the_plans_has_its_test_and_its_mutant() -> None:
    assert set(MODULES) == FAILS_WITH.keys()
    assert all(module(name).__doc__ for name in MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_fails_on_its_mutant(
    suite: Suite, site: Site, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    holds = module(name)
    needs_a_site = "site" in inspect.signature(holds).parameters
    FAILS_WITH[name](monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        holds(suite, *((site,) if needs_a_site else ()))
