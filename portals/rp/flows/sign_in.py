"""Sign-in: the way to the hub, and the way back."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import urlencode

from kernel.assurance import Level
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.ids import correlation
from kernel.proof.jose import ID_TOKEN, VerifiedClaims, required_date, required_text
from kernel.secret import Secret
from portals.rp.checks import answer as answer_rules
from portals.rp.checks import oidc_core
from portals.rp.domain import Answer, Arrival, Attempt, Registration, Tokens, Visitor, Wish
from portals.rp.errors import AttemptUnknown, CodeMissing
from portals.rp.flows.access import access_of
from portals.rp.flows.sessions import Sessions
from portals.rp.flows.verifying import TokenCheck
from portals.rp.ports import AttemptStore, Hub

# About the token and the sign-in, not about the person (OIDC Core §2).
_REGISTERED: Final = frozenset({
    "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "acr", "amr", "azp",
    "auth_time", "sid", "at_hash", "c_hash",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignInStart:
    """Sends a browser to the hub."""

    registration: Registration
    hub: Hub
    attempts: AttemptStore
    clock: Clock
    entropy: Entropy

    LIFETIME: ClassVar[timedelta] = timedelta(minutes=20)

    def __call__(self, wish: Wish, browser: Secret) -> str:
        """Return the hub's address for this wish; state and nonce are new each time.

        Raises:
            HubUnavailable: the hub is not known yet and does not answer.

        Source: OIDC Core §3.1.2.1, RFC 7636 §4.1, RFC 9700 §2.1.1.
        """
        state = token(self.entropy)
        attempt = Attempt(
            nonce=token(self.entropy),
            verifier=token(self.entropy),
            browser=browser.digest(),
            level=wish.level,
            return_to=wish.return_to,
            silent=wish.silent,
            expires_at=self.clock() + self.LIFETIME,
            max_age=wish.max_age,
            wide=bool(self.registration.wished) and not wish.narrow,
        )
        asked = {**_asked(wish), "nonce": attempt.nonce}
        if attempt.wide:
            ours = self.registration
            asked["scope"] = " ".join((*ours.scopes, *ours.wished))
        address = self.hub.address(asked, state, attempt.verifier)
        self.attempts.add(Secret(state).digest(), attempt)
        return address


@dataclass(frozen=True, slots=True)
class SignInEnd:
    """Turns one answer of the hub into one session, or says why not."""

    hub: Hub
    check: TokenCheck
    attempts: AttemptStore
    sessions: Sessions
    clock: Clock

    def __call__(
        self, answer: Answer, browser: Secret | None, before: Secret | None
    ) -> Arrival:
        """Finish the attempt that the answer's state names; it can be tried once.

        Args:
            answer: what the browser brought.
            browser: the cookie it was given when it left.
            before: its session cookie so far, which ends with the new one's beginning.

        Raises:
            Refused: nothing came of it, for the reason that the class names.
            HubUnavailable: the hub could not be asked.
        """
        attempt = self._attempt(answer)
        answer_rules.came_to_its_browser(attempt, browser)
        answer_rules.is_in_time(attempt, self.clock())
        answer_rules.was_given_by(answer, self.check.registration.issuer)
        if answer_rules.needs_a_page(answer, attempt):
            return Arrival(return_to=attempt.return_to, cookie=None)
        if answer_rules.asks_for_less(answer, attempt):
            return Arrival(return_to=_narrower(attempt), cookie=None)
        answer_rules.is_no_error(answer)
        visitor = self._visitor(answer, attempt)
        return Arrival(
            return_to=attempt.return_to, cookie=self.sessions.begin(visitor, before)
        )

    def _attempt(self, answer: Answer) -> Attempt:
        if answer.state is None:
            raise AttemptUnknown("no state")
        return self.attempts.take(Secret(answer.state).digest())

    def _visitor(self, answer: Answer, attempt: Attempt) -> Visitor:
        if answer.code is None:
            raise CodeMissing
        tokens = self.hub.redeem(answer.code, attempt.verifier)
        claims = self.check.claims(tokens.id_token, ID_TOKEN, tokens.access_token)
        oidc_core.party_is_us(claims, self.check.registration.client_id)
        oidc_core.nonce_is(claims, attempt.nonce)
        level = oidc_core.level_reaches(claims, attempt.level)
        oidc_core.sign_in_is_recent(claims, attempt.max_age, self.clock())
        about = self.hub.userinfo(tokens.access_token)
        oidc_core.subject_is(about, required_text(claims, "sub"))
        released = {**claims, **about}
        return self._recorded(claims, released, level, tokens, attempt.nonce)

    def _recorded(
        self,
        claims: VerifiedClaims,
        released: dict[str, object],
        level: Level,
        tokens: Tokens,
        nonce: str,
    ) -> Visitor:
        now, sid = self.clock(), claims.get("sid")
        methods = claims.get("amr")
        told = methods if isinstance(methods, list) else []
        return Visitor(
            subject=required_text(claims, "sub"),
            sid=sid if isinstance(sid, str) else None,
            level=level,
            methods=tuple(method for method in told if isinstance(method, str)),
            claims={n: v for n, v in released.items() if n not in _REGISTERED},
            authenticated_at=required_date(
                claims, "auth_time" if "auth_time" in claims else "iat"
            ),
            started_at=now,
            expires_at=now + self.sessions.LIFETIME,
            correlation=correlation(self.check.registration.issuer, nonce),
            reference=tokens.reference,
            id_token=tokens.id_token,
            access=access_of(tokens, now) if self.check.registration.acts else None,
        )


def _narrower(attempt: Attempt) -> str:
    """Return where the same sign-in is begun that asks for less; once, as it says so."""
    said = {"next": attempt.return_to, "level": str(attempt.level.value), "narrow": "1"}
    if attempt.max_age is not None:
        said["max_age"] = str(int(attempt.max_age.total_seconds()))
    return f"/sign-in?{urlencode(said)}"


def _asked(wish: Wish) -> dict[str, str]:
    """OIDC Core §5.5.1.1: the level as essential; ``acr_values`` says it once more."""
    asked: dict[str, str] = {}
    if wish.level > Level.SELF_ASSERTED:
        essential = {
            "essential": True,
            "values": [level.acr for level in Level if level >= wish.level],
        }
        asked["acr_values"] = wish.level.acr
        asked["claims"] = json.dumps({"id_token": {"acr": essential}})
    if wish.max_age is not None:
        asked["max_age"] = str(int(wish.max_age.total_seconds()))
    if wish.silent:
        asked["prompt"] = "none"
    if wish.legal:
        asked["tab"] = "legal"
    if wish.login_hint:
        asked["login_hint"] = wish.login_hint
    if wish.transfer_ticket:
        asked["transfer_ticket"] = wish.transfer_ticket
    if wish.locale:
        asked["ui_locales"] = wish.locale
    if wish.is_large:
        asked["large_type"] = "1"  # our hubs' own; others ignore it (RFC 6749 §3.1)
    return asked
