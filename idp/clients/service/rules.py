"""Every rule that a record keeps, in the order in which they are asked."""

from typing import Final, Protocol

from idp.clients.checks import (
    oidc_registration,
    profiles,
    rfc7591,
    rfc8705,
    rfc9700,
)
from idp.clients.domain import Client


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


def keeps_the_rules(client: Client, rules: tuple[Rule, ...] = RULES) -> Client:
    """Return the record if it keeps every rule, else raise `ClientMalformed`."""
    for rule in rules:
        rule(client)
    return client
