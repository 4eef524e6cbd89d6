"""Somebody signed in with all that a sign-in can say, and what is kept of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from idp.clients.domain import Client
from idp.clients.messages import ClaimBody
from idp.oidc.domain.grants import Grant, GrantKind
from idp.oidc.events import CodeIssued
from idp.people.domain import Person
from idp.session.domain import Session
from idp.session.service import Start
from kernel.assurance import Assurance, Authenticator, Level
from kernel.entropy import SeededEntropy
from kernel.ids import EntityId, OrganisationId
from kernel.proof.jose import to_base64url
from kernel.proof.seal import Purpose, Sealer
from tests.unit.idp.oidc.asking import shaped
from tests.unit.idp.oidc.house import (
    CALLBACK,
    CHALLENGE,
    PORTAL,
    Browser,
    House,
    a_portal,
    answer_of,
)

PROVINCE = EntityId("https://province.example/op_1")
FIRM = OrganisationId(UUID(int=44))
AMR = ("pwd", "otp")
TAX = "https://tax.example/api"
JKT = "k" * 43
WISHES = '{"id_token":{"identity_level":null},"userinfo":{"name":null}}'
ASKED = {
    "scope": "openid profile offline_access",
    "prompt": "consent",
    "claims": WISHES,
    "dpop_jkt": JKT,
    "resource": TAX,
    "acr_values": Level.REAL_NAME.acr,
}


@dataclass
class Citizen:
    """Somebody who came by a province, for a firm, some time ago."""

    house: House

    def __post_init__(self) -> None:
        """Sign them in."""
        self.person: Person = self.house.a_person(Level.REAL_PERSON)
        self.browser = Browser(self.house)
        self.session = self._session()
        self.signed_in_at = self.now
        self.later()

    @property
    def now(self) -> datetime:
        """The time in the house."""
        return self.house.around.clock()

    def later(self, seconds: int = 7) -> datetime:
        """Let some time go by; return the time it is then."""
        self.house.around.clock.advance(timedelta(seconds=seconds))
        return self.now

    def subject(self, client: Client) -> str:
        """Return what a client calls this person (OIDC Core §8.1)."""
        sealer = Sealer(self.house.around.keys, SeededEntropy(1), Purpose.PAIRWISE)
        sector = client.oidc.sector or client.id
        return to_base64url(sealer.index(self.person.id.bytes, f"sector:{sector}"))

    def sid(self, client: Client) -> str:
        """Return the one name by which a client knows the session."""
        known = self.house.session.sessions.participants(self.session.id)
        (sid,) = {p.sid for p in known if (p.protocol, p.client) == ("oidc", client.id)}
        assert len(sid) == 22, "128 random bits"
        return sid

    def _session(self) -> Session:
        how = Assurance(identity=Level.REAL_PERSON, authenticator=Authenticator(2))
        start = Start(
            person=self.person.id,
            assurance=how,
            amr=AMR,
            providers=(PROVINCE,),
            acting_for=FIRM,
        )
        session, self.browser.cookie = self.house.session.sessions.start(
            start, previous=None
        )
        return session


def portal(house: House) -> Client:
    """Let the portal ask for two claims and for tokens of a resource."""
    found = house.clients.clients.find(PORTAL)
    claims = (ClaimBody(name="name"), ClaimBody(name="identity_level"))
    body = a_portal(claims=claims)
    house.clients.clients.update(PORTAL, found.version, body, actor=None)
    client = shaped(house, resources=frozenset({TAX}))
    house.around.clock.advance(timedelta(seconds=2))
    return client


def code_of(citizen: Citizen, **bent: str | None) -> str:
    """Walk from the request to a code, over consent where that is asked for."""
    reply = citizen.browser.authorize(**{**ASKED, **bent})
    if (reply.header("Location") or "").startswith("/consent"):
        citizen.browser.agree(reply, citizen.session)
        reply = citizen.browser.resume(reply)
    return answer_of(reply)["code"]


def granted(citizen: Citizen, client: Client) -> Grant:
    """Return what the code of ``ASKED`` must stand for."""
    (issued,) = citizen.house.around.trail.of(CodeIssued)
    return Grant(
        id=issued.grant,
        client=client.id,
        person=citizen.person.id,
        session=citizen.session.id,
        subject=citizen.subject(client),
        sid=citizen.sid(client),
        scopes=frozenset({"openid", "profile", "offline_access"}),
        id_token_claims=frozenset({"identity_level"}),
        userinfo_claims=frozenset({"name", "identity_level"}),
        redirect_uri=CALLBACK,
        challenge=CHALLENGE,
        nonce="n-1",
        level=Level.REAL_PERSON,
        identity=Level.REAL_PERSON,
        amr=AMR,
        authenticated_at=citizen.signed_in_at,
        providers=(PROVINCE,),
        acting_for=FIRM,
        is_offline=True,
        issued_at=citizen.now,
        code_expires_at=citizen.now + timedelta(seconds=60),
        kind=GrantKind.CODE,
        resources=(TAX,),
        dpop_jkt=JKT,
    )
