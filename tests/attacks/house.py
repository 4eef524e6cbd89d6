"""One whole installation in this process, asked without sockets: environ in, answer out."""

import base64
import io
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlencode

from sqlalchemy import func, inspect, select, text

from config.loader import read_page
from config.schema import Settings
from idp.clients.domain import GrantType
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from idp.people.domain import Person, PersonKind, Username
from kernel.assurance import Level
from kernel.infra.db.columns import metadata
from kernel.secret import Secret
from kernel.web import FORM, JSON, Role, Route
from server.bootstrap import Installation, assemble
from server.contexts.context import Context
from server.init import initialise
from server.wsgi import Application
from trustroot.keys.domain import RoleGroup

ISSUER: Final = "http://localhost:8750"
BACK: Final = "http://localhost:8790/back"
GONE: Final = "http://localhost:8790/gone"
PASSWORD: Final = "Koi-7-jumps-the-Dragon-Gate"
NAME: Final = "欧阳测试"
_TEXT: Final = TextBody(zh="测试", en="test")
RECORD_TABLES: Final = frozenset(
    {"trail_outbox", "trail_event", "trail_tile", "trail_head"}
)
"""Only the record may grow by a refusal."""

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> tuple[str, ...]:
        """Return every header of that name."""
        return tuple(v for k, v in self.headers if k.lower() == name.lower())

    def header(self, name: str) -> str:
        """Return the first header of that name, or ""."""
        return next(iter(self.all(name)), "")

    @property
    def location(self) -> str:
        """Where it sends the browser, or ""."""
        return self.header("Location")

    @property
    def reference(self) -> str:
        """The id under which the record knows it."""
        return self.header("Trusthub-Reference") or _page_reference(self.text)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, object]:
        """Return the body as a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


def _page_reference(page: str) -> str:
    mark = 'data-reference="'
    return page.partition(mark)[2].partition('"')[0]


class Defects(logging.Handler):
    """Keeps what was logged as a defect: a finding, whatever was answered."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line and its traceback."""
        trouble = record.exc_info[1] if record.exc_info else None
        self.seen.append(f"{record.getMessage()}: {trouble!r}")


@dataclass(frozen=True, slots=True)
class Registered:
    """A relying party and its secret."""

    id: str
    secret: str

    @property
    def basic(self) -> dict[str, str]:
        """RFC 6749 §2.3.1, as a header."""
        pair = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass(frozen=True, slots=True)
