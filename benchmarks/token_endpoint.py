"""client_credentials with its event durable, against the floor and against Authlib.

Claims: CPU of the server's process tree per request ≤ 2.5 times the floor, and ≥ 4 times
cheaper than Authlib's grant over ORM storage on the same server, engine and durability
(SQLite, WAL, synchronous=FULL), keys loaded once. All three run in turn in one go.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks import floor
from benchmarks.issuer_flows import DATABASE, FOLDER
from benchmarks.weighing.evidence import keep
from benchmarks.weighing.issuer import ENDPOINT, Key, Prepared
from benchmarks.weighing.load import CLIENTS, request_of
from benchmarks.weighing.serving import (
    BLOCKING_THREADS,
    Window,
    cpu_of,
    in_turn,
    ratio,
    served,
)
from benchmarks.weighing.talking import Talks
from kernel.secret import Secret

AT_MOST: Final = 2.5
AT_LEAST: Final = 4.0
FLOW: Final = "client_credentials_secret"


class _Base(DeclarativeBase):
    """Tables of the Authlib variant."""


class OrmClient(_Base, ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A client as Authlib's guide stores it."""

    __tablename__ = "client"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    client_secret: Mapped[str]

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare as ours does: by digest."""
        return Secret(client_secret).digest().hex() == self.client_secret

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Take the one method."""
        return method == "client_secret_post"

    def check_grant_type(self, grant_type: str) -> bool:
        """Take the one grant."""
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        """Allow what is asked."""
        return scope


class OrmToken(_Base):
    """A token as Authlib's guide stores it: the record of its issuing."""

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    access_token: Mapped[str]
    issued_at: Mapped[int]


class _Grant(grants.ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)


def make_authlib() -> flask.Flask:
    """Return Authlib's grant over ORM storage, with ES256 tokens of the same claims."""
    folder = Path(os.environ[FOLDER])
    engine = create_engine(f"sqlite:///{folder}/authlib.db")
    event.listen(engine, "connect", _durable)
    _Base.metadata.create_all(engine)
    digest = Secret(floor.SECRET).digest().hex()
    with Session(engine) as session:
        session.merge(OrmClient(client_id="machine-1", client_secret=digest))
        session.commit()
    app, key = flask.Flask(__name__), Key.made()

    def query_client(client_id: str) -> OrmClient | None:
        with Session(engine) as session:
            found = select(OrmClient).where(OrmClient.client_id == client_id)
            return session.scalars(found).first()

    def save_token(made: dict[str, Any], request: Any) -> None:  # noqa: ANN401  Authlib's own
        with Session(engine) as session:
            session.add(
                OrmToken(
                    client_id=request.client.client_id,
                    access_token=made["access_token"],
                    issued_at=int(time.time()),
                )
            )
            session.commit()

    def generate(*_a: object, **_k: object) -> dict[str, Any]:
        return {"access_token": _signed(key), "token_type": "Bearer"}

    server = AuthorizationServer(app, query_client=query_client, save_token=save_token)
    server.register_grant(_Grant)
    server.register_token_generator("default", generate)
    app.add_url_rule(ENDPOINT, "token", server.create_token_response, methods=["POST"])
    return app


def _signed(key: Key) -> str:
    now = int(time.time())
    claims = {
        "iss": "http://localhost:8750",
        "sub": "machine-1",
        "aud": "http://localhost:8750/api/v1",
        "client_id": "machine-1",
        "scope": "members:read",
        "iat": now,
        "exp": now + 300,
        "jti": os.urandom(16).hex(),
    }
    return key.sign({"alg": "ES256", "typ": "at+jwt", "kid": "k"}, claims)


def _durable(connection: Any, _record: object) -> None:  # noqa: ANN401  a driver's own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def run(rounds: int, seconds: float) -> bool:
    """Measure all three in turn, keep the figures, and tell whether the claims held."""
    with ExitStack() as open_here:
        folder = Path(open_here.enter_context(tempfile.TemporaryDirectory()))
        os.environ[FOLDER], os.environ[DATABASE] = str(folder), ""
        ours = Prepared.at(folder, None).talks[FLOW]
        targets: tuple[tuple[str, str, bytes | Talks], ...] = (
            ("floor", "benchmarks.floor:app", request_of("/", floor.BODY, floor.FORM)),
            ("ours", "benchmarks.issuer_flows:make_hub", ours),
            (
                "authlib",
                "benchmarks.token_endpoint:make_authlib",
                request_of(ENDPOINT, floor.BODY, floor.FORM),
            ),
        )
        servers = [
            open_here.enter_context(served(name, target, port, asked))
            for port, (name, target, asked) in enumerate(targets, 8971)
        ]
        windows = in_turn(servers, rounds=rounds, seconds=seconds)
    return _told(windows, seconds)


def _told(windows: Mapping[str, list[Window]], seconds: float) -> bool:
    to_floor = ratio(windows["ours"], windows["floor"])
    to_authlib = ratio(windows["authlib"], windows["ours"])
    keep(
        "token_endpoint",
        {
            "cpu_us_per_request": {k: round(cpu_of(w), 1) for k, w in windows.items()},
            "windows": {k: [round(w.cpu_us, 1) for w in v] for k, v in windows.items()},
            "requests": {k: sum(w.requests for w in v) for k, v in windows.items()},
            "window_s": seconds,
            "clients": CLIENTS,
            "blocking_threads": BLOCKING_THREADS,
            "ours_to_floor": round(to_floor, 2),
            "ours_to_floor_at_most": AT_MOST,
            "authlib_to_ours": round(to_authlib, 2),
            "authlib_to_ours_at_least": AT_LEAST,
        },
    )
    return to_floor <= AT_MOST and to_authlib >= AT_LEAST


def main() -> int:
    """Read how long to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    return 0 if run(asked.rounds, asked.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
