"""One whole installation in this process, served on loopback for browsers and peers."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import text
from werkzeug.serving import make_server

from config.loader import read_page
from federation.store import SqlChains
from idp.clients.domain import GrantType
from idp.clients.messages import ClientBody, OidcBody, TextBody
from kernel.assurance import Level
from kernel.ids import EntityId
from server.bootstrap import Installation, assemble
from server.contexts.api import Api
from server.contexts.context import Context
from server.demo.journeys.browser import Browser, Page
from server.init import initialise
from tests.flows.federation_rp.settings import settings_page
from trustroot.keys.domain import Purpose, RoleGroup

_MINUTE: Final = timedelta(minutes=1)
_CHALLENGE: Final = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
_STATEMENT: Final = "entity-statement+jwt"
_TEXT: Final = TextBody(zh="测试", en="test")
_PEOPLE: Final = ("people_person", "people_link", "session_session")


@dataclass(frozen=True, slots=True)
class Hub:
    """An installation, its folder, and its two processes in one."""

    folder: Path
    issuer: str
    served: Installation
    worked: Installation
    clients: dict[str, str] = field(default_factory=dict)

    @property
    def back(self) -> str:
        """Where a sign-in to the portal ends: an address of ours without a page."""
        return f"{self.issuer}/back-at-the-portal"

    @property
    def trust(self) -> EntityId:
        """The entity identifier of its anchor."""
        return EntityId(f"{self.issuer}/trust")

    def work(self, *names: str) -> None:
        """Let the worker do one round: of everything, or of the named tasks."""
        for task in self.worked.tasks:
            if not names or task.name in names:
                task.run()

    def portal(self) -> str:
        """Register a relying party, once; return its name."""
        if not self.clients:
            body = ClientBody(
                name_zh="测试门户",
                name_en="Test portal",
                recipient=_TEXT,
                purpose=_TEXT,
                retention=_TEXT,
                oidc=OidcBody(
                    grant_types=(GrantType.AUTHORIZATION_CODE,),
                    redirect_uris=(self.back,),
                    scopes=("openid",),
                ),
            )
            made = self.served.persons.clients.clients.register(body, actor=None)
            self.clients["portal"] = made.client.id
        return self.clients["portal"]

    def authorize(self, level: Level = Level.REAL_NAME, **bent: str) -> str:
        """Return the address at which a browser begins to sign in to the portal."""
        said = {
            "response_type": "code",
            "client_id": self.portal(),
            "redirect_uri": self.back,
            "scope": "openid",
            "state": "the-state-of-the-portal",
            "nonce": "the-nonce-of-the-portal",
            "code_challenge": _CHALLENGE,
            "code_challenge_method": "S256",
            "acr_values": level.acr,
            **bent,
        }
        return f"{self.issuer}/oauth2/authorize?{urlencode(said)}"

    def counts(self) -> tuple[int, ...]:
        """Count people, links and sessions."""
        read = self.served.drivers.db.read_one
        rows = (read(text(f"SELECT count(*) FROM {table}")) for table in _PEOPLE)  # noqa: S608  ours
        return tuple(row[0] for row in rows if row is not None)

    def reasons(self) -> list[str]:
        """Return the reasons of refusals upstream, oldest first."""
        bodies = _events(self.served, "broker.upstream_refused")
        return [body.partition('"reason":"')[2].partition('"')[0] for body in bodies]

    def official(self, number: int) -> Api:
        """Return the first or the second operator, as a caller of the API."""
        return Api(Context.read(self.folder / "contexts" / f"operator{number}.json"))

    def enrol(
        self,
        entity: str,
        jwks: Mapping[str, object],
        as_what: Mapping[str, str] = MappingProxyType({"kind": "identity_provider"}),
        **terms: object,
    ) -> str:
        """Make a provider a member, by two persons and over HTTP; return its member id."""
        first = self.official(1)
        application = {
            "entity_id": entity,
            "name_zh": "测试身份提供方",
            "name_en": "Test provider",
            **as_what,
            "contacts": ["mailto:ops@provider.example"],
            "terms": {
                "entity_types": ["openid_provider"],
                "ceiling": {"identity": 2, "authenticator": 1, "path": 1},
                "attributes": ["name"],
                "bases": {"name": "测试"},
                "jwks": jwks,
                **terms,
            },
        }
        member = first.post("/members", application).text("id")
        first.post(f"/members/{member}/submit")
        first.post(f"/members/{member}/check")
        self.approve(member)
        return member

    def approve(self, member: str) -> None:
        """Have two persons approve a member that was checked; statements are signed."""
        first, second = self.official(1), self.official(2)
        grounds = {"reason": "测试接入", "basis": "测试规则第一条"}
        proposal = first.post(f"/members/{member}/approve", grounds).text("id")
        digest = second.get(f"/proposals/{proposal}").text("digest")
        second.post(f"/proposals/{proposal}/approve", {"digest": digest})
        self.work("publish.sign")

    def register(
        self,
        slug: str,
        entity: str,
        registration: str,
        as_what: Mapping[str, str] = MappingProxyType({"kind": "third"}),
    ) -> None:
        """Enter a provider that registers us by the federation."""
        body = {
            "slug": slug,
            "entity_id": entity,
            **as_what,
            "name_zh": "测试身份提供方",
            "name_en": "Test provider",
            "registration": registration,
        }
        self.official(1).post("/providers", body)

    def forget_providers(self) -> None:
        """Take every provider record away; nobody can over the API."""
        for table in ("broker_provider", "broker_registration"):
            self.worked.drivers.db.write(text(f"DELETE FROM {table}"))  # noqa: S608  ours

    def look_again(self, *entities: str) -> None:
        """Forget the last good chains of entities, and resolve them anew."""
        store, now = SqlChains(self.worked.drivers.db), self.worked.drivers.clock()
        for entity in entities:
            store.unfollow(EntityId(entity))
            store.follow(EntityId(entity), now)
        self.work("federation.refresh", "federation.retry")


def _events(installation: Installation, kind: str) -> list[str]:
    said = text("SELECT body FROM trail_event UNION ALL SELECT body FROM trail_outbox")
    bodies = [bytes(row[0]).decode() for row in installation.drivers.db.read(said)]
    return [body for body in bodies if f'"type":"{kind}"' in body]


def province_of(nation: Hub, keys_file: Path) -> dict[str, dict[str, object]]:
    """Return what makes an installation a province under another one."""
    keys = nation.served.ground.keys.ring.published(Purpose.ANCHOR).to_jwks()
    keys_file.write_text(json.dumps(keys), "utf-8")
    anchor = {"entity_id": nation.trust, "jwks_file": str(keys_file)}
    return {
        "installation": {"role": "province", "code": "44", "instance": "gd"},
        "trust": {"anchors": [anchor], "superiors": [nation.trust]},
    }


@contextmanager
def running_hub(
    folder: Path, port: int, more: Mapping[str, Mapping[str, object]] = MappingProxyType({})
) -> Iterator[Hub]:
    """Set an installation up in ``folder``, let its worker do one round, and serve it."""
    page = settings_page(port, folder)
    for section, values in more.items():
        page[section] = {**page.get(section, {}), **values}
    settings = read_page(page, folder)
    initialise(settings, folder)
    worked, served = (
        assemble(settings, RoleGroup.WORKER),
        assemble(settings, RoleGroup.SERVE),
    )
    hub = Hub(folder, f"http://localhost:{port}", served, worked)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, served.application(), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        hub.work()
        yield hub
    finally:
        server.shutdown()
        thread.join()
        served.close()
        worked.close()


def sign_in_through(hub: Hub, slug: str, who: Mapping[str, str]) -> Page:
    """Walk the browser's whole way: portal, hub, provider, back; return where it ends."""
    browser = Browser()
    page = browser.open(hub.authorize())
    page = browser.click(browser.click(page, "way-discover"), f"provider-{slug}")
    return browser.submit(page, "login-form", who, "sign-in")