class House:
    """One installation: served here, worked here, looked into here."""

    settings: Settings
    folder: Path
    served: Installation
    application: Application
    worked: Installation
    defects: Defects = field(default_factory=Defects)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def built(
        cls, folder: Path, database: str | None = None, ephemeral: str | None = None
    ) -> Self:
        """Set one up in ``folder`` and let its worker do one round."""
        settings = read_page(page(folder, database), folder)
        if ephemeral is not None:
            # A socket of a file is no word of the settings; the driver takes it.
            kept = replace(settings.ephemeral, url=ephemeral)
            settings = replace(settings, ephemeral=kept)
        initialise(settings, folder)
        worked = assemble(settings, RoleGroup.WORKER)
        served = assemble(settings, RoleGroup.SERVE)
        house = cls(settings, folder, served, served.application(), worked)
        logging.getLogger().addHandler(house.defects)
        house.work()
        return house

    def close(self) -> None:
        """Let go of everything."""
        logging.getLogger().removeHandler(self.defects)
        self.served.close()
        self.worked.close()

    def work(self) -> None:
        """Let the worker do one round of what needs nobody outside."""
        for task in self.worked.tasks:
            task.run()

    def ask(  # noqa: PLR0913  an environ has that many parts
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Headers | None = None,
        body: bytes = b"",
        environ: Mapping[str, object] | None = None,
    ) -> Answer:
        """Send one request as PEP 3333 lays it out."""
        said = {**_environ(method, path, query, headers or {}, body), **(environ or {})}
        held: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, lines: list[tuple[str, str]], _info: object = None) -> None:
            held.append((status, lines))

        content = b"".join(self.application(said, start))  # type: ignore[arg-type]  # not a writer
        status, lines = held[-1]
        return Answer(int(status.split()[0]), tuple(lines), content)

    def form(
        self, path: str, fields: Mapping[str, str], headers: Headers | None = None
    ) -> Answer:
        """Post a form."""
        said = {"Content-Type": FORM, **(headers or {})}
        return self.ask("POST", path, headers=said, body=urlencode(fields).encode())

    def api(
        self, method: str, path: str, bearer: str, value: object = None, **headers: str
    ) -> Answer:
        """Call the API."""
        said = {"Authorization": f"Bearer {bearer}", **headers}
        if value is None:
            return self.ask(method, path, headers=said)
        body = json.dumps(value).encode()
        return self.ask(method, path, headers={"Content-Type": JSON, **said}, body=body)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every machine endpoint that is served."""
        return self.application.dispatcher.router.routes

    def token(self, context: str, scope: str = "") -> str:
        """Return an access token for the API of one of the first officials."""
        kept = self.tokens.get((context, scope))
        if kept is None:
            kept = self.token_of(self.context(context), scope)
            self.tokens[context, scope] = kept
        return kept

    def context(self, name: str) -> Registered:
        """Return the client of one of the first officials."""
        told = Context.read(self.folder / "contexts" / f"{name}.json")
        return Registered(told.client_id, told.client_secret)

    def token_of(self, client: Registered, scope: str = "") -> str:
        """Get an access token by client_credentials (RFC 6749 §4.4)."""
        fields = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        answer = self.form("/oauth2/token", fields, client.basic)
        assert answer.status == 200, answer.text
        return str(answer.json()["access_token"])

    def rows(self) -> dict[str, int]:
        """Count the rows of every table but the record's."""
        database = self.served.drivers.db
        # Tests of portals in the same process declare tables that a hub does not have.
        ours = set(inspect(database.engine).get_table_names()) - set(RECORD_TABLES)
        tables = [t for t in metadata.sorted_tables if t.name in ours]
        return {
            table.name: database.read_one(select(func.count()).select_from(table))[0]  # type: ignore[index]  # count is a row
            for table in tables
        }

    def events(self, kind: str) -> list[str]:
        """Return the bodies of recorded events of a type (all: ""), oldest first."""
        said = text("SELECT body FROM trail_event UNION ALL SELECT body FROM trail_outbox")
        bodies = [bytes(row[0]).decode() for row in self.served.drivers.db.read(said)]
        return [body for body in bodies if not kind or f'"type":"{kind}"' in body]

    def person(
        self, username: str, role: Role | None = None, *, name: str = NAME
    ) -> Person:
        """Make somebody who can sign in with `PASSWORD`."""
        known = self.served.persons.people
        person = known.people.create(
            name,
            kind=PersonKind.NATURAL,
            username=Username.parse(username),
            roles=frozenset({role} if role else ()),
            origin="test",
        )
        known.authenticators.set_password(person.id, Secret(PASSWORD), Level.SELF_ASSERTED)
        return person

    def client(self, name: str, **oidc: object) -> Registered:
        """Register a relying party of the code flow, or what ``oidc`` says."""
        shape: dict[str, object] = {
            "grant_types": (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
            "redirect_uris": (BACK,),
            "post_logout_redirect_uris": (GONE,),
            "scopes": ("openid", "offline_access"),
            **oidc,
        }
        person = shape.pop("person", None)
        body = ClientBody(
            name_zh=name,
            name_en=name,
            claims=(ClaimBody(name="name"),) if person is None else (),
            recipient=_TEXT,
            purpose=_TEXT,
            retention=_TEXT,
            person=person,  # type: ignore[arg-type]  # as the caller says
            oidc=OidcBody(**shape),  # type: ignore[arg-type]  # as the caller says
        )
        made = self.served.persons.clients.clients.register(body, actor=None)
        secret = "" if made.secret is None else made.secret.reveal()
        return Registered(made.client.id, secret)


def page(folder: Path, database: str | None = None) -> dict[str, object]:
    """Return the settings of a national installation in ``folder``."""
    return {
        "installation": {
            "issuer": ISSUER,
            "role": "national",
            "code": "00",
            "name_zh": "国家统一身份认证（测试）",
            "name_en": "National identity (test)",
            "profile": "test",
            "instance": "national",
        },
        "http": {"port": 8750, "workers": 1, "management_port": 8751},
        "database": {"url": database or f"sqlite:///{folder}/hub.db"},
        "ephemeral": {"url": f"sqlite:///{folder}/cache.db"},
        "keys": {
            "vault_dir": "vault",
            "serve_secret_file": "secrets/serve",
            "worker_secret_file": "secrets/worker",
        },
        "outbound": {"allow_loopback": True},
        "notices": {"mail": "outbox", "sms": "outbox", "outbox_file": "outbox.jsonl"},
    }


def _environ(
    method: str, path: str, query: str, headers: Headers, body: bytes
) -> dict[str, object]:
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8750",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:8750",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ | dict(_header_lines(headers))


def _header_lines(headers: Headers) -> Iterator[tuple[str, object]]:
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        yield (key if key == "CONTENT_TYPE" else f"HTTP_{key}"), value
