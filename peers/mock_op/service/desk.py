"""The desk: who asks, who signs in, where the browser goes with the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.secret import Secret
from kernel.web import Form
from peers.mock_op.domain import (
    CODE_LIFE,
    TICKET_LIFE,
    Account,
    Asked,
    Client,
    Fault,
    Grant,
    SignedIn,
    Waiting,
    will_do,
)
from peers.mock_op.errors import OAuthRefused, PasswordRefused, TicketUnknown
from peers.mock_op.messages.requests import address_on_file, asked_of
from peers.mock_op.service.shelf import Shelf
from peers.mock_op.service.switch import Switch

_ELSEWHERE: Final = "https://issuer.invalid"


@dataclass(frozen=True, slots=True)
class Around:
    """Time and chance."""

    clock: Clock
    entropy: Entropy


@dataclass(frozen=True, slots=True)
class House:
    """Who is known here, and by which name the provider goes."""

    issuer: str
    name: str
    people: Mapping[str, Account]
    clients: Mapping[str, Client]

    @property
    def acrs(self) -> frozenset[str]:
        """Every acr that somebody here may get."""
        return frozenset(each.acr for each in self.people.values() if each.acr)

    @property
    def claims(self) -> frozenset[str]:
        """The names of everything that is said of somebody here."""
        return frozenset(name for each in self.people.values() for name in each.claims)

    def way_back(self, client_id: str | None, address: str | None) -> str | None:
        """OIDC RP-Initiated Logout §3: the address, if it is on file of this client."""
        client = self.clients.get(client_id or "")
        if client is None or address not in client.post_logout_redirect_uris:
            return None
        return address


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that stays signed in for a while."""

    who: SignedIn
    until: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers authentication requests (OIDC Core §3.1.2)."""

    house: House
    codes: Shelf[Grant]
    waiting: Shelf[Waiting]
    switch: Switch
    around: Around

    def ask(self, form: Form, held: SignedIn | None) -> Secret | str:
        """Return the ticket of a login form, or the address to answer at right away.

        Raises:
            AddressRefused: nobody may be sent to the address of this request.
        """
        address_on_file(form, self.house.clients)
        redirect_uri, state = form.required("redirect_uri"), form.optional("state")
        try:
            asked = asked_of(form)
        except OAuthRefused as refusal:
            return self._answer(redirect_uri, state, error=refusal.detail)
        now = self.around.clock()
        if held is not None and will_do(held, asked, now):
            return self.answer(asked, held)
        if "none" in asked.prompt:
            return self._answer(redirect_uri, state, error="login_required")
        return self.waiting.put(Waiting(asked=asked, until=now + TICKET_LIFE), now)

    def waits(self, ticket: Secret) -> Waiting:
        """Return the request that waits under a ticket, or raise `TicketUnknown`."""
        found = self.waiting.see(ticket, self.around.clock())
        if found is None:
            raise TicketUnknown
        return found

    def sign_in(self, ticket: Secret, username: str, password: Secret) -> SignedIn:
        """Sign somebody in; the ticket is used up.

        Raises:
            TicketUnknown: nothing waits under it.
            PasswordRefused: name and password do not fit; the ticket stays good.
        """
        self.waits(ticket)
        account = self.house.people.get(username)
        if account is None or not password.matches(account.password):
            raise PasswordRefused
        if self.waiting.take(ticket, self.around.clock()) is None:
            raise TicketUnknown
        sid = token(self.around.entropy)
        return SignedIn(account=account, at=self.around.clock(), sid=sid)

    def answer(self, asked: Asked, who: SignedIn) -> str:
        """Return where the browser takes the code (OIDC Core §3.1.2.5).

        OIDC Core §5.5.1.1: an essential acr that is not met is a failed authentication.
        """
        is_low = bool(asked.essential_acrs) and who.account.acr not in asked.essential_acrs
        if is_low and not self.switch.has(Fault.LOW_ACR):
            error = "unmet_authentication_requirements"
            return self._answer(asked.redirect_uri, asked.state, error=error)
        now = self.around.clock()
        grant = Grant(asked=asked, who=who, until=now + CODE_LIFE)
        code = self.codes.put(grant, now)
        return self._answer(asked.redirect_uri, asked.state, code=code.reveal())

    def _answer(self, redirect_uri: str, state: str | None, **said: str) -> str:
        """RFC 9207 §2: every answer says whose it is."""
        lies = self.switch.has(Fault.WRONG_ISS_PARAMETER)
        members = {**said, "iss": _ELSEWHERE if lies else self.house.issuer}
        if state is not None:
            members["state"] = state
        joint = "&" if "?" in redirect_uri else "?"
        return f"{redirect_uri}{joint}{urlencode(members)}"
