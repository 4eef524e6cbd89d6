"""The broker assembled over SQLite with the real rooms below it and a real chain."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from config.schema import Installation, Oidc
from config.words import Profile, Role
from federation.domain import KeptChain
from federation.flows.keep import TrustChains
from federation.flows.verify import ChainVerifier
from idp.broker.build import CATALOGUE, BrokerRoom, Drivers, Neighbours, build
from idp.broker.domain import Provider, ProviderKind
from idp.broker.events import UpstreamRefused
from idp.broker.messages.providers import ProviderBody
from idp.clients.domain import Client
from idp.clients.errors import ClientUnknown
from idp.people.build import PeopleRoom
from idp.people.build import build as build_people
from idp.session.build import SessionRoom
from idp.session.build import build as build_session
from idp.session.domain import Interaction, Session
from kernel.assurance import Level
from kernel.errors import DomainError
from kernel.ids import ClientId, EntityId, Reference
from kernel.infra.db import Database, create_all
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.pages import Pages, PagesSettings
from kernel.secret import Secret
from kernel.web import Reply, Request, Router
from tests.unit.federation.world import ANCHOR, PLATFORM, MemoryChains, World, ceiling
from tests.unit.idp.broker.fakes import MemoryRegister
from tests.unit.idp.broker.upstream import CLIENT_ID, CLIENT_SECRET, FakeUpstream
from tests.unit.idp.oidc.house import MemorySigner, some_pages
from tests.unit.idp.people.fakes import Around

ISSUER = "http://localhost:8400"
PORTAL = ClientId("portal-51")
BROWSER = "b" * 43
PATIENCE = timedelta(seconds=2)


class Nobody:
    """A `ClientLookup` that knows no relying party."""

    def find(self, client: ClientId) -> Client:
        raise ClientUnknown(client)


class House:
    """The assembled rooms, their machine endpoints, and one upstream."""

    def __init__(self, url: str) -> None:
        self.around = Around()
        self.upstream = FakeUpstream(self.around.clock)
        self.world = World(self.around.clock)
        self.chain_store = MemoryChains()
        self.register = MemoryRegister()
        self.signer = MemorySigner()
        self.chains = TrustChains(
            self.chain_store, ChainVerifier(self.world.anchors()), self.around.clock
        )
        self.db = Database(url)
        create_all(self.db)
        self.settings: PagesSettings = some_pages()
        self.people = self._people()
        self.session = self._session()
        self.room = self._room()
        self.router = Router(self.room.routes)
        self.provider = self._provider()
        self.vouch()

    @property
    def entity(self) -> EntityId:
        return EntityId(self.upstream.issuer)

    def vouch(self, *, highest: tuple[int, int, int] = (3, 2, 2), **bent: object) -> None:
        """Have the anchor and the platform speak for the upstream, as it is now."""
        world, entity = self.world, self.entity
        world.entity(ANCHOR)
        world.entity(PLATFORM, (ANCHOR,))
        metadata = {"openid_provider": self.upstream.metadata(**bent)}
        world.entity(entity, (PLATFORM,), metadata)
        world.vouch(ANCHOR, PLATFORM, extensions=ceiling(*highest))
        world.vouch(PLATFORM, entity)
        tokens = (
            world.configurations[entity],
            world.subordinates[f"{PLATFORM}/fetch", entity],
            world.subordinates[f"{ANCHOR}/fetch", PLATFORM],
            world.configurations[ANCHOR],
        )
        now = self.around.clock()
        self.chain_store.keep(
            KeptChain(
                entity=entity,
                tokens=tokens,
                expires_at=now + timedelta(minutes=10),
                next_at=now + timedelta(minutes=3),
            )
        )

    def begin(self, asked: Level = Level.REAL_NAME, **said: object) -> Interaction:
        """Arrive from the portal, as the front would."""
        return self.session.interactions.begin(
            relying_party=PORTAL,
            asked=asked,
            resume="/oauth2/authorize/resume",
            browser=Secret(BROWSER),
            **said,  # type: ignore[arg-type]  # by the names of its parameters
        )

    def start(self, waiting: Interaction, browser: str = BROWSER, **chosen: str) -> Reply:
        """Set out; ``chosen``: cookies of the switches, by their purpose."""
        query = urlencode({"interaction": str(waiting.id)})
        return self.get("/broker/gd/start", query, browser, **chosen)

    def sent(self, waiting: Interaction) -> dict[str, str]:
        """Go upstream and return the honest answer's query."""
        return self.upstream.authorize(self.start(waiting).header("Location") or "")

    def callback(self, answer: Mapping[str, str], browser: str = BROWSER) -> Reply:
        return self.get("/broker/gd/callback", urlencode(answer), browser)

    def sign_in(self, waiting: Interaction | None = None) -> Reply:
        return self.callback(self.sent(waiting or self.begin()))

    def get(
        self, path: str, query: str = "", browser: str = BROWSER, **chosen: str
    ) -> Reply:
        held = {"browser": browser, **chosen}
        cookies = (f"{self.settings.cookie_name(n)}={v}" for n, v in held.items())
        return self.call(
            Request(
                method="GET",
                path=path,
                query=query,
                headers={"cookie": "; ".join(cookies), "accept-language": "en"},
                reference=Reference("ABCDEFGH2345"),
            )
        )

    def call(self, request: Request) -> Reply:
        match = self.router.find(request.method, request.path)
        asked = request.with_parameters(match.parameters)
        try:
            return match.route.endpoint(asked)
        except DomainError as error:
            return match.route.errors.reply(error, asked)

    def session_of(self, reply: Reply) -> Session:
        """Return the session whose cookie an answer sets."""
        found = self.session.sessions.current(cookie_of(self.settings, reply))
        assert found is not None
        return found

    def reasons(self) -> list[str | None]:
        return [event.reason for event in self.around.trail.of(UpstreamRefused)]

    def live(self) -> int:
        """Count the sessions that rest on the upstream."""
        now = self.around.clock()
        return len(self.session.sessions.store.live_through(self.entity, now))

    def close(self) -> None:
        self.upstream.close()
        self.db.close()

    def _people(self) -> PeopleRoom:
        around = self.around
        return build_people(
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

    def _session(self) -> SessionRoom:
        around = self.around
        return build_session(
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
            clients=Nobody(),
        )

    def _room(self) -> BrokerRoom:
        around = self.around
        rules = OutboundRules(allow_loopback=True, total_timeout=PATIENCE)
        pages = Pages.assemble(
            self.settings,
            clock=around.clock,
            entropy=around.entropy,
            catalogues=(CATALOGUE,),
        )
        return build(
            an_installation(),
            drivers=Drivers(
                db=self.db,
                clock=around.clock,
                entropy=around.entropy,
                keys=around.keys,
                trail=around.trail,
                standing=around.standing,
                outbound=Outbound.build(rules),
                pages=pages,
            ),
            below=Neighbours(
                chains=self.chains,
                register=self.register,
                signer=self.signer,
                people=self.people.people,
                interactions=self.session.interactions,
                sessions=self.session.sessions,
                sign_outs=self.session.sign_outs,
            ),
        )

    def _provider(self) -> Provider:
        return self.room.providers.register(a_provider(self.upstream.issuer), actor=None)


def a_provider(issuer: str, slug: str = "gd") -> ProviderBody:
    return ProviderBody(
        slug=slug,
        entity_id=issuer,
        kind=ProviderKind.PROVINCE,
        code="44",
        name_zh="广东省（演示）",
        name_en="Guangdong (demo)",
        pinyin="guangdong gd",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )


def an_installation() -> Installation:
    return Installation(
        issuer=ISSUER,
        role=Role.NATIONAL,
        code="00",
        name_zh="国家统一身份认证（演示）",
        name_en="National identity (demo)",
        profile=Profile.TEST,
    )


def cookie_of(settings: PagesSettings, reply: Reply) -> Secret | None:
    """Return the session cookie an answer sets, None if it sets none."""
    name = f"{settings.cookie_name('session')}="
    for key, value in reply.headers:
        if key == "Set-Cookie" and value.startswith(name):
            return Secret(value.removeprefix(name).partition(";")[0])
    return None


def address_of(reply: Reply) -> str:
    """Return the local path an answer leads to."""
    assert reply.status == 303, reply.body[:3000]
    return urlsplit(reply.header("Location") or "").path
