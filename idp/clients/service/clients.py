"""Entering, changing and stopping relying parties."""

from dataclasses import dataclass, replace
from typing import Final

from idp.clients.checks import oidc_registration
from idp.clients.domain import (
    LIFECYCLE,
    SECRET_METHODS,
    Actor,
    AuthMethod,
    Change,
    Client,
    ClientAction,
    ClientState,
    NewSecret,
)
from idp.clients.errors import ClientHasNoSecret, ClientMoved, TwoPersonsNeeded
from idp.clients.messages import ClientBody
from idp.clients.ports import SharedSecrets
from idp.clients.service.record import Record, differing
from idp.clients.service.rules import keeps_the_rules
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.ids import ClientId
from kernel.secret import Secret
from kernel.web import Page, PageAsked
from kernel.work import UnitOfWork

_VOID_BY_CHANGE: Final = frozenset({ClientState.SUBMITTED, ClientState.APPROVED})
"""States that rest on what was said: who says something else begins again."""

_LIGHT: Final = frozenset({"contacts"})
"""What one person may change of a live application: nothing that a visitor relies on."""

_ALONE: Final = frozenset(
    {
        ClientAction.OPEN,
        ClientAction.RETURN,
        ClientAction.ACTIVATE,
        ClientAction.DISABLE,
        ClientAction.ENABLE,
        ClientAction.RETIRE,
    }
)
"""What one person does alone; the rest is asked of `Deciding`."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Where identifiers, secrets and instants of new records come from."""

    clock: Clock
    entropy: Entropy

    def identifier(self) -> ClientId:
        """Return a client identifier nobody has: ``app-`` and 80 random bits."""
        return ClientId(f"app-{self.entropy(10).hex()}")

    def secret(self, method: AuthMethod) -> Secret | None:
        """Return a secret of 256 random bits; None for a client that shares none."""
        return Secret(token(self.entropy)) if method in SECRET_METHODS else None


