"""Fakes of what idp.clients is handed, and a builder of valid registrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from idp.clients.domain import Client
from idp.clients.errors import ClientExists, ClientMoved, ClientUnknown
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from idp.clients.service import Clients, Fresh
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.errors import Decision
from kernel.events import Event
from kernel.ids import ClientId
from kernel.standing import Party, State
from kernel.web import Page, PageAsked

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


@dataclass
class Memory:
    """Records, standing and events that a unit of work keeps or undoes together."""

    clients: dict[ClientId, Client] = field(default_factory=dict)
    changes: list[tuple[Party, State, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @contextmanager
    def work(self) -> Iterator[None]:
        before = (dict(self.clients), list(self.changes), list(self.events))
        try:
            yield
        except Decision:
            raise
        except BaseException:
            self.clients, self.changes, self.events = before
            raise

    def record(self, event: Event) -> None:
        self.events.append(event)

    def change(self, party: Party, state: State, *, reason: str) -> int:
        self.changes.append((party, state, reason))
        return len(self.changes)


@dataclass(frozen=True)
class MemoryClients:
    """A `ClientStore` in memory; passes the contract of the port."""

    memory: Memory

    def find(self, client: ClientId) -> Client:
        if client not in self.memory.clients:
            raise ClientUnknown(client)
        return self.memory.clients[client]

    def add(self, client: Client) -> None:
        if client.id in self.memory.clients:
            raise ClientExists(client.id)
        self.memory.clients[client.id] = client

    def replace(self, client: Client, version: int) -> None:
        if self.find(client.id).version != version:
            raise ClientMoved(client.id)
        self.memory.clients[client.id] = client

    def page(self, asked: PageAsked) -> Page[Client]:
        names = sorted(n for n in self.memory.clients if n > (asked.after or ""))
        shown = tuple(self.memory.clients[ClientId(n)] for n in names[: asked.limit])
        return Page(shown, shown[-1].id if len(names) > asked.limit else None)


def a_use_case(memory: Memory) -> Clients:
    fresh = Fresh(SetClock(NOW), SeededEntropy(7))
    return Clients(MemoryClients(memory), memory, memory, memory.work, fresh)


def a_registration(**bent: object) -> ClientBody:
    said = ClientBody(
        client_id="portal-51",
        name_zh="四川政务服务网（演示）",
        name_en="Sichuan service portal (demo)",
        claims=(ClaimBody(name="name"),),
        recipient=TextBody(zh="四川省大数据中心", en="Sichuan data centre"),
        purpose=TextBody(zh="办理事项", en="To handle your request"),
        retention=TextBody(zh="三年", en="Three years"),
        oidc=OidcBody(
            redirect_uris=("https://portal.example/cb",), scopes=("openid", "profile")
        ),
    )
    return replace(said, **bent)  # type: ignore[arg-type]  # tests bend one member


def with_oidc(**bent: object) -> ClientBody:
    facet = replace(a_registration().oidc, **bent)  # type: ignore[arg-type]  # same
    return a_registration(oidc=facet)
