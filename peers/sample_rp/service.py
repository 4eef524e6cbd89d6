"""The app (RFC 8252) and the kiosk (RFC 8628), each step a method."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.proof.jose import (
    ID_TOKEN,
    ClaimRefused,
    JoseRefused,
    KeySet,
    VerifiedClaims,
    intended_for,
    issued_by,
    not_expired,
    verify,
)
from peers.sample_rp import messages
from peers.sample_rp.domain import Attempt, DeviceCodes, Given, Provider
from peers.sample_rp.errors import (
    IdTokenWrong,
    ProviderUnusable,
    TimeIsUp,
    TurnedDown,
)
from peers.sample_rp.ports import Calls, Pause

_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S: Final = 5
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this client is at which issuer, and what it asks for."""

    issuer: str
    client: str
    scope: str = "openid profile"


@dataclass(frozen=True, slots=True)
class App:
    """An application on a person's own machine; it keeps no secret."""

    identity: Identity
    calls: Calls
    clock: Clock
    entropy: Entropy

    def provider(self) -> Provider:
        """Read where the issuer's endpoints are (OIDC Discovery §4)."""
        issuer = self.identity.issuer
        answer = self.calls.get(f"{issuer}/.well-known/openid-configuration", None)
        return messages.provider(issuer, answer)

    def begin(self, redirect_uri: str) -> Attempt:
        """Draw what makes this request ours alone."""
        verifier = token(self.entropy)
        return Attempt(
            redirect_uri=redirect_uri,
            state=token(self.entropy),
            nonce=token(self.entropy),
            verifier=verifier,
            challenge=messages.challenge_of(verifier),
        )

    def address(self, at: Provider, attempt: Attempt) -> str:
        """Return where the system's browser is sent (RFC 8252 §4.1)."""
        identity = self.identity
        return messages.request_address(at, identity.client, identity.scope, attempt)

    def finish(self, at: Provider, attempt: Attempt, come: str) -> Given:
        """Turn the address that came back into tokens.

        Raises:
            AnswerNotOurs, AnswerMalformed, TurnedDown: as they say.
            IdTokenWrong: the ID token is not about this request.
        """
        form = {
            "grant_type": "authorization_code",
            "code": messages.code_in(come, at, attempt),
            "redirect_uri": attempt.redirect_uri,
            "code_verifier": attempt.verifier,
            "client_id": self.identity.client,
        }
        tokens = messages.given(self.calls.post(at.token, form))
        self.told(at, tokens, attempt.nonce)
        return tokens

    def told(self, at: Provider, tokens: Given, nonce: str | None) -> VerifiedClaims:
        """Return what the ID token says (OIDC Core §3.1.3.7).

        Raises:
            IdTokenWrong: there is none, or it is not for us, now, from this request.
        """
        if tokens.id_token is None:
            raise IdTokenWrong("missing")
        try:
            keys = KeySet.parse(self.calls.get(at.jwks, None).body)
            claims = verify(tokens.id_token, keys, ID_TOKEN)
            issued_by(claims, at.issuer)
            intended_for(claims, self.identity.client)
            not_expired(claims, self.clock())
        except (JoseRefused, ClaimRefused) as cause:
            raise IdTokenWrong(cause.code) from cause
        if claims.get("nonce") != nonce:
            raise IdTokenWrong("nonce")
        return claims

    def about(self, at: Provider, tokens: Given) -> Mapping[str, object]:
        """Return what userinfo tells (OIDC Core §5.3).

        Raises:
            TurnedDown: the token does not serve there.
        """
        answer = self.calls.get(at.userinfo, tokens.access_token)
        if answer.status != _OK:
            raise TurnedDown(str(answer.status))
        return answer.body

    def renew(self, at: Provider, tokens: Given) -> Given:
        """Use the refresh token, once (RFC 6749 §6)."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh_token or "",
            "client_id": self.identity.client,
        }
        return messages.given(self.calls.post(at.token, form))

    def give_back(self, at: Provider, tokens: Given) -> None:
        """Revoke what was given: who uninstalls an app leaves nothing behind (RFC 7009).

        Raises:
            ProviderUnusable: the issuer takes nothing back.
        """
        if at.revocation is None:
            raise ProviderUnusable("revocation_endpoint")
        held = tokens.refresh_token or tokens.access_token
        form = {"token": held, "client_id": self.identity.client}
        if self.calls.post(at.revocation, form).status != _OK:
            raise TurnedDown("revocation")


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A terminal without keyboard (自助终端): somebody signs in on their own telephone."""

    identity: Identity
    calls: Calls
    pause: Pause

    def begin(self, at: Provider) -> DeviceCodes:
        """Ask for a code to show (RFC 8628 §3.1).

        Raises:
            ProviderUnusable: the issuer serves no devices.
            TurnedDown, AnswerMalformed: as they say.
        """
        if at.device_authorization is None:
            raise ProviderUnusable("device_authorization_endpoint")
        form = {"client_id": self.identity.client, "scope": self.identity.scope}
        return messages.device_codes(self.calls.post(at.device_authorization, form))

    def wait(self, at: Provider, codes: DeviceCodes) -> Given:
        """Ask until somebody has answered (RFC 8628 §3.4, §3.5).

        Raises:
            TimeIsUp: nobody did in time.
            TurnedDown: the person, or the issuer, said no.
        """
        waited, interval = 0, codes.interval_s
        while waited < codes.lives_s:
            self.pause(interval)
            waited += interval
            try:
                return self.ask(at, codes)
            except TurnedDown as answer:
                interval += pace_after(answer)
        raise TimeIsUp

    def ask(self, at: Provider, codes: DeviceCodes) -> Given:
        """Ask once."""
        form = {
            "grant_type": _DEVICE,
            "device_code": codes.device_code,
            "client_id": self.identity.client,
        }
        return messages.given(self.calls.post(at.token, form))


def pace_after(answer: TurnedDown) -> int:
    """RFC 8628 §3.5: go on as before, or slower for good, by these seconds.

    Raises:
        TimeIsUp: the code has ended.
        TurnedDown: any other error ends it.
    """
    if answer.detail == "authorization_pending":
        return 0
    if answer.detail == "slow_down":
        return _SLOWER_S
    if answer.detail == "expired_token":
        raise TimeIsUp from answer
    raise answer
