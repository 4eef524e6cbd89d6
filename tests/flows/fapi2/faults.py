"""Faults to plant: each breaks one condition of the plan."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import FunctionType

import pytest

from idp.clients.domain import AuthMethod, Client
from idp.consent.domain import Answer
from idp.consent.service import Consents
from idp.oidc.checks import rfc6749
from idp.oidc.domain.proofs import Proof
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.errors import ClientNotAuthenticated
from idp.oidc.flows import authenticate
from idp.oidc.flows.assertions import Assertions
from idp.oidc.flows.certificates import Certificates
from idp.oidc.flows.push import Parked, Push
from idp.oidc.messages.credentials import Credentials, parse_credentials
from idp.oidc.messages.signed import read_assertion
from kernel.ids import ClientId
from kernel.proof.jose import issued_in_past
from kernel.secret import Secret
from kernel.web import Form

Fault = Callable[[pytest.MonkeyPatch], None]


def quiet(*rules: object) -> Fault:
    """Let rules return at once, wherever a table holds them."""

    def nothing(*_args: object, **_named: object) -> None:
        return None

    return _coded(nothing, *rules)


def broken(*rules: object) -> Fault:
    """Let rules refuse everybody."""

    def nobody(*_args: object, **_named: object) -> None:
        raise ValueError

    return _coded(nobody, *rules)


def _coded(instead: Callable[..., object], *rules: object) -> Fault:
    assert isinstance(instead, FunctionType)
    code = instead.__code__

    def plant(patch: pytest.MonkeyPatch) -> None:
        for rule in rules:
            assert isinstance(rule, FunctionType)
            patch.setattr(rule, "__code__", code)

    return plant


def instead(rule: object, other: Callable[..., object]) -> Fault:
    """Give a rule another meaning."""
    return _coded(other, rule)


def all_of(*faults: Fault) -> Fault:
    """Plant several."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for fault in faults:
            fault(patch)

    return plant


def member(of: type, name: str, value: object) -> Fault:
    """Let a method answer the same to everybody."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(of, name, lambda *_args, **_named: value)

    return plant


def named(place: str, value: object) -> Fault:
    """Put something else in the place of a name."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(place, value)

    return plant


def demands_state(request: AuthorizationRequest, _client: Client) -> None:
    """Refuse who sends no state."""
    if request.state is None:
        raise ValueError


def demands_nonce(request: AuthorizationRequest, _client: Client) -> None:
    """Refuse who sends no nonce."""
    if request.nonce is None:
        raise ValueError


def demands_one_scope(request: AuthorizationRequest, _client: Client) -> None:
    """Refuse who asks for more than one thing."""
    if len(request.scopes) > 1:
        raise ValueError


def believes_the_parameter(parameters: dict[str, str], _sender: object) -> str | None:
    """Do not look at the proof beside it."""
    return parameters.get("dpop_jkt")


def by_one_clock(claims: Mapping[str, object], now: datetime) -> None:
    """Refuse what was made ahead of our clock by anything."""
    issued_in_past(claims, now, timedelta(0))


def forbids_dates_that_need_not_be(proof: Proof) -> None:
    """Refuse a proof that says when it begins or ends."""
    if "nbf" in proof.claims or "exp" in proof.claims:
        raise ValueError


def pushes_anything(patch: pytest.MonkeyPatch) -> None:
    """Give a name to whatever is pushed."""
    parked = Parked(Secret("urn:x"), timedelta(seconds=60))
    patch.setattr(Push, "__call__", lambda *_: parked)


def names_first(patch: pytest.MonkeyPatch) -> None:
    """Take whoever names nobody for the client called first."""
    parse = parse_credentials

    def parsed(authorization: str | None, form: Form) -> Credentials:
        try:
            return parse(authorization, form)
        except ClientNotAuthenticated:
            shown = form.optional("client_assertion")
            method = AuthMethod.NONE if shown is None else AuthMethod.PRIVATE_KEY
            assertion = None if shown is None else read_assertion(shown)
            return Credentials(ClientId("first"), method, assertion=assertion)

    patch.setattr(authenticate, "parse_credentials", parsed)


def believes_names(patch: pytest.MonkeyPatch) -> None:
    """Take whoever names a client for that client, by whatever it is signed."""
    believed = all_of(
        quiet(authenticate.method_is_registered),
        member(Assertions, "believe", None),
        member(Certificates, "believe", None),
        quiet(rfc6749.code_was_issued_to),
    )
    believed(patch)


takes_no_for_yes: Fault = member(Consents, "answer_to", Answer.AGREED)
