"""The issuer joined to a small federation, and a relying party that federates itself."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from federation.errors import KeysUnreachable
from federation.flows.presented import PresentedChains
from federation.flows.protocol_keys import ProtocolKeys
from idp.clients.build import ClientsRoom, FederationReaders
from idp.clients.build import build as build_clients
from idp.people.domain import Person
from kernel.clock import epoch_seconds
from kernel.ids import EntityId
from kernel.infra.outbound import Outbound
from kernel.web import Reply
from tests.unit.federation.rig import Rig, a_rig
from tests.unit.federation.world import ANCHOR, World
from tests.unit.idp.oidc.house import (
    CHALLENGE,
    FORM_HEADER,
    ISSUER,
    VERIFIER,
    Browser,
    House,
)
from tests.unit.kernel.proof.signers import Signer, signer

RP = EntityId("https://rp.example")
RP_CALLBACK = "https://rp.example/callback"
US = EntityId(ISSUER)
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
STATEMENT = "entity-statement+jwt"
RP_KEY = signer(kid="rp-protocol")


class NoKeyServer:
    """A `KeyFetch` that nobody answers: keys stand in the metadata."""

    def jwks(self, url: str) -> bytes:
        raise KeysUnreachable(url)

    def signed_jwks(self, url: str) -> str:
        raise KeysUnreachable(url)


def rp_metadata(**bent: object) -> dict[str, object]:
    """Return what the relying party says of itself; None leaves a parameter out."""
    said: dict[str, object] = {
        "client_name": "Tax desk",
        "client_name#zh": "办税窗口",
        "organization_name": "Tax bureau",
        "organization_name#zh": "税务局",
        "client_registration_types": ["automatic", "explicit"],
        "redirect_uris": [RP_CALLBACK],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "openid profile",
        "jwks": RP_KEY.keys.to_jwks(),
        **bent,
    }
    return {name: value for name, value in said.items() if value is not None}


class Joined(House):
    """An issuer that reads a federation of an anchor, itself and a relying party."""

    rig: Rig

    def _clients(self) -> ClientsRoom:
        around = self.around
        self.rig = a_rig(World(clock=around.clock))
        self.world = self.rig.world
        self.world.entity(ANCHOR)
        self.join(US, {"openid_provider": {"issuer": ISSUER}})
        self.join(RP, {"openid_relying_party": rp_metadata()})
        return build_clients(
            db=self.db,
            clock=around.clock,
            entropy=around.entropy,
            register=around.standing,
            ids=around.ids(),
            keys=around.keys,
            trail=around.trail,
            outbound=Outbound.build(self.reach),
            federation=FederationReaders(
                kept=self.rig.chains,
                met=self.rig.meeting,
                brought=PresentedChains(self.rig.verifier, around.standing, around.clock),
                keys=ProtocolKeys(NoKeyServer(), around.clock),
            ),
        )

    def join(
        self,
        entity: EntityId,
        metadata: Mapping[str, Mapping[str, object]],
        policy: Mapping[str, object] | None = None,
        *,
        minutes: int = 10,
    ) -> None:
        """Have the anchor vouch for an entity, under a policy."""
        self.world.entity(entity, (ANCHOR,), metadata, minutes=minutes)
        self.world.vouch(ANCHOR, entity, minutes=minutes, metadata_policy=policy or {})

    def chain(self, entity: EntityId = RP) -> list[str]:
        """Return the chain of an entity under the anchor."""
        world = self.world
        vouched = world.subordinates[f"{ANCHOR}/fetch", entity]
        return [world.configurations[entity], vouched, world.configurations[ANCHOR]]

    def posted(self, path: str, form: Mapping[str, str], authorization: str) -> Reply:
        """Post a form with an ``Authorization`` header."""
        headers = {**FORM_HEADER, "authorization": authorization}
        return self.call("POST", path, headers=headers, body=urlencode(form).encode())

    @staticmethod
    def basic_of(name: str, secret: str) -> str:
        """Return HTTP Basic of a name and a secret, both form-encoded (RFC 6749 §2.3.1)."""
        pair = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def nobody_answers(self) -> None:
        """Let every host of the federation be out of reach from now on."""
        self.world.unreachable = {"https://", "http://"}


@dataclass
class RelyingParty:
    """What the relying party does."""

    house: Joined
    key: Signer = RP_KEY
    name: EntityId = RP
    _count: int = field(default=0)

    def now(self) -> int:
        return epoch_seconds(self.house.around.clock())

    def _jti(self) -> str:
        self._count += 1
        return f"jti-{self._count}"

    def claims(self, **bent: object) -> dict[str, object]:
        """Return the claims of a valid request object; None leaves one out."""
        said: dict[str, object] = {
            "iss": self.name,
            "aud": ISSUER,
            "client_id": self.name,
            "jti": self._jti(),
            "iat": self.now(),
            "exp": self.now() + 300,
            "response_type": "code",
            "redirect_uri": RP_CALLBACK,
            "scope": "openid profile",
            "state": "s-9",
            "nonce": "n-9",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **bent,
        }
        return {name: value for name, value in said.items() if value is not None}

    def signed(self, header: Mapping[str, object] | None = None, **bent: object) -> str:
        head = {**self.key.header("oauth-authz-req+jwt"), **(header or {})}
        return self.key.token(head, self.claims(**bent))

    def assertion(self, typ: str = "JWT", **bent: object) -> str:
        said: dict[str, object] = {
            "iss": self.name,
            "sub": self.name,
            "aud": ISSUER,
            "jti": self._jti(),
            "iat": self.now(),
            "exp": self.now() + 60,
            **bent,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        return self.key.token(self.key.header(typ), kept)

    def asks(self, request: str, **bent: str | None) -> dict[str, str]:
        """Return what the browser is given: as the conformance suite does, no address."""
        sent: dict[str, str | None] = {
            "client_id": self.name,
            "response_type": "code",
            "scope": "openid profile",
            "request": request,
            **bent,
        }
        return {name: value for name, value in sent.items() if value is not None}

    def get(self, browser: Browser, sent: Mapping[str, str]) -> Reply:
        return browser.get("/oauth2/authorize", urlencode(sent))

    def post(self, browser: Browser, sent: Mapping[str, str]) -> Reply:
        """Post as another site's page does: without cookies; then follow by GET."""
        reply = self.house.call(
            "POST",
            "/oauth2/authorize",
            headers=dict(FORM_HEADER),
            body=urlencode(sent).encode(),
        )
        location = urlsplit(reply.header("Location") or "")
        if location.path != "/oauth2/authorize":
            return reply
        return browser.get(location.path, location.query)

    def push(self, sent: Mapping[str, str], *, authenticated: bool = True) -> Reply:
        proof: dict[str, str] = {}
        if authenticated:
            proof = {
                "client_assertion_type": BEARER,
                "client_assertion": self.assertion(),
            }
        return self.house.call(
            "POST",
            "/oauth2/par",
            headers=dict(FORM_HEADER),
            body=urlencode({**sent, **proof}).encode(),
        )

    def pushed(self, browser: Browser, reply: Reply) -> Reply:
        """Go where a pushed request leads."""
        uri = json.loads(reply.body)["request_uri"]
        return self.get(browser, {"client_id": self.name, "request_uri": uri})

    def tokens(self, code: str, **bent: str) -> Reply:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RP_CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": self.name,
            "client_assertion_type": BEARER,
            "client_assertion": self.assertion(),
            **bent,
        }
        return self.house.call(
            "POST",
            "/oauth2/token",
            headers=dict(FORM_HEADER),
            body=urlencode(form).encode(),
        )

    def consented(self, browser: Browser, person: Person, reply: Reply) -> Reply:
        """Agree where the reply leads to the consent page, and come back."""
        if not (reply.header("Location") or "").startswith("/consent"):
            return reply
        session = self.house.session.sessions.current(browser.cookie)
        assert session is not None
        assert session.person == person.id
        browser.agree(reply, session)
        return browser.resume(reply)


def answered(reply: Reply) -> dict[str, str]:
    """Return the parameters that a redirect to the relying party carries."""
    location = reply.header("Location") or ""
    assert location.startswith(f"{RP_CALLBACK}?"), (
        reply.status,
        location,
        reply.body[:400],
    )
    return dict(parse_qsl(urlsplit(location).query))
