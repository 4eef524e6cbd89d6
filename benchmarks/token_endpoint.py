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
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from audit.trail.build import build_trail
from benchmarks import floor
from benchmarks.weighing.evidence import keep
from benchmarks.weighing.load import CLIENTS, request_of
from benchmarks.weighing.serving import (
    BLOCKING_THREADS,
    Window,
    cpu_of,
    in_turn,
    ratio,
    served,
)
from benchmarks.weighing.unasked import GivenKeys, Unasked, nothing_here
from config.keyring import Keys
from config.schema import Oidc
from config.words import SecretFile
from idp.clients.build import build as build_clients
from idp.clients.domain import AuthMethod, GrantType
from idp.clients.messages import ClientBody, OidcBody
from idp.clients.store import SqlClients
from idp.oidc.api.errors import OAuthTable
from idp.oidc.api.tokens import TokenApi
from idp.oidc.build.authenticating import Proving
from idp.oidc.domain.issuer import Issuer
from idp.oidc.flows.client_credentials import ClientCredentials
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.flows.issuing import TokenIssuer
from idp.oidc.flows.known import KnownClients
from idp.oidc.flows.once import Once as UsedOnce
from idp.oidc.flows.token_endpoint import TokenEndpoint
from idp.oidc.store import SqlOnce
from kernel.clock import SystemClock
from kernel.entropy import SystemEntropy, token
from kernel.ids import ClientId, NewIds
from kernel.infra.db import Database, create_all
from kernel.infra.jobs import SqlJobs
from kernel.infra.standing_store import SqlStanding
from kernel.proof.seal import Sealer
from kernel.secret import Secret
from kernel.web import FORM, Once, Route, Router
from server.dispatch import Dispatcher
from server.wsgi import Application
from trustroot.keys.build import KeysRoom
from trustroot.keys.build import build as build_keys
from trustroot.keys.domain import RoleGroup

FOLDER: Final = "TRUSTHUB_BENCHMARK_FOLDER"
PATH: Final = "/oauth2/token"
AT_MOST: Final = 2.5
AT_LEAST: Final = 4.0
_CLOCK, _ENTROPY, _MACHINE = SystemClock(), SystemEntropy(), ClientId("machine-1")


def _keys(folder: Path, db: Database, group: RoleGroup) -> KeysRoom:
    settings = Keys(
        vault_dir=folder,
        serve_secret_file=SecretFile(folder / "serve"),
        worker_secret_file=SecretFile(folder / "worker"),
    )
    jobs = SqlJobs(db, _CLOCK, NewIds(_CLOCK, _ENTROPY))
    trail = build_trail(db=db, clock=_CLOCK, entropy=_ENTROPY)
    return build_keys(
        settings,
        group=group,
        db=db,
        clock=_CLOCK,
        entropy=_ENTROPY,
        trail=trail,
        jobs=jobs,
    )


def prepare(folder: Path) -> None:
    """Make keys, tables and the one client of the measurement."""
    for name in ("serve", "worker"):
        (folder / name).write_text(token(_ENTROPY), encoding="ascii")
    db = Database(f"sqlite:///{folder}/hub.db")
    create_all(db)
    _keys(folder, db, RoleGroup.WORKER).care.create_installation_keys()
    said = ClientBody(
        client_id="machine-1",
        name_zh="机器",
        name_en="Machine",
        oidc=OidcBody(
            token_endpoint_auth_method=AuthMethod.POST,
            grant_types=(GrantType.CLIENT_CREDENTIALS,),
            scopes=("members:read",),
        ),
    )
    client = said.client(_MACHINE, _CLOCK())
    SqlClients(db).add(replace(client, secret=Secret(floor.SECRET).digest()))
    db.close()


def make_ours() -> Application:
    """Return the token endpoint as ``serve`` assembles it."""
    folder = Path(os.environ[FOLDER])
    db = Database(f"sqlite:///{folder}/hub.db")
    trail = build_trail(db=db, clock=_CLOCK, entropy=_ENTROPY)
    standing = SqlStanding(db, _CLOCK)
    standing.start()
    ring = _keys(folder, db, RoleGroup.SERVE).ring
    clients = build_clients(
        db=db,
        clock=_CLOCK,
        entropy=_ENTROPY,
        register=standing,
        trail=trail,
        ids=NewIds(_CLOCK, _ENTROPY),
        keys=ring,
    )
    issuer, used = Issuer("http://localhost:8400"), UsedOnce(SqlOnce(db))
    known = KnownClients(clients.lookup, clients.members, issuer, Decrypting(ring))
    proving = Proving(
        issuer=issuer,
        settings=Oidc(),
        keys=GivenKeys(),
        secrets=clients.secrets,
        sealer=Sealer(ring, _ENTROPY),
        once=used,
        clock=_CLOCK,
    )
    shown = proving.authenticate(known, standing)
    issuing = TokenIssuer(issuer, ring, _CLOCK, _ENTROPY)
    grant = {GrantType.CLIENT_CREDENTIALS.value: ClientCredentials(issuing, trail)}
    endpoint = TokenEndpoint(shown, grant, trail)
    api = TokenApi(endpoint, None, None, None)  # type: ignore[arg-type]  # not served
    route = Route(
        method="POST", path=PATH, endpoint=api.token, errors=OAuthTable(), consumes=FORM
    )
    unused = Unasked()
    once = Once(db.unit_of_work(), unused)
    return Application(Dispatcher(Router((route,)), unused, once), nothing_here, _ENTROPY)


# ------------------------------------------------------------------------------- Authlib


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
    """Return Authlib's grant over ORM storage, with ES256 tokens by the same signer."""
    folder = Path(os.environ[FOLDER])
    engine = create_engine(f"sqlite:///{folder}/authlib.db")
    event.listen(engine, "connect", _durable)
    _Base.metadata.create_all(engine)
    digest = Secret(floor.SECRET).digest().hex()
    with Session(engine) as session:
        session.merge(OrmClient(client_id="machine-1", client_secret=digest))
        session.commit()
    app = flask.Flask(__name__)
    issuing = TokenIssuer(
        Issuer("http://localhost:8400"),
        _keys(folder, Database(f"sqlite:///{folder}/hub.db"), RoleGroup.SERVE).ring,
        _CLOCK,
        _ENTROPY,
    )
    said = ClientBody(client_id="machine-1", name_zh="机器", name_en="Machine")
    ours = said.client(_MACHINE, _CLOCK())

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
        made, _ = issuing.for_client(ours, "members:read")
        return {"access_token": made.access_token, "token_type": "Bearer"}

    server = AuthorizationServer(app, query_client=query_client, save_token=save_token)
    server.register_grant(_Grant)
    server.register_token_generator("default", generate)
    app.add_url_rule(PATH, "token", server.create_token_response, methods=["POST"])
    return app


def _durable(connection: Any, _record: object) -> None:  # noqa: ANN401  a driver's own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def run(rounds: int, seconds: float) -> bool:
    """Measure all three in turn, keep the figures, and tell whether the claims held."""
    with ExitStack() as open_here:
        folder = Path(open_here.enter_context(tempfile.TemporaryDirectory()))
        os.environ[FOLDER] = str(folder)
        prepare(folder)
        targets = (
            ("floor", "benchmarks.floor:app", "/"),
            ("ours", "benchmarks.token_endpoint:make_ours", PATH),
            ("authlib", "benchmarks.token_endpoint:make_authlib", PATH),
        )
        servers = [
            open_here.enter_context(
                served(name, target, port, request_of(path, floor.BODY, floor.FORM))
            )
            for port, (name, target, path) in enumerate(targets, 8971)
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
