"""A sign-in at an installation with 10,000 members takes as long as at one with 10.

Two installations serve side by side; people sign in at one and the other in turn, with a
fresh browser each time: authorization request, form, password, code. Members have their
statements and chains on file. Wall time of the whole sign-in, medians: within 10 %.
"""

import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlencode

from benchmarks.weighing.evidence import keep
from federation.domain import KeptChain
from federation.store import SqlChains
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy
from kernel.ids import EntityId, MemberId, NewIds
from kernel.infra.db import Database
from server.contexts.api import Api
from server.demo.journeys.browser import Browser
from tests.faults.installation import Installation, free_port
from tests.unit.trustroot.members import some_terms
from trustroot.registry.domain import Member, MemberKind, MemberState
from trustroot.registry.store import SqlMembers

FEW: Final = 10
MANY: Final = 10_000
AT_MOST: Final = 1.10
_ROUNDS: Final = 60
_IN_ONE_TRANSACTION: Final = 500
_CLIENT: Final = "bench-portal"
_CLOCK: Final = SystemClock()


class _Portal(BaseHTTPRequestHandler):
    """Where people come back to: says yes to everything."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def a_portal() -> Iterator[str]:
    """Serve the address that people come back to."""
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), _Portal)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://localhost:{server.server_port}/callback"
    server.shutdown()


class House:
    """One installation, its members, one client and one person."""

    def __init__(self, folder: Path, members: int, callback: str) -> None:
        """Set it up and start it."""
        self.installation = Installation.laid_out(folder)
        self.callback, self.password = callback, secrets.token_urlsafe(12)
        self.taken: list[float] = []
        _enter(folder, members)
        self.installation.start("worker")
        self.installation.start("serve")
        self.installation.ready()
        operator = Api(self.installation.context("operator1"))
        _registered(operator, callback)
        said = {"name": "江文博", "username": "jiangwenbo", "password": self.password}
        operator.post("/people", said)
        # From now on nobody but the sign-ins: fetching members that are not there is work.
        self.installation.kill("worker")

    def sign_in(self) -> None:
        """Sign in once, with a fresh browser."""
        browser, began = Browser(), time.perf_counter()
        asked = {
            "client_id": _CLIENT,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": self.callback,
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "code_challenge": secrets.token_urlsafe(32),
            "code_challenge_method": "S256",
        }
        page = browser.open(
            f"{self.installation.issuer}/oauth2/authorize?{urlencode(asked)}"
        )
        values = {"username": "jiangwenbo", "password": self.password}
        page = browser.submit(page, "login-form", values, "sign-in")
        if not page.url.startswith(self.callback):
            raise RuntimeError(page.described)
        self.taken.append(time.perf_counter() - began)


def _registered(operator: Api, callback: str) -> None:
    text = {"zh": "测量", "en": "Measurement"}
    operator.post(
        "/clients",
        {
            "client_id": _CLIENT,
            "name_zh": "测量",
            "name_en": "Measurement",
            "claims": [],
            "recipient": text,
            "purpose": text,
            "retention": text,
            "oidc": {"redirect_uris": [callback], "scopes": ["openid"]},
        },
    )


def _enter(folder: Path, members: int) -> None:
    db = Database(f"sqlite:///{folder}/hub.db")
    ids, now = NewIds(_CLOCK, SystemEntropy()), _CLOCK()
    store, chains, work = SqlMembers(db), SqlChains(db), db.unit_of_work()
    for first in range(0, members, _IN_ONE_TRANSACTION):
        with work():
            for at in range(first, min(first + _IN_ONE_TRANSACTION, members)):
                entity = EntityId(f"https://member-{at}.example")
                store.add(_member(MemberId(ids()), entity))
                chains.follow(entity, now + timedelta(days=1))
                chains.keep(_kept(entity))
    db.close()


def _kept(entity: EntityId) -> KeptChain:
    later = _CLOCK() + timedelta(days=1)
    tokens = tuple(secrets.token_urlsafe(900) for _ in range(3))
    return KeptChain(entity=entity, tokens=tokens, expires_at=later, next_at=later)


def _member(identifier: MemberId, entity: EntityId) -> Member:
    return Member(
        id=identifier,
        entity_id=entity,
        kind=MemberKind.RELYING_PARTY,
        name_zh="成员",
        name_en="Member",
        code=None,
        uscc=None,
        contacts=(),
        terms=some_terms(),
        state=MemberState.ACTIVE,
        reason="",
        version=1,
    )


def main() -> int:
    """Measure, keep the figures, and say whether the claim holds."""
    with tempfile.TemporaryDirectory() as folder, a_portal() as callback:
        few = House(Path(folder) / "few", FEW, callback)
        many = House(Path(folder) / "many", MANY, callback)
        try:
            for at in range(_ROUNDS):
                for house in (few, many) if at % 2 else (many, few):
                    house.sign_in()
        finally:
            few.installation.close()
            many.installation.close()
    medians = {FEW: median(few.taken), MANY: median(many.taken)}
    relation = medians[MANY] / medians[FEW]
    keep(
        "login_with_members",
        {
            "median_ms": {str(n): round(s * 1e3, 1) for n, s in medians.items()},
            "least_ms": {
                str(FEW): round(min(few.taken) * 1e3, 1),
                str(MANY): round(min(many.taken) * 1e3, 1),
            },
            "ratio": round(relation, 3),
            "at_most": AT_MOST,
            "sign_ins_each": _ROUNDS,
        },
    )
    return 0 if relation <= AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
