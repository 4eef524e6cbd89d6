"""Codes become tokens, and tokens become claims."""

from dataclasses import dataclass

from kernel.clock import Clock
from kernel.secret import Secret
from peers.mock_op.domain import TOKEN_LIFE, Client, Fault, Grant, opens
from peers.mock_op.errors import ClientRefused, OAuthRefused, TokenRefused
from peers.mock_op.service.desk import House
from peers.mock_op.service.id_tokens import IdTokens
from peers.mock_op.service.shelf import Shelf
from peers.mock_op.service.switch import Switch

_OVERSIZE = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeeming:
    """A token request (RFC 6749 §4.1.3)."""

    code: Secret
    redirect_uri: str
    verifier: Secret | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token endpoint and userinfo."""

    house: House
    codes: Shelf[Grant]
    access: Shelf[Grant]
    id_tokens: IdTokens
    switch: Switch
    clock: Clock

    def client(self, client_id: str, secret: Secret) -> Client:
        """RFC 6749 §2.3: the client that authenticates, or `ClientRefused`."""
        client = self.house.clients.get(client_id)
        if client is None or not secret.matches(client.secret):
            raise ClientRefused("invalid_client")
        return client

    def redeem(self, said: Redeeming, client: Client) -> dict[str, object]:
        """Return the token answer (OIDC Core §3.1.3.3), as honest as the switches are.

        Raises:
            OAuthRefused: the code is not this client's, not fresh, or not opened.
        """
        now = self.clock()
        grant = self.codes.take(said.code, now)
        if grant is None or not _fits(grant, said, client):
            raise OAuthRefused("invalid_grant")
        until = now + TOKEN_LIFE
        kept = Grant(asked=grant.asked, who=grant.who, until=until)
        answer: dict[str, object] = {
            "access_token": self.access.put(kept, now).reveal(),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "id_token": self.id_tokens.of(grant, now),
        }
        if self.switch.has(Fault.OVERSIZE):
            answer["padding"] = "x" * _OVERSIZE
        return answer

    def userinfo(self, access_token: Secret) -> dict[str, object]:
        """Return what may be known of the person (OIDC Core §5.3.2).

        Raises:
            TokenRefused: the token is none of ours, or its time is over.
        """
        grant = self.access.see(access_token, self.clock())
        if grant is None:
            raise TokenRefused
        account = grant.who.account
        lies = self.switch.has(Fault.OTHER_SUB_IN_USERINFO)
        subject = f"{account.subject}-another" if lies else account.subject
        claims = dict(account.claims) if "profile" in grant.asked.scope else {}
        return {**claims, "sub": subject}


def _fits(grant: Grant, said: Redeeming, client: Client) -> bool:
    """RFC 6749 §4.1.3, RFC 7636 §4.6: of this client, this address and this verifier."""
    return (
        grant.asked.client_id == client.client_id
        and grant.asked.redirect_uri == said.redirect_uri
        and opens(grant.asked.challenge, said.verifier)
    )
