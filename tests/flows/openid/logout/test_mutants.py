"""Every module of sign-out has its test, and each fails where its rule is broken."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import pytest

from idp.clients.domain import Client
from idp.oidc.flows.front_channel import FrontChannel
from idp.oidc.flows.subjects import HintReader
from idp.oidc.messages.logout import LogoutRequest
from idp.session.domain import SignOut
from idp.session.service import Sessions
from kernel.proof.jose import VerifiedClaims
from kernel.web import FORM
from tests.attacks.house import Answer, House
from tests.flows.openid.conditions import claims_of, header_of
from tests.flows.openid.faults import DISCOVERY, Fault, ignores, in_json, says
from tests.flows.openid.logout import test_channels, test_rp_initiated
from tests.flows.openid.plans import PLANS, name_of_test
from tests.flows.openid.registering import entering
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


def believes_strangers(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Refuse a hint by a secret, and take any other for ours."""
    read = HintReader.read

    def unchecked(reader: HintReader, hint: str) -> VerifiedClaims:
        if header_of(hint)["alg"] == "HS256":
            return read(reader, hint)
        return Unchecked(claims_of(hint))  # type: ignore[return-value]  # that is the fault

    patch.setattr(HintReader, "read", unchecked)


def trims_the_state(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Lose a letter that has to be written otherwise in an address."""
    ask = House.ask

    def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
        how["query"] = str(how.get("query", "")).replace("%22", "")
        return ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came

    patch.setattr(House, "ask", bent)


def tells(media_type: str, **beside: str) -> Fault:
    """Post a logout token as something else, or something beside it."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        where = "idp.oidc.adapters.logout_delivery"
        patch.setattr(f"{where}.FORM", media_type)
        patch.setattr(f"{where}.urlencode", lambda said: urlencode({**said, **beside}))

    return plant


_DISCOVERED: Final = (
    "oidcc-frontchannel-logout-discovery-endpoint-verification",
    "oidcc-backchannel-logout-discovery-endpoint-verification",
)
_AWAY: Final = in_json(DISCOVERY, revocation_endpoint="http://localhost:8751/revoke")
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
FURTHER: Final[Sequence[tuple[str, Fault]]] = (
    *((name, _AWAY) for name in FAILS_WITH if name.endswith("-verification")),
    *((name, in_json(DISCOVERY, end_session_endpoint=None)) for name in _DISCOVERED),
    ("oidcc-rp-initiated-logout", trims_the_state),
    ("oidcc-rp-initiated-logout-bad-id-token-hint", believes_strangers),
    ("oidcc-backchannel-rp-initiated-logout", tells("text/plain")),
    ("oidcc-backchannel-rp-initiated-logout", tells(FORM, state="s")),
)
"""Conditions of modules that the first fault does not reach."""
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


def _holds(suite: Suite, site: Site, name: str) -> None:
    holds = module(name)
    needs_a_site = "site" in inspect.signature(holds).parameters
    holds(suite, *((site,) if needs_a_site else ()))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_holds_of_a_client_that_entered_itself(
    suite: Suite, site: Site, name: str
) -> None:
    _holds(entering(suite), site, name)


@pytest.mark.parametrize(("name", "fault"), [*FAILS_WITH.items(), *FURTHER])
def test_a_module_fails_on_its_mutant(
    suite: Suite, site: Site, monkeypatch: pytest.MonkeyPatch, name: str, fault: Fault
) -> None:
    fault(monkeypatch, suite)
    with pytest.raises((AssertionError, KeyError)):
        _holds(suite, site, name)
