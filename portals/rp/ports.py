"""What a portal's sign-in needs from outside: stores, the hub, a second opinion."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from kernel.proof.jose import KeySet
from kernel.secret import Digest, Secret
from portals.rp.domain import Attempt, Tokens, Visitor


class AttemptStore(Protocol):
    """Sign-ins under way, by the digest of their state.

    ``take`` is linearizable: of any number of calls with one digest exactly one gets the
    attempt.
    """

    def add(self, state: Digest, attempt: Attempt) -> None:
        """Keep an attempt; those that have expired may be dropped meanwhile."""
        ...

    def take(self, state: Digest) -> Attempt:
        """Return the attempt and forget it.

        Raises:
            AttemptUnknown: there is none of this state, or it was taken.
        """
        ...


class SessionStore(Protocol):
    """Who is signed in, by the digest of their cookie."""

    def add(self, cookie: Digest, visitor: Visitor, replacing: Digest | None) -> None:
        """Begin a session; the one it takes the place of ends with it."""
        ...

    def find(self, cookie: Digest) -> Visitor | None:
        """Return who is signed in by this cookie, even if expired; None if nobody."""
        ...

    def change(self, cookie: Digest, visitor: Visitor) -> None:
        """Keep what is known of a visitor anew; a session that ended stays ended."""
        ...

    def remove(self, cookie: Digest) -> None:
        """End one session, if it is there."""
        ...

    def remove_told(self, *, sid: str | None, subject: str | None) -> int:
        """End the sessions of this ``sid``, or without one all of this subject; count."""
        ...


class SeenTokens(Protocol):
    """Logout tokens that were received; of equal ones exactly the first is new."""

    def is_first(self, token: Digest, until: datetime) -> None:
        """Note a token until it expires by itself.

        Raises:
            LogoutTokenReplayed: it was noted before.
        """
        ...


class Hub(Protocol):
    """The OpenID provider, over HTTP.

    Every method raises `HubUnavailable` when the hub does not answer as a provider.
    """

    def address(self, parameters: Mapping[str, str], state: str, verifier: str) -> str:
        """Return where to send the browser to sign in (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
        ...

    def redeem(self, code: str, verifier: str) -> Tokens:
        """Exchange a code.

        Raises:
            CodeNotRedeemed: the hub refuses.
            TokenResponseMalformed: its answer holds no tokens.
        """
        ...

    def renew(self, refresh_token: Secret) -> Tokens:
        """Exchange a refresh token; it is used up by that (RFC 9700 §4.14).

        Raises:
            CodeNotRedeemed: the hub refuses.
            TokenResponseMalformed: its answer holds no access token.
        """
        ...

    def userinfo(self, access_token: Secret) -> Mapping[str, object]:
        """Return the claims about the person.

        Raises:
            UserinfoMalformed: the answer is no JSON object of claims.
        """
        ...

    def sign_out_address(self, parameters: Mapping[str, str]) -> str:
        """Return where to send the browser to sign out everywhere."""
        ...

    def keys(self, kid: str | None) -> KeySet:
        """Return the hub's keys; fetched anew for an unknown ``kid``, but not often."""
        ...


class SecondOpinion(Protocol):
    """Verifies a token by another library than `kernel.proof.jose` does."""

    def claims(
        self,
        token: str,
        jwk: Mapping[str, object],
        access_token: Secret | None,
    ) -> Mapping[str, object]:
        """Return the claims that the other library finds under a good signature.

        Raises:
            SecondOpinionDiffers: it finds none.
        """
        ...


class SigningKey(Protocol):
    """One private key of the portal's own, named by its thumbprint (RFC 7638)."""

    @property
    def published(self) -> KeySet:
        """Its public part, as a set of one."""
        ...

    def sign(self, typ: str, claims: dict[str, object]) -> str:
        """Return a compact JWS whose header says ``typ`` and the key."""
        ...


class FederationKeys(Protocol):
    """The two keys of a portal that federates itself; neither does the other's work."""

    @property
    def federation(self) -> SigningKey:
        """What signs the entity configuration, and nothing else."""
        ...

    @property
    def protocol(self) -> SigningKey:
        """What signs request objects and assertions."""
        ...