@dataclass(frozen=True, slots=True)
class Clients:
    """What one person does to a relying party; each act is one unit of work.

    ``algorithms`` are those by which tokens are signed at this installation.
    ``actor`` is the person who acts; None while an installation is being
    set up, before there is anybody, and where a client changes its own record.
    """

    record: Record
    secrets: SharedSecrets
    work: UnitOfWork
    fresh: Fresh
    algorithms: frozenset[str] = oidc_registration.TOKEN_ALGORITHMS

    def find(self, client: ClientId) -> Client:
        """Return one relying party as it is now, or raise `ClientUnknown`."""
        return self.record.store.find(client)

    def page(self, asked: PageAsked) -> Page[Client]:
        """Return relying parties in the order of their identifiers."""
        return self.record.store.page(asked)

    def history(self, client: ClientId) -> tuple[Change, ...]:
        """Return what was done to one, oldest first, or raise `ClientUnknown`."""
        return self.record.history.of(self.find(client).id)

    def register(
        self, said: ClientBody, *, actor: Actor | None, draft: bool = False
    ) -> NewSecret:
        """Enter a relying party, with a secret that is returned this once.

        Args:
            said: what is said of it.
            actor: who enters it.
            draft: it may do nothing yet; else it is in the sandbox at once.

        Raises:
            ClientMalformed: a rule is broken; the detail names it.
            AlgorithmNotOffered: no token is signed so here.
            ClientExists: the identifier is taken.
        """
        named = ClientId(said.client_id or self.fresh.identifier())
        state = ClientState.DRAFT if draft else ClientState.SANDBOX
        described = said.client(named, self.fresh.clock())
        new = self._with_secret(replace(described, state=state))
        self._keeps_the_rules(new.client)
        with self.work():
            self.record.enter(new.client, actor)
        return new

    def update(
        self, client: ClientId, version: int, said: ClientBody, *, actor: Actor | None
    ) -> Client:
        """Put what is said in the place of what was said before; the secret stays.

        What waits for approval, or has it, is in the sandbox again: other words were
        approved.

        Raises:
            ClientUnknown, ClientMalformed: as they say.
            ClientMoved: the record is not of ``version`` any more.
            TwoPersonsNeeded: it is live, and people rely on what would change.
        """
        with self.work():
            before = self.at(client, version)
            after = self.changed(before, said)
            if before.state is ClientState.LIVE and not is_light(before, after):
                raise TwoPersonsNeeded(client)
            self.record.say(before, after, actor)
        return after

    def rotate_secret(self, client: ClientId, *, actor: Actor | None) -> NewSecret:
        """Give a confidential client a new secret; the old one is void at once.

        Raises:
            ClientUnknown, ClientHasNoSecret: as they say.
        """
        with self.work():
            before = self.find(client)
            new = self._with_secret(replace(before, version=before.version + 1))
            if new.secret is None:
                raise ClientHasNoSecret(client)
            self.record.turn(before, new.client, actor)
        return new

    def move(
        self,
        client: ClientId,
        action: ClientAction,
        reason: str,
        *,
        actor: Actor | None,
    ) -> Client:
        """Do what one person may do to a state; record and standing change together.

        Raises:
            ClientUnknown: there is none of this name.
            TransitionNotAllowed: not in the state it is in.
            TwoPersonsNeeded: not alone.
        """
        with self.work():
            before = self.find(client)
            LIFECYCLE.step(before.state, action)
            if action not in _ALONE:
                raise TwoPersonsNeeded(client)
            return self.record.move(before, action, reason, actor)

    def at(self, client: ClientId, version: int) -> Client:
        """Return a record if it is still of ``version``, else raise `ClientMoved`."""
        found = self.find(client)
        if found.version != version:
            raise ClientMoved(client)
        return found

    def changed(self, before: Client, said: ClientBody) -> Client:
        """Return a record as it would be with other words; nothing is kept.

        Raises:
            ClientMalformed: a rule is broken.
            ClientHasNoSecret: beginning to share a secret needs one, ceasing to needs it
                gone: both are another client (RFC 6749 §2.1).
        """
        described = said.client(before.id, before.created_at)
        if (before.secret is not None) != described.oidc.holds_secret:
            raise ClientHasNoSecret(before.id)
        if shares_in_clear(before) != shares_in_clear(described):
            raise ClientHasNoSecret(before.id)
        return self._keeps_the_rules(_kept(before, described))

    def _keeps_the_rules(self, client: Client) -> Client:
        """Ours are of the record alone; what can be signed here is the installation's."""
        oidc_registration.tokens_can_be_signed(client, self.algorithms)
        return keeps_the_rules(client)

    def _with_secret(self, client: Client) -> NewSecret:
        secret = self.fresh.secret(client.oidc.auth_method)
        if secret is None:
            return NewSecret(client, None)
        sealed = None
        if shares_in_clear(client):
            sealed = self.secrets.seal(client.id, secret)
        kept = replace(client, secret=secret.digest(), sealed_secret=sealed)
        return NewSecret(kept, secret)


def shares_in_clear(client: Client) -> bool:
    """Tell whether its secret must be known again: OIDC Core §9 client_secret_jwt."""
    return client.oidc.auth_method is AuthMethod.SECRET_JWT


def is_light(before: Client, after: Client) -> bool:
    """Tell whether one person may change a live application so."""
    return _LIGHT.issuperset(differing(before, after)[1])


def _kept(before: Client, described: Client) -> Client:
    """Return the words of one record with everything else of another."""
    back = before.state in _VOID_BY_CHANGE
    facet = described.oidc
    if facet.jwks_uri is not None and facet.jwks_uri == before.oidc.jwks_uri:
        facet = replace(facet, keys=before.oidc.keys)
    return replace(
        described,
        oidc=facet,
        state=ClientState.SANDBOX if back else before.state,
        resumes=before.resumes,
        secret=before.secret,
        sealed_secret=before.sealed_secret,
        version=before.version + 1,
    )
