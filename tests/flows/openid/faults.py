"""Faults to plant: each makes the house break one condition, and so one module fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import pytest

from tests.attacks.house import Answer, House
from tests.flows.openid.suite import Suite
from trustroot.keys.domain import Purpose
from trustroot.keys.service.ring import KeyRing

Fault = Callable[[pytest.MonkeyPatch, Suite], None]
Bend = Callable[[Answer], Answer]
AUTHORIZE = "/oauth2/authorize"
TOKEN = "/oauth2/token"
USERINFO = "/oidc/userinfo"
DISCOVERY = "/.well-known/openid-configuration"


def all_of(*faults: Fault) -> Fault:
    """Plant several."""

    def plant(patch: pytest.MonkeyPatch, suite: Suite) -> None:
        for fault in faults:
            fault(patch, suite)

    return plant


def silenced(*rules: object) -> Fault:
    """Let rules return at once, wherever their tables hold them."""

    def nothing(*_args: object, **_named: object) -> None:
        return None

    return all_of(*(coded(rule, nothing) for rule in rules))


def coded(rule: object, instead: Callable[..., object]) -> Fault:
    """Give a function the code of another; tables that hold it hold the fault."""
    assert isinstance(rule, FunctionType)
    assert isinstance(instead, FunctionType)
    code = instead.__code__

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        patch.setattr(rule, "__code__", code)

    return plant


def says(typ: str, change: Callable[[dict[str, Any]], Mapping[str, object]]) -> Fault:
    """Say something else in what is signed under a ``typ``, with the true key."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        sign = KeyRing.sign

        def bent(
            ring: KeyRing,
            purpose: Purpose,
            kind: str,
            claims: Mapping[str, object],
            **how: object,
        ) -> str:
            said = {**claims, **change(dict(claims))} if kind == typ else claims
            kept = {name: value for name, value in said.items() if value is not None}
            return sign(ring, purpose, kind, kept, **how)  # type: ignore[arg-type]  # theirs

        patch.setattr(KeyRing, "sign", bent)

    return plant


def signs_by_one_key(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
    """Sign by the default algorithm whatever a client registered."""

    def bent(
        ring: KeyRing,
        _algorithm: str,
        purpose: Purpose,
        typ: str,
        claims: Mapping[str, object],
    ) -> str:
        return ring.sign(purpose, typ, claims)

    patch.setattr(KeyRing, "sign_by", bent)


def bends(path: str, bend: Bend, method: str | None = None) -> Fault:
    """Change what an address answers."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            answer = ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came
            is_meant = asked == path and method in (None, verb)
            return bend(answer) if is_meant else answer

        patch.setattr(House, "ask", bent)

    return plant


def rewrites(part: bytes, by: bytes) -> Fault:
    """Say something else on every page."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            answer = ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came
            return replace(answer, body=answer.body.replace(part, by))

        patch.setattr(House, "ask", bent)

    return plant


def ignores(path: str, *names: str) -> Fault:
    """Stand before an address and take parameters away, as if nobody knew them."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            if asked == path:
                query, body = _sent(how)
                how["query"] = _without(query, names)
                if verb == "POST":
                    how["body"] = _without(body, names).encode()
            return ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came

        patch.setattr(House, "ask", bent)

    return plant


def overlooks(path: str, part: bytes) -> Fault:
    """Stand before an address and read bodies as if a part of them were not there."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            body = how.get("body", b"")
            if asked == path and isinstance(body, bytes):
                how["body"] = body.replace(part, b"")
            return ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came

        patch.setattr(House, "ask", bent)

    return plant


def refuses(path: str, name: str) -> Fault:
    """Stand before an address and refuse whoever sends a parameter."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            if asked == path and name in dict(parse_qsl("&".join(_sent(how)))):
                return Answer(400, (("Content-Type", "text/plain"),), b"refused")
            return ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came

        patch.setattr(House, "ask", bent)

    return plant


def answers_only(allowed: Callable[[str, str, bytes], bool]) -> Fault:
    """Refuse what is not allowed by its method, address and body."""

    def plant(patch: pytest.MonkeyPatch, _suite: Suite) -> None:
        ask = House.ask

        def bent(house: House, verb: str, asked: str, **how: object) -> Answer:
            body = how.get("body", b"")
            assert isinstance(body, bytes)
            if not allowed(verb, asked, body):
                return Answer(400, (("Content-Type", "application/json"),), b"{}")
            return ask(house, verb, asked, **how)  # type: ignore[arg-type]  # as it came

        patch.setattr(House, "ask", bent)

    return plant


def in_json(path: str, method: str | None = None, **change: object) -> Fault:
    """Say something else in a JSON answer; None leaves a member out."""

    def bend(answer: Answer) -> Answer:
        said = {**answer.json(), **change}
        kept = {name: value for name, value in said.items() if value is not None}
        return replace(answer, body=orjson.dumps(kept))

    return bends(path, bend, method)


def with_status(path: str, status: int, method: str | None = None) -> Fault:
    """Answer with another status, and nothing."""
    return bends(path, lambda _: Answer(status, (), b""), method)


def _sent(how: Mapping[str, object]) -> tuple[str, str]:
    body = how.get("body", b"")
    assert isinstance(body, bytes)
    return str(how.get("query", "")), body.decode()


def _without(pairs: str, names: Sequence[str]) -> str:
    return urlencode([(k, v) for k, v in parse_qsl(pairs) if k not in names])
