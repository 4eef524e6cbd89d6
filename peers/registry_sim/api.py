"""The endpoints of the register."""

import time
from base64 import b64decode
from dataclasses import dataclass, replace
from typing import Final

from kernel.secret import Digest, Secret
from kernel.web import (
    JSON,
    Problem,
    ProblemTable,
    Reply,
    Request,
    Route,
    read_body,
    write_body,
)
from peers.registry_sim.domain import Fault, Weather
from peers.registry_sim.errors import ClientRefused
from peers.registry_sim.messages import Answered, Asked, WeatherBody
from peers.registry_sim.service import Register

_PROBLEMS: Final = ProblemTable(
    {ClientRefused: Problem(401, "Unknown client.", (("WWW-Authenticate", "Basic"),))}
)
_LONGEST_DELAY_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class RegisterApi:
    """Compares for clients; ``control`` None: nobody can make it misbehave."""

    register: Register
    control: Digest | None

    def two_elements(self, request: Request) -> Reply:
        """Say whether a name and a number belong together."""
        self.register.require_client(*_credentials(request))
        asked = read_body(Asked, request.body)
        weather = self.register.weather
        time.sleep(weather.delay_ms / 1000)
        result = self.register.two_elements(asked.name, asked.number)
        return _reply(Answered(serial=asked.serial, result=result), weather.fault)

    def set_weather(self, request: Request) -> Reply:
        """Misbehave, or stop misbehaving, from now on."""
        self._require_control(request)
        said = read_body(WeatherBody, request.body)
        delay = min(max(said.delay_ms, 0), _LONGEST_DELAY_MS)
        self.register.weather = Weather(said.fault, delay)
        return Reply.empty()

    def alive(self, _request: Request) -> Reply:
        """Say that it runs."""
        return Reply.json({"status": "ok"})

    def _require_control(self, request: Request) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.control is None or not Secret(sent).matches(self.control):
            raise ClientRefused


def routes(register: Register, control: Digest | None) -> tuple[Route, ...]:
    """Return the table."""
    api = RegisterApi(register, control)
    return (
        Route(
            method="POST",
            path="/v1/two-elements",
            endpoint=api.two_elements,
            consumes=JSON,
            errors=_PROBLEMS,
        ),
        Route(
            method="POST",
            path="/control",
            endpoint=api.set_weather,
            consumes=JSON,
            errors=_PROBLEMS,
        ),
        Route(method="GET", path="/health/live", endpoint=api.alive),
    )


def _credentials(request: Request) -> tuple[str, Secret]:
    """RFC 7617 §2: Basic, base64 of name and secret.

    Raises:
        ClientRefused: not of that form.
    """
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as cause:
        raise ClientRefused from cause
    if scheme.lower() != "basic":
        raise ClientRefused
    return name, Secret(secret)


def _reply(answer: Answered, fault: Fault) -> Reply:
    if fault is Fault.ERROR:
        return Reply.json({"error": "switched on"}, 500)
    if fault is Fault.GARBAGE:
        return Reply.content(b"<html>not what you asked</html>", "text/html")
    if fault is Fault.TOO_LARGE:
        return Reply.json({"serial": answer.serial, "result": "match", "x": "y" * 100_000})
    if fault is Fault.OTHER_SERIAL:
        answer = replace(answer, serial="another")
    return Reply.json(write_body(answer))
