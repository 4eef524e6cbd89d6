"""The issuer assembled over SQLite with the real rooms below it; outsiders are fakes."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from config.schema import Installation, Oidc
from config.words import Profile, Role
from idp.broker.domain import NOT_SAID, Provider, Reading, Slug, TrustedProvider
from idp.broker.errors import ProviderUnknown
from idp.clients.build import ClientsRoom
from idp.clients.build import build as build_clients
from idp.clients.domain import Client, GrantType
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from idp.consent.build import build as build_consent
from idp.oidc.build import Drivers, Neighbours, OidcRoom, build
from idp.oidc.ports import TrustedIssuers
from idp.people.build import PeopleRoom
from idp.people.build import build as build_people
from idp.people.domain import Person
from idp.session.build import SessionRoom
from idp.session.build import build as build_session
from idp.session.domain import (
    Session,
    SignOut,
    browser_cookie_name,
    session_cookie_name,
)
from idp.session.service import Start
from kernel.assurance import Assurance, Authenticator, Level
from kernel.entropy import SystemEntropy
from kernel.errors import DomainError
from kernel.ids import ClientId, EntityId, InteractionId, Reference
from kernel.infra.db import Database, create_all
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.pages import Locale, Pages, PagesSettings
from kernel.proof.jose import (
    JwsProfile,
    KeySet,
    PublicKey,
    VerifiedClaims,
    compact,
    signing_input,
)
from kernel.secret import Secret
from kernel.web import Reply, Request, Router
from tests.unit.idp.people.fakes import Around
from tests.unit.trustroot.fakes import KeyHouse, MemoryVault
from trustroot.keys.adapters.material import Made, make, signing_key
from trustroot.keys.domain import (
    Purpose,
    RawSignature,
    RoleGroup,
    rule_of,
    shown_with,
    signing_purpose,
)
from trustroot.keys.ports import SigningKey
from trustroot.keys.service import KeyRing

ISSUER = "http://localhost:8400"
PORTAL = ClientId("portal-51")
MACHINE = ClientId("machine-1")
CALLBACK = "http://localhost:8451/callback?tenant=1"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode()
)


class MemorySigner:
    """A `Signer` with a key for each purpose and algorithm, made on first use."""

    def __init__(self) -> None:
        self._keys: dict[Purpose, Made] = {}
        self._signing: dict[str, SigningKey] = {}

    def sign(
        self,
        purpose: Purpose,
        typ: str,
        claims: Mapping[str, object],
        *,
        header: Mapping[str, object] | None = None,
    ) -> str:
        made = self._made(purpose)
        alg = made.material.algorithm.value
        head = {"alg": alg, "kid": made.material.kid, "typ": typ, **(header or {})}
        signed = signing_input(head, claims)
        return compact(signed, self._loaded(made).sign(signed))

    def sign_by(
        self, algorithm: str, purpose: Purpose, typ: str, claims: Mapping[str, object]
    ) -> str:
        return self.sign(signing_purpose(purpose, algorithm), typ, claims)

    def sign_raw(self, purpose: Purpose, message: bytes) -> RawSignature:
        made = self._made(purpose)
        alg, signature = made.material.algorithm.value, self._loaded(made).sign(message)
        return RawSignature(made.material.kid, alg, signature)

    def published(self, purpose: Purpose) -> KeySet:
        self._made(purpose)
        held = (self._keys.get(each) for each in shown_with(purpose))
        jwks = (made.created.public for made in held if made is not None)
        return KeySet.of(PublicKey.parse(jwk) for jwk in jwks if jwk is not None)

    def algorithms(self, purpose: Purpose) -> tuple[str, ...]:
        return tuple(rule_of(each).algorithm.value for each in shown_with(purpose))

    def private(self, purpose: Purpose) -> bytes:
        """Return the key itself, PKCS #8: for tests that sign what no signer would."""
        return self._made(purpose).material.private

    def active_kid(self, purpose: Purpose) -> str:
        return self._made(purpose).material.kid

    def _loaded(self, made: Made) -> SigningKey:
        kid = made.material.kid
        if kid not in self._signing:
            self._signing[kid] = signing_key(made.material)
        return self._signing[kid]

    def _made(self, purpose: Purpose) -> Made:
        if purpose not in self._keys:
            self._keys[purpose] = make(purpose, SystemEntropy())
        return self._keys[purpose]


class NoCallbacks:
    def uris(self) -> tuple[str, ...]:
        return (f"{ISSUER}/broker/guangdong/callback",)


@dataclass
class Farewell:
    """Sends browsers upstream once ``upstream`` says where that is."""

    upstream: str | None = None
    then: str = ""
    reads: Reading = NOT_SAID

    def address(self, sign_out: SignOut, then: str, reads: Reading) -> str | None:
        assert sign_out.participants
        self.then, self.reads = then, reads
        return self.upstream


class OneUpstream:
    def find(self, slug: Slug) -> Provider:
        raise ProviderUnknown(slug)


