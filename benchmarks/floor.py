"""The floor: a bare granian WSGI function that reads a form, compares one digest, signs.

Nothing of ours is imported. What the token endpoint costs is told as a multiple of this, in
one run on one machine: absolute figures of two machines cannot be compared.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

SECRET = "s" * 43
BODY = b"grant_type=client_credentials&client_id=machine-1&client_secret=" + SECRET.encode()
FORM = "application/x-www-form-urlencoded"
_DIGEST = hashlib.sha256(SECRET.encode()).digest()
_KEY = ec.generate_private_key(ec.SECP256R1())
_ECDSA = ec.ECDSA(SHA256())
_TICKS = os.sysconf("SC_CLK_TCK")
_STARTS_WITHIN_S = 20.0
_CLIENTS = 64


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer one token request with as little as can be."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    form = parse_qs(environ["wsgi.input"].read(length).decode())
    presented = hashlib.sha256(form["client_secret"][0].encode()).digest()
    if not hmac.compare_digest(presented, _DIGEST):
        start_response("401 Unauthorized", [])
        return [b""]
    now = int(time.time())
    claims = {"iss": "http://localhost", "sub": "machine-1", "iat": now, "exp": now + 300}
    answer = {"access_token": _signed(claims), "token_type": "Bearer", "expires_in": 300}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def _signed(claims: dict[str, object]) -> str:
    head = _encoded(json.dumps({"alg": "ES256", "typ": "at+jwt"}).encode())
    signed = f"{head}.{_encoded(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(_KEY.sign(signed.encode(), _ECDSA))
    return f"{signed}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Figure:
    """What one server cost: CPU of its process tree per request, in microseconds."""

    name: str
    cpu_us: float
    requests: int
    per_s: float


def measure(name: str, target: str, port: int, path: str, *, seconds: float) -> Figure:
    """Serve ``target`` with one granian worker and load it over kept connections.

    A target whose name begins with ``make_`` is a factory.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--blocking-threads", "64", "--port", str(port), "--no-ws", target]
    command += ["--factory"] if ":make_" in target else []
    with Popen(command, stdout=DEVNULL, stderr=DEVNULL) as server:  # noqa: S603  our own
        try:
            _wait(port, path)
            _load(port, path, 1.0, _CLIENTS)
            before, began = _cpu_s(server.pid), time.monotonic()
            done = _load(port, path, seconds, _CLIENTS)
            spent, took = _cpu_s(server.pid) - before, time.monotonic() - began
        finally:
            server.terminate()
            server.wait(timeout=_STARTS_WITHIN_S)
    return Figure(name, spent / done * 1e6, done, done / took)


def _wait(port: int, path: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while True:
        try:
            _ask(HTTPConnection("127.0.0.1", port, timeout=5), path)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _ask(connection: HTTPConnection, path: str) -> None:
    connection.request("POST", path, BODY, {"Content-Type": FORM})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:  # noqa: PLR2004  the one status a benchmark may count
        msg = f"{answer.status}: {body[:200]!r}"
        raise RuntimeError(msg)


def _load(port: int, path: str, seconds: float, clients: int) -> int:
    """Ask from ``clients`` threads until the time is over; return how often it answered."""
    until, counts = time.monotonic() + seconds, [0] * clients

    def ask(place: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < until:
            _ask(connection, path)
            counts[place] += 1

    crowd = [threading.Thread(target=ask, args=(place,)) for place in range(clients)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return sum(counts)


def _cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and its children, exited threads included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    fields = (
        Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    )
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    return own + sum(_cpu_s(int(child)) for child in children)


def interpreter() -> str:
    """Say which Python this is and how it was built."""
    flags = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    built = "PGO" if "--enable-optimizations" in flags else "no PGO"
    return f"Python {sys.version.split()[0]} ({built})"


if __name__ == "__main__":
    print(interpreter())
    print(measure("floor", "benchmarks.floor:app", 8971, "/", seconds=5))
