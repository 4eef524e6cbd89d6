"""The suite: makes relying parties, sends browsers, asks endpoints, checks each answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from idp.clients.domain import GrantType
from idp.clients.messages import ClaimBody, ClientBody, OidcBody, TextBody
from tests.attacks.browser import VERIFIER, Browser
from tests.attacks.house import BACK, GONE, ISSUER, Answer, House
from tests.flows.openid import conditions
from tests.flows.openid.conditions import Issued
from tests.flows.openid.relying_party import RelyingParty
from tests.flows.openid.visit import Back, Visit
from tests.unit.kernel.proof.signers import Signer

_TEXT: Final = TextBody(zh="测试", en="test")
_SHAPE: Final = {
    "grant_types": (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
    "redirect_uris": (BACK,),
    "post_logout_redirect_uris": (GONE,),
    "scopes": ("openid", "profile", "offline_access"),
}


@dataclass(slots=True)
class MovedClock:
    """The host's clock, moved ahead where a module would have to wait."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return now, as the installation believes."""
        return datetime.now(UTC) + self.ahead

    def wait(self, seconds: int) -> None:
        """Let seconds pass."""
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Suite:
    """One installation under test; ``mode`` is the response mode that the plan fixes."""

    house: House
    clock: MovedClock = field(default_factory=MovedClock)
    mode: str | None = None

    def posting(self) -> "Suite":
        """Return the same suite for plans of response_mode=form_post."""
        return replace(self, mode="form_post")

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Read discovery, as a stranger does."""
        return self._document("/.well-known/openid-configuration")

    @property
    def jwks(self) -> Mapping[str, Any]:
        """Read the provider's keys."""
        return self._document(self.metadata["jwks_uri"].removeprefix(ISSUER))

    def party(self, *, with_challenge: bool = False, **oidc: object) -> RelyingParty:
        """Register a client as an operator does."""
        shape = {**_SHAPE, "relies_on_nonce": not with_challenge, **oidc}
        facet = OidcBody(**shape)  # type: ignore[arg-type]  # as the caller says
        body = ClientBody(
            name_zh="测试应用",
            name_en="Conformance",
            claims=(ClaimBody(name="name"),),
            recipient=_TEXT,
            purpose=_TEXT,
            retention=_TEXT,
            oidc=facet,
        )
        made = self.house.served.persons.clients.clients.register(body, actor=None)
        return RelyingParty(
            id=made.client.id,
            secret=made.secret.reveal() if made.secret else "",
            method=facet.token_endpoint_auth_method.value,
            with_challenge=with_challenge,
            clock=self.clock,
        )

    def visit(self, party: RelyingParty, browser: Browser | None = None) -> Visit:
        """Send a browser that nobody has used, or the one given."""
        return Visit(browser or Browser(self.house), party, self.mode)

    def signed_in(self, party: RelyingParty, **asked: str | None) -> tuple[Visit, Issued]:
        """Do the code flow as far as the tokens, with every standard check."""
        visit = self.visit(party)
        return visit, self.completes(visit, visit.ask(**asked))

    def completes(self, visit: Visit, back: Back) -> Issued:
        """Redeem what came back, and ask userinfo with what that gave."""
        conditions.authorization_succeeded(back)
        issued = self.redeemed(visit.party, back)
        self.userinfo(issued)
        return issued

    def redeemed(
        self, party: RelyingParty, back: Back, key: Signer | None = None
    ) -> Issued:
        """Redeem a code, and check everything that the standard checks look at."""
        if key is not None:
            party = replace(party, key=key)
        said = conditions.token_response(self.redeem(party, back))
        return self.checked(party, said, back.asked.get("nonce"))

    def checked(
        self, party: RelyingParty, said: Mapping[str, Any], nonce: str | None
    ) -> Issued:
        """Check an answer that has an ID token."""
        token = str(said["id_token"])
        ahead = int(self.clock.ahead.total_seconds())
        claims = conditions.id_token_is_good(token, self.jwks, party.id, nonce, ahead)
        conditions.access_token_hash_is_right(token, str(said["access_token"]))
        return Issued(
            access_token=str(said["access_token"]),
            id_token=token,
            claims=claims,
            refresh_token=said.get("refresh_token"),
            raw=said,
        )

    def redeem(self, party: RelyingParty, back: Back) -> Answer:
        """RFC 6749 §4.1.3; the verifier only where there was a challenge."""
        proof = {"code_verifier": VERIFIER} if "code_challenge" in back.asked else {}
        fields = {
            "grant_type": "authorization_code",
            "code": back.code,
            "redirect_uri": back.asked["redirect_uri"],
            **proof,
        }
        return self.token(party, fields)

    def refresh(self, party: RelyingParty, token: str, scope: str | None = None) -> Answer:
        """RFC 6749 §6."""
        asked = {} if scope is None else {"scope": scope}
        fields = {"grant_type": "refresh_token", "refresh_token": token, **asked}
        return self.token(party, fields)

    def token(self, party: RelyingParty, fields: Mapping[str, str]) -> Answer:
        """Ask the token endpoint, proven as the client is registered."""
        endpoint = self.metadata["token_endpoint"]
        said = {**fields, **party.fields(endpoint)}
        return self.house.form(endpoint.removeprefix(ISSUER), said, party.headers())

    def userinfo(self, issued: Issued, method: str = "GET") -> dict[str, Any]:
        """OIDC Core §5.3: 200, JSON, typed claims, and the ``sub`` of the ID token."""
        answer = self.protected(issued.access_token, method)
        assert answer.status == 200, answer
        assert answer.header("Content-Type").startswith("application/json")
        said = answer.json()
        assert said["sub"] == issued.claims["sub"]
        conditions.claims_are_of_their_types(said)
        return said

    def protected(self, access_token: str, method: str = "GET") -> Answer:
        """Call userinfo with the token in the header."""
        path = self.metadata["userinfo_endpoint"].removeprefix(ISSUER)
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.house.ask(method, path, headers=headers)

    def sign_out_asked(self, browser: Browser, **asked: str | None) -> Answer:
        """Send a browser to the end_session endpoint; None leaves a parameter out."""
        said = {name: value for name, value in asked.items() if value is not None}
        path = self.metadata["end_session_endpoint"].removeprefix(ISSUER)
        return browser.get(f"{path}?{urlencode(said)}")

    def _document(self, path: str) -> Mapping[str, Any]:
        answer = self.house.ask("GET", path)
        assert answer.status == 200, answer
        return answer.json()