@dataclass
class Vouching:
    """Believes nobody, until a broker's house is set beside this one."""

    beside: TrustedIssuers | None = None

    def vouched(
        self, assertion: str, profile: JwsProfile
    ) -> tuple[TrustedProvider, VerifiedClaims]:
        if self.beside is None:
            raise ProviderUnknown
        return self.beside.vouched(assertion, profile)


@dataclass
class Marks:
    """The trust marks that the entity was given."""

    held: tuple[dict[str, str], ...] = ()

    def marks_of(self, entity: EntityId) -> tuple[dict[str, str], ...]:
        assert entity == ISSUER
        return self.held


def a_portal(**bent: object) -> ClientBody:
    said = ClientBody(
        client_id=PORTAL,
        name_zh="四川政务服务",
        name_en="Sichuan services",
        claims=(ClaimBody(name="name"),),
        recipient=TextBody(zh="四川省政务中心", en="Sichuan service centre"),
        purpose=TextBody(zh="办理事项", en="Handling your case"),
        retention=TextBody(zh="五年", en="Five years"),
        oidc=OidcBody(
            grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
            redirect_uris=(CALLBACK,),
            post_logout_redirect_uris=("http://localhost:8451/bye",),
            backchannel_logout_uri="http://localhost:8451/bcl",
            scopes=("openid", "profile", "offline_access"),
        ),
    )
    return replace(said, **bent)  # type: ignore[arg-type]  # tests bend one member


def a_machine(person: Person | None = None) -> ClientBody:
    return ClientBody(
        client_id=MACHINE,
        name_zh="机器",
        name_en="Machine",
        person=None if person is None else person.id,
        oidc=OidcBody(
            grant_types=(GrantType.CLIENT_CREDENTIALS,),
            scopes=("members:read", "clients:write"),
        ),
    )


@cache
def keys_of_an_installation() -> KeyHouse:
    """Return keys that every house may have: none of them changes any."""
    held = KeyHouse()
    held.care.create_installation_keys()
    return held


class House:
    """The assembled rooms and their machine endpoints."""

    said: ClassVar[Oidc] = Oidc()
    reach: ClassVar[OutboundRules] = OutboundRules()
    sandbox_is_open: ClassVar[bool] = True

    def __init__(self, url: str) -> None:
        self.around = Around()
        self.signer = MemorySigner()
        self.decrypter = self._decrypter()
        self.farewell = Farewell()
        self.marks = Marks()
        self.vouches = Vouching()
        self.db = Database(url)
        create_all(self.db)
        self.clients = self._clients()
        self.people = self._people()
        self.session = self._session()
        self.settings = some_pages()
        self.consent = build_consent(
            db=self.db,
            around=self.session.around,
            clients=self.clients.lookup,
            trial=self.clients.trial,
            shown=self.clients.pages,
            people=self.people.people,
            sessions=self.session.sessions,
            interactions=self.session.interactions,
            pages=self.settings,
        )
        self.room = self._room()
        self.router = Router(self.room.routes)
        self.secrets: dict[ClientId, Secret | None] = {}

    def _decrypter(self) -> KeyRing:
        held = keys_of_an_installation()
        vault = MemoryVault(frozenset({RoleGroup.SERVE}), held.vault.kept)
        return KeyRing(held.store, vault, self.around.clock)

    def _clients(self) -> ClientsRoom:
        return build_clients(
            db=self.db,
            clock=self.around.clock,
            entropy=self.around.entropy,
            register=self.around.standing,
            ids=self.around.ids(),
            keys=self.around.keys,
            trail=self.around.trail,
            outbound=Outbound.build(self.reach),
            sandbox_is_open=self.sandbox_is_open,
        )

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
            clients=self.clients.lookup,
        )

    def _room(self) -> OidcRoom:
        around = self.around
        pages = Pages.assemble(self.settings, clock=around.clock, entropy=around.entropy)
        return build(
            an_installation(),
            self.said,
            drivers=Drivers(
                db=self.db,
                clock=around.clock,
                entropy=around.entropy,
                ids=around.ids(),
                trail=around.trail,
                standing=around.standing,
                outbound=Outbound.build(self.reach),
                pages=pages,
            ),
            below=Neighbours(
                clients=self.clients.lookup,
                secrets=self.clients.secrets,
                members=self.clients.members,
                registered=self.clients.own,
                people=self.people.people,
                interactions=self.session.interactions,
                sessions=self.session.sessions,
                sign_outs=self.session.sign_outs,
                consents=self.consent.consents,
                callbacks=NoCallbacks(),
                farewells=self.farewell,
                upstreams=OneUpstream(),
                vouches=self.vouches,
                marks=self.marks,
                signer=self.signer,
                decrypter=self.decrypter,
                keys=around.keys,
            ),
        )

    def register(self, said: ClientBody) -> Client:
        new = self.clients.clients.register(said, actor=None)
        self.secrets[new.client.id] = new.secret
        return new.client

    def a_person(self, level: Level = Level.REAL_NAME) -> Person:
        person = self.people.people.create("张三", origin="test")
        self.people.people.raise_identity(person.id, level, source="test")
        return self.people.people.find(person.id)

    def call(self, method: str, path: str, **said: Any) -> Reply:  # noqa: ANN401  what a Request takes
        match = self.router.find(method, path)
        request = Request(
            method=method, path=path, reference=Reference("ABCDEFGH2345"), **said
        )
        try:
            return match.route.endpoint(request)
        except DomainError as error:
            return match.route.errors.reply(error, request)

    def token(self, client: ClientId = PORTAL, **form: str) -> Reply:
        """Ask the token endpoint, authenticated by HTTP Basic."""
        return self.call(
            "POST",
            "/oauth2/token",
            headers={**FORM_HEADER, "authorization": self.basic(client)},
            body=urlencode(form).encode(),
        )

    def basic(self, client: ClientId) -> str:
        secret = self.secrets[client]
        assert secret is not None
        pair = f"{client}:{secret.reveal()}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


