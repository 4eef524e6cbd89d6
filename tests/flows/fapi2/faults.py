"""Faults to plant: each breaks one condition of the plan."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FunctionType
from typing import Any

import pytest

from idp.clients.domain import AuthMethod, Client
from idp.consent.domain import Answer
from idp.consent.service import Consents
from idp.oidc.domain.proofs import Proof
from idp.oidc.domain.requests import AuthorizationRequest
from idp.oidc.domain.signed import Pushed
from idp.oidc.errors import ClientNotAuthenticated
from idp.oidc.flows import authenticate
from idp.oidc.flows.push import Parked, Push
from idp.oidc.messages.credentials import Credentials, parse_credentials
from idp.oidc.messages.signed import read_assertion
from idp.oidc.store.requests import SqlPushed
from kernel.ids import ClientId
from kernel.proof.jose import issued_in_past
from kernel.secret import Digest, Secret
from kernel.web import Form, Reply
from tests.flows.fapi2.suite import PAR, USERINFO
from tests.unit.idp.oidc.house import House

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


def demands_short_state(request: AuthorizationRequest, _client: Client) -> None:
    """Refuse who sends a long state."""
    if len(request.state or "") > 1000:
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


def uses_up_on_loading(patch: pytest.MonkeyPatch) -> None:
    """Use a name up as soon as it is looked at."""
    find = SqlPushed.find

    def found(store: SqlPushed, digest: Digest) -> Pushed | None:
        held = find(store, digest)
        store.use(digest, datetime(2026, 11, 26, tzinfo=UTC))
        return held

    patch.setattr(SqlPushed, "find", found)


def listens_to_the_front(patch: pytest.MonkeyPatch) -> None:
    """Let the state of the front count."""
    find = SqlPushed.find

    def found(store: SqlPushed, digest: Digest) -> Pushed | None:
        held = find(store, digest)
        if held is None:
            return None
        parameters = {**held.opened.parameters, "state": "other"}
        return replace(held, opened=replace(held.opened, parameters=parameters))

    patch.setattr(SqlPushed, "find", found)


def _asked(change: Callable[..., Reply]) -> Fault:
    def plant(patch: pytest.MonkeyPatch) -> None:
        call = House.call

        def bent(house: House, method: str, path: str, **said: Any) -> Reply:  # noqa: ANN401  theirs
            return change(
                lambda **now: call(house, method, path, **now), method, path, said
            )

        patch.setattr(House, "call", bent)

    return plant


def _without_issuer(
    ask: Callable[..., Reply], _method: str, _path: str, said: dict[str, Any]
) -> Reply:
    reply = ask(**said)
    location = reply.header("Location")
    if location is None:
        return reply
    kept = tuple(pair for pair in reply.headers if pair[0] != "Location")
    plain = re.sub(r"&iss=[^&]*", "", location)
    return replace(reply, headers=(*kept, ("Location", plain)))


def _answers_get(
    ask: Callable[..., Reply], method: str, path: str, said: dict[str, Any]
) -> Reply:
    return Reply.json({}) if (method, path) == ("GET", PAR) else ask(**said)


def _reads_queries(
    ask: Callable[..., Reply], _method: str, path: str, said: dict[str, Any]
) -> Reply:
    token = str(said.get("query", "")).removeprefix("access_token=")
    if path == USERINFO and token:
        said = {**said, "query": "", "headers": {"authorization": f"Bearer {token}"}}
    return ask(**said)


takes_no_for_yes: Fault = member(Consents, "answer_to", Answer.AGREED)
forgets_the_issuer: Fault = _asked(_without_issuer)
answers_get: Fault = _asked(_answers_get)
reads_queries: Fault = _asked(_reads_queries)
