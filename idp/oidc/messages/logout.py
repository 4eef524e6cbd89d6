"""Sign-out on the wire: the request of a relying party, and the logout token for one."""

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from idp.oidc.messages.tokens import Claims, Validity
from kernel.ids import ClientId
from kernel.web import Form

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_TAGS: Final = re.compile(r"[A-Za-z0-9 -]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutRequest:
    """What a relying party, or a person, asks (OIDC RP-Initiated Logout §2).

    ``logout_hint`` is a belief about the person: it takes no question away. ``large_type``
    is ours: the person reads in large type where they came from.
    """

    id_token_hint: str | None = None
    client_id: str | None = None
    post_logout_redirect_uri: str | None = None
    state: str | None = None
    logout_hint: str | None = None
    ui_locales: str | None = None
    large_type: bool = False

    @classmethod
    def parse(cls, form: Form) -> "LogoutRequest":
        """Read the parameters; unknown ones are ignored, repeated ones refused."""
        form.single_valued()
        return cls(
            id_token_hint=form.optional("id_token_hint"),
            client_id=form.optional("client_id"),
            post_logout_redirect_uri=form.optional("post_logout_redirect_uri"),
            state=form.optional("state"),
            logout_hint=form.optional("logout_hint"),
            ui_locales=_locales(form.optional("ui_locales")),
            large_type=form.optional("large_type") == "1",
        )

    def without_hints(self, asker: ClientId | None) -> "LogoutRequest":
        """Return what is left to say once it is known who asks, fit for an address bar.

        RFC 9700 §4.3: an ID token in an address stays in the browser's history.
        """
        return replace(self, id_token_hint=None, logout_hint=None, client_id=asker)

    def fields(self) -> dict[str, str]:
        """Return the parameters that were sent, to be sent again."""
        named = {
            "id_token_hint": self.id_token_hint,
            "client_id": self.client_id,
            "post_logout_redirect_uri": self.post_logout_redirect_uri,
            "state": self.state,
            "logout_hint": self.logout_hint,
            "ui_locales": self.ui_locales,
            "large_type": "1" if self.large_type else None,
        }
        return {name: value for name, value in named.items() if value is not None}


def back_location(uri: str, state: str | None) -> str:
    """OIDC RP-Initiated Logout §3: back to the relying party, with ``state`` if sent."""
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': state})}"


def frame_location(uri: str, issuer: str, sid: str) -> str:
    """OIDC Front-Channel Logout §2: ``iss`` and ``sid`` together; its query is kept."""
    said = urlencode({"iss": issuer, "sid": sid})
    return f"{uri}{'&' if '?' in uri else '?'}{said}"


def logout_token_claims(
    issuer: str, client: ClientId, *, subject: str, sid: str, validity: Validity
) -> Claims:
    """OIDC Back-Channel Logout §2.4: sub and sid; never a nonce. ``jti`` comes on top."""
    return {
        "iss": issuer,
        "aud": client,
        "iat": validity.iat,
        "exp": validity.exp,
        "sub": subject,
        "sid": sid,
        "events": {EVENT: {}},
    }


def _locales(said: str | None) -> str | None:
    """RFC 5646 §2.1: language tags; what is none says nothing and is not carried on."""
    return said if said is not None and _TAGS.fullmatch(said) else None