FORM_HEADER = {"content-type": "application/x-www-form-urlencoded"}


def some_pages() -> PagesSettings:
    return PagesSettings(
        instance="test",
        origin=ISSUER,
        service_name={Locale.CHINESE: "统一身份认证", Locale.ENGLISH: "Identity"},
        secret=Secret("a key of more than thirty-two signs"),
    )


def an_installation() -> Installation:
    return Installation(
        issuer=ISSUER,
        role=Role.NATIONAL,
        code="00",
        name_zh="国家（演示）",
        name_en="Nation (demo)",
        profile=Profile.TEST,
    )


def a_request(**bent: str | None) -> dict[str, str]:
    """Return a valid authorization request; None leaves a parameter out."""
    sent: dict[str, str | None] = {
        "response_type": "code",
        "client_id": PORTAL,
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "s-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **bent,
    }
    return {name: value for name, value in sent.items() if value is not None}


@dataclass
class Browser:
    """Somebody's browser: keeps the two cookies and follows our own redirects by hand."""

    house: House
    browser: Secret | None = field(default_factory=lambda: Secret("b" * 43))
    cookie: Secret | None = None

    def authorize(self, **bent: str | None) -> Reply:
        return self.get("/oauth2/authorize", urlencode(a_request(**bent)))

    def get(self, path: str, query: str) -> Reply:
        return self.house.call("GET", path, query=query, headers={"cookie": self.cookies()})

    def cookies(self) -> str:
        names = {
            browser_cookie_name("test", secure=False): self.browser,
            session_cookie_name("test", secure=False): self.cookie,
        }
        return "; ".join(f"{n}={v.reveal()}" for n, v in names.items() if v is not None)

    def sign_in(self, person: Person, *, strength: int = 2) -> Session:
        """Start a session as sign-in would; identity is what is on record."""
        session, self.cookie = self.house.session.sessions.start(
            Start(
                person=person.id,
                assurance=Assurance(
                    identity=person.identity, authenticator=Authenticator(strength)
                ),
                amr=("pwd",),
            ),
            previous=self.cookie,
        )
        return session

    def finish(self, reply: Reply, session: Session) -> InteractionId:
        """Finish the interaction of a redirect, as sign-in would."""
        interaction = InteractionId(interaction_of(reply))
        self.house.session.interactions.finish(interaction, session)
        return interaction

    def agree(self, reply: Reply, session: Session) -> None:
        """Agree on the consent page a reply leads to."""
        found = self.house.session.interactions.find(InteractionId(interaction_of(reply)))
        notice = self.house.consent.consents.needed(found, session)
        assert notice is not None
        self.house.consent.consents.agree(found, session, notice.digest())

    def refuse(self, reply: Reply, session: Session) -> None:
        """Say No on the consent page a reply leads to."""
        found = self.house.session.interactions.find(InteractionId(interaction_of(reply)))
        self.house.consent.consents.refuse(found, session)

    def resume(self, reply: Reply) -> Reply:
        return self.get("/oauth2/authorize/resume", f"interaction={interaction_of(reply)}")

    def code(self, person: Person, **bent: str | None) -> str:
        """Walk from the request over sign-in and consent to a code."""
        session = self.sign_in(person)
        reply = self.authorize(**bent)
        if (reply.header("Location") or "").startswith("/consent"):
            self.agree(reply, session)
            reply = self.resume(reply)
        return answer_of(reply)["code"]


def interaction_of(reply: Reply) -> UUID:
    location = reply.header("Location") or ""
    return UUID(dict(parse_qsl(urlsplit(location).query))["interaction"])


def answer_of(reply: Reply) -> dict[str, str]:
    """Return the parameters that a redirect to the portal carries."""
    location = reply.header("Location") or ""
    assert location.startswith(f"{CALLBACK}&"), (reply.status, location, reply.body[:300])
    return dict(parse_qsl(urlsplit(location).query))


def claims_of(token: str) -> dict[str, Any]:
    """Return a token's claims unverified."""
    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return read


def exchange(house: House, presented: str, **bent: str) -> Reply:
    form = {
        "grant_type": "authorization_code",
        "code": presented,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **bent,
    }
    return house.token(PORTAL, **form)
