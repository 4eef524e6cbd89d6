"""Sign-out: by the person here, and by the hub behind the browser's back."""

from dataclasses import dataclass

from kernel.proof.jose import LOGOUT_TOKEN, JoseRefused, required_date, required_text
from kernel.secret import Secret
from portals.rp.checks import backchannel
from portals.rp.errors import LogoutTokenRefused, SecondOpinionDiffers
from portals.rp.flows.sessions import Sessions
from portals.rp.flows.verifying import TokenCheck
from portals.rp.ports import Hub, SeenTokens


@dataclass(frozen=True, slots=True)
class SignOutHere:
    """Ends the session here and says where to go to end it everywhere."""

    check: TokenCheck
    hub: Hub
    sessions: Sessions

    def __call__(
        self, cookie: Secret | None, locale: str = "", *, is_large: bool = False
    ) -> str:
        """End this browser's session; return the hub's sign-out address.

        ``locale`` and ``is_large`` are how the person reads here.

        The session here is over before anybody else is asked: a hub that is down does not
        keep a person signed in.

        Source: OIDC RP-Initiated Logout §2.
        """
        visitor = self.sessions.current(cookie)
        if cookie is not None:
            self.sessions.end(cookie)
        registration = self.check.registration
        parameters = {
            "client_id": registration.client_id,
            "post_logout_redirect_uri": registration.after_sign_out,
        }
        if visitor is not None:
            parameters["id_token_hint"] = visitor.id_token
        if locale:
            parameters["ui_locales"] = locale
        if is_large:
            parameters["large_type"] = "1"  # our hubs' own, as in `sign_in`
        return self.hub.sign_out_address(parameters)


@dataclass(frozen=True, slots=True)
class ToldToSignOut:
    """Ends the sessions that a logout token of the hub names."""

    check: TokenCheck
    sessions: Sessions
    seen: SeenTokens

    def __call__(self, token: str) -> int:
        """Return how many sessions ended; naming one that is over already is no error.

        Raises:
            LogoutTokenRefused: the token is not one, not for us, or was seen before.
            HubUnavailable: the hub's keys could not be fetched.

        Source: OIDC Back-Channel Logout §2.6.
        """
        try:
            claims = self.check.claims(token, LOGOUT_TOKEN)
            identifier = required_text(claims, "jti")
            until = required_date(claims, "exp")
        except (JoseRefused, SecondOpinionDiffers) as cause:
            raise LogoutTokenRefused(cause.code) from cause
        backchannel.is_about_sign_out(claims)
        backchannel.has_no_nonce(claims)
        sid, subject = backchannel.named_session(claims)
        issuer = self.check.registration.issuer
        self.seen.is_first(Secret(f"{issuer} {identifier}").digest(), until)
        return self.sessions.store.remove_told(sid=sid, subject=subject)
