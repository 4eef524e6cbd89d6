"""Faults that change what is sent, kept or answered, on its way."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import pytest

from idp.oidc.domain.signed import Pushed
from idp.oidc.store.requests import SqlPushed
from kernel.secret import Digest
from kernel.web import Reply
from tests.flows.fapi2.faults import Fault
from tests.flows.fapi2.suite import PAR, USERINFO
from tests.unit.idp.oidc.house import House

_AT_FRONT: Final = {"scope": "openid profile"}


def uses_up_on_loading(patch: pytest.MonkeyPatch) -> None:
    """Use a name up as soon as it is looked at."""
    find = SqlPushed.find

    def found(store: SqlPushed, digest: Digest) -> Pushed | None:
        held = find(store, digest)
        store.use(digest, datetime(2026, 11, 26, tzinfo=UTC))
        return held

    patch.setattr(SqlPushed, "find", found)


def listens_to(name: str) -> Fault:
    """Let a parameter of the front count: the tests have it say something else there."""
    return _parked(lambda held: {**held, name: _AT_FRONT.get(name, "other")})


def cuts(name: str, longest: int) -> Fault:
    """Keep no more of a parameter than fits."""
    return _parked(lambda held: {**held, name: held[name][:longest]})


def _parked(change: Callable[[dict[str, str]], dict[str, str]]) -> Fault:
    def plant(patch: pytest.MonkeyPatch) -> None:
        find = SqlPushed.find

        def found(store: SqlPushed, digest: Digest) -> Pushed | None:
            held = find(store, digest)
            if held is None:
                return None
            parameters = change(dict(held.opened.parameters))
            return replace(held, opened=replace(held.opened, parameters=parameters))

        patch.setattr(SqlPushed, "find", found)

    return plant


def overlooks(path: str, name: str) -> Fault:
    """Stand before an address and take a parameter away, as if nobody knew it."""

    def without(
        ask: Callable[..., Reply], _method: str, asked: str, said: dict[str, Any]
    ) -> Reply:
        if asked == path:
            sent = parse_qsl(said["body"].decode())
            kept = [pair for pair in sent if pair[0] != name]
            said = {**said, "body": urlencode(kept).encode()}
        return ask(**said)

    return _asked(without)


def demands_at_front(name: str) -> Fault:
    """Refuse whoever comes to the front without a parameter, pushed or not."""

    def held(
        ask: Callable[..., Reply], _method: str, path: str, said: dict[str, Any]
    ) -> Reply:
        if path == "/oauth2/authorize" and name not in str(said.get("query")):
            return Reply.json({"error": "invalid_request"}, 400)
        return ask(**said)

    return _asked(held)


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


def _answers_all_methods(
    ask: Callable[..., Reply], method: str, path: str, said: dict[str, Any]
) -> Reply:
    return Reply.json({}) if path == PAR and method != "POST" else ask(**said)


def _reads_queries(
    ask: Callable[..., Reply], _method: str, path: str, said: dict[str, Any]
) -> Reply:
    token = str(said.get("query", "")).removeprefix("access_token=")
    if path == USERINFO and token:
        said = {**said, "query": "", "headers": {"authorization": f"Bearer {token}"}}
    return ask(**said)


forgets_the_issuer: Fault = _asked(_without_issuer)
answers_all_methods: Fault = _asked(_answers_all_methods)
reads_queries: Fault = _asked(_reads_queries)
