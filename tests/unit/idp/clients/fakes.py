"""Fakes of what idp.clients is handed, and a builder of valid registrations."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import cast
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idp.clients.adapters.sealed_secrets import SealedSecrets
from idp.clients.domain import (
    AuthMethod,
    Basis,
    Change,
    Client,
    ClientState,
    GrantType,
    Picture,
)
from idp.clients.errors import (
    ClientExists,
    ClientMoved,
    ClientUnknown,
    PictureUnknown,
    PictureUnreachable,
    ProposalUnknown,
)
from idp.clients.messages import ClaimBody, ClientBody, ExchangeBody, OidcBody, TextBody
from idp.clients.service import Clients, Deciding, Fresh, Pictures, Record, TrialList
from kernel.approval import Proposal, ProposalDecided
from kernel.assurance import Level
from kernel.clock import SetClock
from kernel.entropy import SeededEntropy
from kernel.errors import Decision
from kernel.events import Event, JsonValue
from kernel.ids import ClientId, NewIds, PersonId, ProposalId
from kernel.proof.seal import Purpose, Sealer, SymmetricKey
from kernel.secret import Digest
from kernel.standing import Party, State
from kernel.web import Page, PageAsked
from tests.unit.kernel.proof.signers import signer

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


@dataclass
class Memory:
    """Records, standing and events that a unit of work keeps or undoes together."""

    clients: dict[ClientId, Client] = field(default_factory=dict)
    history: list[Change] = field(default_factory=list)
    proposals: dict[ProposalId, Proposal] = field(default_factory=dict)
    people: dict[PersonId, datetime] = field(default_factory=dict)
    pictures: dict[tuple[ClientId, str], Picture] = field(default_factory=dict)
    changes: list[tuple[Party, State, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @contextmanager
    def work(self) -> Iterator[None]:
        before = (
            dict(self.clients),
            list(self.changes),
            list(self.events),
            list(self.history),
            dict(self.proposals),
            dict(self.people),
            dict(self.pictures),
        )
        try:
            yield
        except Decision:
            raise
        except BaseException:
            self.clients, self.changes, self.events = before[:3]
            self.history, self.proposals, self.people, self.pictures = before[3:]
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


@dataclass(frozen=True)
class MemoryHistory:
    """A `ClientHistory` in memory; passes the contract of the port."""

    memory: Memory

    def add(self, change: Change) -> None:
        self.memory.history.append(change)

    def of(self, client: ClientId) -> tuple[Change, ...]:
        theirs = [change for change in self.memory.history if change.client == client]
        return tuple(sorted(theirs, key=lambda change: change.version))


@dataclass(frozen=True)
class MemoryProposals:
    """A `ClientProposals` in memory; passes the contract of the port."""

    memory: Memory

    def add(self, proposal: Proposal) -> None:
        self.memory.proposals[proposal.id] = proposal

    def find(self, proposal: ProposalId) -> Proposal:
        if proposal not in self.memory.proposals:
            raise ProposalUnknown(str(proposal))
        return self.memory.proposals[proposal]

    def open_for(self, subject: str) -> tuple[Proposal, ...]:
        kept = sorted(self.memory.proposals.values(), key=lambda p: (p.proposed_at, p.id))
        return tuple(p for p in kept if p.subject == subject and p.approver is None)

    def waiting(
        self, *, since: datetime, after: ProposalId | None, limit: int
    ) -> tuple[Proposal, ...]:
        kept = sorted(self.memory.proposals.values(), key=lambda p: p.id)
        rows = [p for p in kept if p.approver is None and p.proposed_at >= since]
        return tuple(p for p in rows if after is None or p.id > after)[:limit]

    def decide(self, proposal: ProposalId, approver: PersonId, at: datetime) -> None:
        found = self.find(proposal)
        if found.approver is not None:
            raise ProposalDecided(str(proposal))
        decided = replace(found, approver=approver, decided_at=at)
        self.memory.proposals[proposal] = decided


@dataclass(frozen=True)
class MemoryTrialPeople:
    """A `TrialPeople` in memory; passes the contract of the port."""

    memory: Memory

    def add(self, person: PersonId, since: datetime) -> None:
        self.memory.people.setdefault(person, since)

    def remove(self, person: PersonId) -> None:
        self.memory.people.pop(person, None)

    def has(self, person: PersonId) -> bool:
        return person in self.memory.people

    def all(self) -> tuple[PersonId, ...]:
        return tuple(sorted(self.memory.people, key=str))


@dataclass(frozen=True)
class MemoryPictures:
    """A `PictureStore` in memory; passes the contract of the port."""

    memory: Memory

    def add(self, client: ClientId, address: str, picture: Picture, _at: datetime) -> bool:
        is_first = (client, address) not in self.memory.pictures
        self.memory.pictures.setdefault((client, address), picture)
        return is_first

    def of(self, client: ClientId, address: str) -> Digest | None:
        found = self.memory.pictures.get((client, address))
        return None if found is None else found.digest()

    def kept(self, client: ClientId) -> Mapping[str, Picture]:
        return {at[1]: p for at, p in self.memory.pictures.items() if at[0] == client}

    def find(self, digest: Digest) -> Picture:
        for picture in self.memory.pictures.values():
            if picture.digest() == digest:
                return picture
        raise PictureUnknown(digest.hex())

    def drop_others(self, client: ClientId, addresses: Sequence[str]) -> None:
        for at in list(self.memory.pictures):
            if at[0] == client and at[1] not in addresses:
                del self.memory.pictures[at]

    def forget_retired(self) -> int:
        known = self.memory.clients
        over = [
            at
            for at in self.memory.pictures
            if at[0] in known and known[at[0]].state is ClientState.RETIRED
        ]
        for at in over:
            del self.memory.pictures[at]
        return len(over)


@dataclass
class Shelf:
    """A `PictureSource`: what lies at addresses, and which were asked for."""

    at: dict[str, bytes | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        found = self.at.get(address, PictureUnreachable("status 404"))
        if isinstance(found, Exception):
            raise found
        return found


class OneKey:
    """One symmetric key for every purpose."""

    def current(self, _purpose: Purpose) -> SymmetricKey:
        return SymmetricKey("k1", b"k" * 32)

    def by_id(self, purpose: Purpose, _kid: str) -> SymmetricKey:
        return self.current(purpose)


CLOCK = SetClock(NOW)
SECRETS = SealedSecrets(Sealer(OneKey(), SeededEntropy(9), Purpose.SEAL))


def a_use_case(memory: Memory) -> Clients:
    record = Record(MemoryClients(memory), MemoryHistory(memory), memory, memory, CLOCK)
    return Clients(record, SECRETS, memory.work, Fresh(CLOCK, SeededEntropy(7)))


def deciding(memory: Memory, clock: SetClock = CLOCK) -> Deciding:
    clients = replace(a_use_case(memory), fresh=Fresh(clock, SeededEntropy(7)))
    ids = NewIds(clock, SeededEntropy(len(memory.proposals) + 11))
    return Deciding(clients, MemoryProposals(memory), ids)


def a_trial(memory: Memory, *, is_open: bool = False) -> TrialList:
    people = MemoryTrialPeople(memory)
    return TrialList(people, memory, memory.work, CLOCK, is_open=is_open)


def some_pictures(memory: Memory, shelf: Shelf | None = None) -> Pictures:
    source = shelf or Shelf()
    return Pictures(MemoryPictures(memory), source, memory, memory.work, CLOCK)


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


def whole_facet() -> OidcBody:
    """Return a facet that says everything there is to say."""
    return replace(
        reaching_facet(),
        request_uris=("https://portal.example/r#h",),
        request_object_signing_alg="ES256",
        token_endpoint_auth_signing_alg="HS256",
        require_signed_request_object=True,
        require_pushed_authorization_requests=True,
        relies_on_nonce=True,
        id_token_signed_response_alg="PS256",
        id_token_encrypted_response_alg="RSA-OAEP-256",
        id_token_encrypted_response_enc="A256GCM",
        userinfo_signed_response_alg="ES256",
        userinfo_encrypted_response_alg="ECDH-ES",
        userinfo_encrypted_response_enc="A128GCM",
        opaque_access_tokens=True,
        dpop_bound_access_tokens=True,
        tls_client_certificate_bound_access_tokens=True,
        default_max_age=600,
        require_auth_time=True,
        default_acr_values=("urn:trusthub:loa:2",),
        resources=("https://api.portal.example/",),
        exchanges=(
            ExchangeBody(
                audience="other", may_impersonate=True, may_transfer=True, may_vouch=True
            ),
        ),
    )


def reaching_facet() -> OidcBody:
    """Return a facet that says where everything of it is."""
    return OidcBody(
        token_endpoint_auth_method=AuthMethod.SECRET_JWT,
        grant_types=tuple(GrantType),
        redirect_uris=("https://portal.example/cb",),
        post_logout_redirect_uris=("https://portal.example/out",),
        backchannel_logout_uri="https://portal.example/bcl",
        backchannel_logout_session_required=True,
        backchannel_ca=a_ca(),
        frontchannel_logout_uri="https://portal.example/fcl",
        frontchannel_logout_session_required=True,
        initiate_login_uri="https://portal.example/begin",
        scopes=("openid", "profile"),
        sector_identifier_uri="https://portal.example/sector.json",
        jwks=cast("Mapping[str, JsonValue]", signer(kid="k").keys.to_jwks()),
    )


def whole_body() -> ClientBody:
    """Return a registration that says everything there is to say."""
    return a_registration(
        level=Level.REAL_NAME,
        claims=(ClaimBody(name="name", basis=Basis.STATUTORY, ground="居民身份证法 §14"),),
        person=UUID(int=7),
        contacts=("ops@portal.example",),
        client_uri="https://portal.example/",
        logo_uri="https://portal.example/logo.png",
        policy_uri="https://portal.example/privacy",
        tos_uri="https://portal.example/terms",
        policy_uri_en="https://portal.example/en/privacy",
        tos_uri_en="https://portal.example/en/terms",
        oidc=whole_facet(),
    )


@cache
def a_ca() -> str:
    """Return a certificate in PEM, of an authority of a portal's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Portal CA")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
