"""People, sessions, sign-in and consent assembled over SQLite, with outsiders as fakes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from audit.trail.domain import EventProof, EventQuery, Logged
from audit.trail.errors import NotYetLogged
from ca_bridge.errors import CertificateRefused
from config.schema import Limits, Oidc
from idp.account import build as account
from idp.account.errors import DeviceUnknown
from idp.clients.adapters.trial import OpenTrial
from idp.clients.domain import Basis, ClaimAsked, Client, LocalText
from idp.clients.errors import ClientUnknown
from idp.clients.service import ShownPages
from idp.clients.store import SqlPictures
from idp.consent import build as consent
from idp.login import build as login
from idp.login.domain import ProviderRow, RealNameAnswer, VerifiedKey
from idp.people import build as people
from idp.people.domain import Person, Username
from idp.session import build as session
from idp.session.domain import Hints, Interaction, Session, SignedIn
from kernel.assurance import Level
from kernel.events import JsonValue, Stream
from kernel.ids import ClientId, EventId, GrantId, InteractionId, PersonId, SessionId
from kernel.infra.db import Database, create_all
from kernel.infra.pages import Locale, Pages, PagesSettings, create_app
from kernel.proof.tlog import Checkpoint, Note, TlogProof, commitment, leaf_hash
from kernel.secret import Digest, Secret
from tests.unit.idp.people.fakes import NOW, Around

ORIGIN = "http://localhost:8400"
PORTAL = ClientId("portal-51")
PASSWORD = "correct horse battery"
NUMBER = "11010519491231002X"


@dataclass
class OnePortal:
    """A `ClientLookup` that knows one relying party."""

    client: Client = field(
        default_factory=lambda: Client(
            id=PORTAL,
            name_zh="四川政务服务",
            name_en="Sichuan services",
            recipient=LocalText("四川省政务中心", "Sichuan service centre"),
            purpose=LocalText("办理事项", "Handling your case"),
            retention=LocalText("五年", "Five years"),
            claims=(ClaimAsked("name"), ClaimAsked("id_number", Basis.STATUTORY)),
            created_at=NOW,
        )
    )

    def find(self, client: ClientId) -> Client:
        if client != self.client.id:
            raise ClientUnknown(client)
        return self.client


@dataclass
class TwoProvinces:
    """A `ProviderDirectory` with two provinces, one of them at level 2 only."""

    rows: tuple[ProviderRow, ...] = (
        ProviderRow(
            slug="guangdong",
            kind="province",
            code="44",
            name_zh="广东省",
            name_en="Guangdong",
            pinyin="guangdong gd",
            level=Level.REAL_PERSON,
            href="/broker/guangdong/start",
            region="华南",
        ),
        ProviderRow(
            slug="sichuan",
            kind="province",
            code="51",
            name_zh="四川省",
            name_en="Sichuan",
            pinyin="sichuan sc",
            level=Level.REAL_NAME,
            href="/broker/sichuan/start",
            region="西南",
        ),
    )

    def providers(self, asked: Level, locale: str) -> Sequence[ProviderRow]:
        assert locale
        return tuple(row for row in self.rows if row.level >= asked)


@dataclass
class OneCertificate:
    """A `CertificateCheck` that accepts the leaf ``good`` when it signed the message."""

    key: VerifiedKey = field(
        default_factory=lambda: VerifiedKey(key_digest=Digest(b"k" * 32))
    )

    def check(
        self,
        leaf: bytes,
        chain: Sequence[bytes],
        signature: bytes,
        message: bytes,
        at: datetime,
    ) -> VerifiedKey:
        assert at.tzinfo is not None
        if leaf != b"good" or signature != b"signed:" + message or list(chain) != [b"ca"]:
            raise CertificateRefused("signature")
        return self.key


@dataclass
class RegisterOfOne:
    """A `RealNameCheck` that knows one name and number, and raises whoever gives them."""

    people: people.PeopleRoom
    asked: int = 0

    def confirm(self, person: PersonId, name: str, number: Secret) -> RealNameAnswer:
        self.asked += 1
        if (name, number.reveal()) != ("张三", NUMBER):
            return RealNameAnswer.NOT_CONFIRMED
        self.people.people.prove(
            person, Level.REAL_NAME, name=name, number=NUMBER, source="two_elements"
        )
        return RealNameAnswer.CONFIRMED


@dataclass
class MemoryLog:
    """A log of the one event that a test puts in."""

    entry: Logged | None = None
    head: Note | None = None

    def write(self, interaction: InteractionId, released: str = "oidc.code_issued") -> None:
        """Log a release of ``interaction`` as the only entry, and publish the head."""
        event: dict[str, JsonValue] = {
            "type": released,
            "interaction": str(interaction),
        }
        body, nonce = json.dumps(event).encode(), b"\x07" * 32
        self.entry = Logged(Stream.MAIN, 0, EventId(interaction), nonce, body)
        root = leaf_hash(commitment(nonce, event))
        self.head = Note(Checkpoint("localhost:8400/log", 1, root).format(), ())

    def search(self, query: EventQuery) -> tuple[Logged, ...]:
        held = self.entry
        if held is None or query.type != json.loads(held.body)["type"]:
            return ()
        return (held,) if str(held.id) == query.interaction else ()

    def prove(self, event: EventId) -> EventProof:
        if self.entry is None or self.head is None:
            raise NotYetLogged(str(event))
        said = json.loads(self.entry.body)
        proof = TlogProof(0, (), self.head)
        return EventProof(event=said, nonce=self.entry.nonce, proof=proof)


@dataclass(frozen=True)
class Held:
    """What one device was let have."""

    grant: GrantId
    client_name: LocalText
    level: Level
    since: datetime


@dataclass
class Kiosks:
    """A `DevicesLet` of what a test puts in."""

    let: list[tuple[PersonId, Held]] = field(default_factory=list)

    def of(self, person: PersonId) -> tuple[Held, ...]:
        return tuple(held for whose, held in self.let if whose == person)

    def end(self, person: PersonId, grant: GrantId) -> None:
        if grant not in {held.grant for held in self.of(person)}:
            raise DeviceUnknown(str(grant))
        self.let = [(whose, held) for whose, held in self.let if held.grant != grant]


class House:
    """The assembled rooms, and a browser in front of them."""

    def __init__(self, folder: Path) -> None:
        self.around = Around()
        self.db = Database(f"sqlite:///{folder}/hub.db")
        self.settings = some_pages()
        self.people = self._people()
        self.portal = OnePortal()
        self.session = self._session()
        self.certificates = OneCertificate()
        self.register = RegisterOfOne(self.people)
        self.log = MemoryLog()
        self.kiosks = Kiosks()
        self.login = self._login()
        self.consent = self._consent()
        self.account = self._account()
        create_all(self.db)
        self.app = self._app()

    def _people(self) -> people.PeopleRoom:
        around = self.around
        return people.build(
            db=self.db,
            clock=around.clock,
            entropy=around.entropy,
            ids=around.ids(),
            trail=around.trail,
            register=around.standing,
            keys=around.keys,
            hashing=around.hashing,
            jobs=around.jobs,
        )

    def _session(self) -> session.SessionRoom:
        around = self.around
        return session.build(
            Oidc(),
            db=self.db,
            clock=around.clock,
            entropy=around.entropy,
            ids=around.ids(),
            trail=around.trail,
            standing=around.standing,
            jobs=around.jobs,
            keys=around.keys,
            pseudonyms=self.people.pseudonyms,
            clients=self.portal,
        )

    def _login(self) -> login.LoginRoom:
        return login.build(
            Limits(),
            db=self.db,
            entropy=self.around.entropy,
            keys=self.around.keys,
            hashing=self.around.hashing,
            around=self.session.around,
            people=self.people.people,
            authenticators=self.people.authenticators,
            organisations=self.people.organisations,
            interactions=self.session.interactions,
            sessions=self.session.sessions,
            clients=self.portal,
            shown=ShownPages(SqlPictures(self.db)),
            directory=TwoProvinces(),
            certificates=self.certificates,
            real_names=self.register,
            pages=self.settings,
            issuer=ORIGIN,
            agent="http://localhost:8461",
        )

    def _consent(self) -> consent.ConsentRoom:
        return consent.build(
            db=self.db,
            around=self.session.around,
            clients=self.portal,
            trial=OpenTrial(),
            shown=ShownPages(SqlPictures(self.db)),
            people=self.people.people,
            sessions=self.session.sessions,
            interactions=self.session.interactions,
            pages=self.settings,
        )

    def _account(self) -> account.AccountRoom:
        return account.build(
            entropy=self.around.entropy,
            keys=self.around.keys,
            people=self.people.people,
            authenticators=self.people.authenticators,
            hashing=self.around.hashing,
            codes=self.login.codes,
            pictures=self.login.codes,
            lockout=self.login.lockout,
            consents=self.consent.consents,
            log=self.log,
            sessions=self.session.sessions,
            sign_outs=self.session.sign_outs,
            clients=self.portal,
            interactions=self.session.interactions,
            devices=self.kiosks,
            pages=self.settings,
        )

    def _app(self) -> flask.Flask:
        pages = Pages.assemble(
            self.settings,
            clock=self.around.clock,
            entropy=self.around.entropy,
            catalogues=(login.CATALOGUE, consent.CATALOGUE, account.CATALOGUE),
        )
        rooms = (self.login, self.consent, self.account)
        app = create_app(pages, [room.explanations for room in rooms])
        for room in rooms:
            for blueprint in room.blueprints:
                app.register_blueprint(blueprint)
        return app

    def a_person(
        self, username: str = "zhangsan", *, level: Level = Level.SELF_ASSERTED
    ) -> Person:
        """Make somebody with a password, proofed at ``level`` with it."""
        person = self.people.people.create(
            "张三", username=Username.parse(username), origin="test"
        )
        self.people.authenticators.set_password(person.id, Secret(PASSWORD), level)
        if level > Level.SELF_ASSERTED:
            self.people.people.raise_identity(person.id, level, source="test")
        return self.people.people.find(person.id)

    def with_codes(self, person: Person, bound: Level) -> Secret:
        """Give somebody a source of one-time codes and return its seed."""
        seed = self.login.codes.fresh_seed()
        self.people.authenticators.enrol_totp(person.id, seed, bound)
        return seed

    def browser(self) -> "Browser":
        """Return a browser that has never been here."""
        return Browser(self, self.app.test_client())

    def close(self) -> None:
        """Close the database."""
        self.db.close()


@dataclass
class Browser:
    """Somebody's browser: follows forms, keeps cookies, runs no script."""

    house: House
    client: FlaskClient
    interaction: Interaction | None = None

    def begin(  # noqa: PLR0913  the fields of an interaction
        self,
        asked: Level = Level.SELF_ASSERTED,
        *,
        prompt: frozenset[str] = frozenset(),
        max_age: timedelta | None = None,
        hints: Hints | None = None,
        claims: tuple[ClaimAsked, ...] = (),
        is_offline: bool = False,
    ) -> Interaction:
        """Arrive from the portal; a front would redirect to ``/login`` now."""
        self.interaction = self.house.session.interactions.begin(
            relying_party=PORTAL,
            asked=asked,
            resume="/oauth2/authorize/resume",
            browser=Secret(self.cookie("browser")),
            prompt=prompt,
            max_age=max_age,
            hints=hints,
            claims=claims,
            is_offline=is_offline,
        )
        return self.interaction

    def cookie(self, purpose: str) -> str:
        """Return a cookie of ours; the first page sets the browser's."""
        name = self.house.settings.cookie_name(purpose)
        found = self.client.get_cookie(name, domain="localhost")
        if found is None and purpose == "browser":
            self.client.get("/login/help/no-phone", base_url=ORIGIN)
            found = self.client.get_cookie(name, domain="localhost")
        return found.value if found else ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page of the interaction at hand."""
        return self.client.get(self._with(path), base_url=ORIGIN, headers=headers)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Post a form of the interaction at hand, with the token of a page of ours."""
        self.client.get("/login/help/no-phone", base_url=ORIGIN)
        token = self._token()
        return self.client.post(
            self._with(path), base_url=ORIGIN, data={"form_token": token, **fields}
        )

    def sign_in(self, username: str = "zhangsan", password: str = PASSWORD) -> TestResponse:
        """Send a name and a password."""
        return self.post("/login", username=username, password=password)

    def outcome(self) -> Interaction:
        """Return the interaction as it stands."""
        assert self.interaction is not None
        return self.house.session.interactions.find(self.interaction.id)

    def session(self) -> Session:
        """Return the session that the interaction ended with."""
        outcome = self.outcome().outcome
        assert isinstance(outcome, SignedIn)
        return self.house.session.sessions.find(SessionId(outcome.session))

    def _token(self) -> str:
        pages: Pages = self.house.app.extensions["pages"]
        return pages.tokens.issue(self.cookie("browser"))

    def _with(self, path: str) -> str:
        if self.interaction is None or "interaction=" in path:
            return path
        return f"{path}{'&' if '?' in path else '?'}interaction={self.interaction.id}"


def some_pages() -> PagesSettings:
    """Return settings of pages."""
    return PagesSettings(
        instance="test",
        origin=ORIGIN,
        service_name={Locale.CHINESE: "统一身份认证", Locale.ENGLISH: "Identity"},
        secret=Secret("a key of more than thirty-two signs"),
    )


def words(page: TestResponse) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"<[^>]+>", " ", page.text)


def errors_by_field(page: TestResponse) -> dict[str, str]:
    """WCAG 2.2 §3.3.1, §1.3.1: return what a page says is wrong, by the field that says so.

    Only what a field itself points to counts, beside its ``aria-invalid``.
    """
    fields = re.findall(r'<(?:input|textarea)[^>]*aria-invalid="true"[^>]*>', page.text)
    found: dict[str, str] = {}
    for one in fields:
        name = re.search(r' name="([^"]*)"', one)
        ids = re.search(r'aria-describedby="([^"]*)"', one)
        assert name is not None
        for each in ids[1].split() if ids else ():
            told = re.search(rf'class="error" id="{each}">(.*?)</p>', page.text)
            if told:
                found[name[1]] = re.sub(r"<[^>]+>", "", told[1])
    return found
