"""Entering, changing and stopping relying parties."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from idp.clients.checks import (
    oidc_registration,
    profiles,
    rfc7591,
    rfc8705,
    rfc9700,
)
from idp.clients.domain import (
    LIFECYCLE,
    SECRET_METHODS,
    AuthMethod,
    Client,
    ClientAction,
    NewSecret,
)
from idp.clients.errors import ClientHasNoSecret, ClientMoved
from idp.clients.events import (
    ClientRegistered,
    ClientStateChanged,
    ClientUpdated,
    SecretRotated,
)
from idp.clients.messages import ClientBody, client_body
from idp.clients.ports import ClientStore
from kernel.clock import Clock
from kernel.entropy import Entropy, token
from kernel.events import AuditTrail, JsonValue
from kernel.ids import ClientId, Pseudonym
from kernel.secret import Secret
from kernel.standing import StandingRegister, State
from kernel.web import Page, PageAsked, write_body
from kernel.work import UnitOfWork


class Rule(Protocol):
    """One rule about a registration."""

    def __call__(self, client: Client, /) -> None:
        """Return if it is kept; raise `ClientMalformed` otherwise."""
        ...


FACET_RULES: Final[tuple[Rule, ...]] = (
    rfc7591.names_are_readable,
    rfc7591.texts_are_bounded,
    rfc7591.claims_are_known,
    rfc7591.lists_are_bounded,
    rfc7591.contacts_are_addresses,
    rfc7591.grants_fit_together,
    rfc7591.public_clients_hold_no_credentials,
    rfc7591.exchanges_need_their_grant,
    rfc7591.keys_have_one_source,
    rfc7591.who_signs_names_keys,
    rfc8705.certificate_has_a_name,
    profiles.method_is_of_the_profile,
    profiles.grants_are_of_the_profile,
    profiles.redirects_are_of_the_profile,
    profiles.algorithms_are_of_the_profile,
    profiles.nonce_stands_in_only_where_it_may,
    oidc_registration.addresses_are_web,
    oidc_registration.request_addresses_are_web,
    oidc_registration.front_channel_is_at_home,
    oidc_registration.resources_are_resources,
    oidc_registration.encryption_is_ours,
    oidc_registration.authority_of_back_channel_is_one,
    rfc9700.scopes_are_scopes,
    rfc9700.redirects_carry_no_answer,
)
"""What holds of every relying party, kept here or a member that federates itself."""

RULES: Final[tuple[Rule, ...]] = (rfc9700.identifier_is_nobody, *FACET_RULES)
"""Every rule a record keeps, at registration and at each change."""

_STANDING: Final[Mapping[ClientAction, State]] = {
    ClientAction.DISABLE: State.SUSPENDED,
    ClientAction.ENABLE: State.GOOD,
    ClientAction.RETIRE: State.WITHDRAWN,
}


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
    """What operators do to relying parties; each act is one unit of work and one event.

    ``actor`` is the pseudonym of the person who acts; None only while an installation is
    being set up, before there is anybody.
    """

    store: ClientStore
    standing: StandingRegister
    trail: AuditTrail
    work: UnitOfWork
    fresh: Fresh

    def find(self, client: ClientId) -> Client:
        """Return one relying party as it is now, or raise `ClientUnknown`."""
        return self.store.find(client)

    def page(self, asked: PageAsked) -> Page[Client]:
        """Return relying parties in the order of their identifiers."""
        return self.store.page(asked)

    def register(self, said: ClientBody, *, actor: Pseudonym | None) -> NewSecret:
        """Enter a relying party in sandbox, with a secret that is returned this once.

        Raises:
            ClientMalformed: a rule is broken; the detail names it.
            ClientExists: the identifier is taken.
        """
        named = said.client_id or self.fresh.identifier()
        secret = self.fresh.secret(said.oidc.token_endpoint_auth_method)
        digest = None if secret is None else secret.digest()
        client = said.client(ClientId(named), self.fresh.clock())
        client = keeps_the_rules(replace(client, secret=digest))
        with self.work():
            self.store.add(client)
            self.trail.record(
                ClientRegistered(
                    actor=actor, relying_party=client.id, after=_told(client_body(client))
                )
            )
        return NewSecret(client, secret)

    def update(
        self, client: ClientId, version: int, said: ClientBody, *, actor: Pseudonym | None
    ) -> Client:
        """Put what is said in the place of what was said before; secret and state stay.

        Raises:
            ClientUnknown, ClientMalformed: as they say.
            ClientMoved: the record is not of ``version`` any more.
        """
        with self.work():
            before = self._at(client, version)
            after = self._changed(before, said)
            self.store.replace(after, version)
            self.trail.record(_updated(before, after, actor))
        return after

    def rotate_secret(self, client: ClientId, *, actor: Pseudonym | None) -> NewSecret:
        """Give a confidential client a new secret; the old one is void at once.

        Raises:
            ClientUnknown, ClientHasNoSecret: as they say.
        """
        with self.work():
            before = self.store.find(client)
            secret = self.fresh.secret(before.oidc.auth_method)
            if secret is None:
                raise ClientHasNoSecret(client)
            after = replace(before, secret=secret.digest(), version=before.version + 1)
            self.store.replace(after, before.version)
            self.trail.record(SecretRotated(actor=actor, relying_party=client))
        return NewSecret(after, secret)

    def move(
        self,
        client: ClientId,
        action: ClientAction,
        reason: str,
        *,
        actor: Pseudonym | None,
    ) -> Client:
        """Approve, disable, enable or retire; record and standing change together.

        Raises:
            ClientUnknown: there is none of this name.
            TransitionNotAllowed: not in the state it is in.
        """
        with self.work():
            before = self.store.find(client)
            target = LIFECYCLE.step(before.state, action).target
            after = replace(before, state=target, version=before.version + 1)
            self.store.replace(after, before.version)
            if action in _STANDING:
                self.standing.change(before.party, _STANDING[action], reason=reason)
            self.trail.record(_moved(before, after, reason, actor))
        return after

    def _at(self, client: ClientId, version: int) -> Client:
        found = self.store.find(client)
        if found.version != version:
            raise ClientMoved(client)
        return found

    def _changed(self, before: Client, said: ClientBody) -> Client:
        described = said.client(before.id, before.created_at)
        kept = replace(described, state=before.state, version=before.version + 1)
        if (before.secret is not None) != kept.oidc.holds_secret:
            # Beginning to share a secret needs one, ceasing to needs it gone: both are
            # another client (RFC 6749 §2.1).
            raise ClientHasNoSecret(before.id)
        return keeps_the_rules(replace(kept, secret=before.secret))


def keeps_the_rules(client: Client, rules: tuple[Rule, ...] = RULES) -> Client:
    """Return the record if it keeps every rule, else raise `ClientMalformed`."""
    for rule in rules:
        rule(client)
    return client


def _told(body: ClientBody) -> dict[str, JsonValue]:
    told = write_body(body)
    assert isinstance(told, dict)  # noqa: S101  a dataclass is written as an object
    return told


def _updated(before: Client, after: Client, actor: Pseudonym | None) -> ClientUpdated:
    old, new = _told(client_body(before)), _told(client_body(after))
    differs = [name for name in new if new[name] != old[name]]
    return ClientUpdated(
        actor=actor,
        relying_party=after.id,
        before={name: old[name] for name in differs},
        after={name: new[name] for name in differs},
    )


def _moved(
    before: Client, after: Client, reason: str, actor: Pseudonym | None
) -> ClientStateChanged:
    return ClientStateChanged(
        actor=actor,
        relying_party=after.id,
        reason=reason,
        before=before.state.value,
        after=after.state.value,
    )
