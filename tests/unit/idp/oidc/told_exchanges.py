"""What is recorded of tokens that others brought, member by member."""

import json
from typing import Any, Final

from idp.oidc.events import AssertionRedeemed, TokenExchanged
from kernel.assurance import Level
from kernel.events import Levels
from kernel.ids import correlation
from tests.unit.idp.broker.house import House as Broker
from tests.unit.idp.oidc.house import House
from tests.unit.idp.oidc.telling import Walk, known_as, walks
from tests.unit.idp.oidc.test_exchange import (
    CASES,
    FILES,
    FRONT,
    a_front,
    a_server,
    signed_in,
    swapped,
)
from tests.unit.idp.oidc.test_introspection import grant_of
from tests.unit.idp.oidc.test_jwt_bearer import (
    BATCH,
    SUBJECT,
    a_batch_client,
    assertion,
)
from tests.unit.idp.oidc.test_jwt_bearer import ask as ask_by


class WithOffices(House):
    """A house where a portal may ask two services on somebody's behalf."""

    def opened(self) -> "WithOffices":
        """Register all three."""
        self.register(a_front())
        self.register(a_server(CASES, FILES))
        self.register(a_server(FILES, CASES))
        return self


def a_token_is_exchanged_by_delegation(house: WithOffices) -> TokenExchanged:
    """RFC 8693 §1.1: which grant came of which, for whom, and that somebody acts."""
    person = house.opened().a_person()
    tokens = signed_in(house, person=person)
    got = swapped(house, tokens["access_token"])
    return TokenExchanged(
        grant=grant_of(house, got["access_token"]).id,
        parent=grant_of(house, tokens["access_token"]).id,
        relying_party=FRONT,
        subject=known_as(house, person),
        levels=Levels(delivered=Level.REAL_NAME),
        scope="profile",
        targets=(CASES,),
        kind="delegation",
    )


def a_token_is_exchanged_by_impersonation(house: WithOffices) -> TokenExchanged:
    """RFC 8693 §1.1: where the pair allows it nobody is named as acting."""
    person = house.opened().a_person()
    tokens = signed_in(house, person=person)
    got = swapped(house, tokens["access_token"], audience=FILES)
    return TokenExchanged(
        grant=grant_of(house, got["access_token"]).id,
        parent=grant_of(house, tokens["access_token"]).id,
        relying_party=FRONT,
        subject=known_as(house, person),
        levels=Levels(delivered=Level.REAL_NAME),
        scope="profile",
        targets=(FILES,),
        kind="impersonation",
    )


def beside(house: House) -> Broker:
    """Stand a broker beside a house that trusts one province; whoever asks closes it."""
    broker = Broker(f"{house.db.engine.url}.broker")
    house.vouches.beside = broker.room.vouches
    house.register(a_batch_client())
    house.people.people.link(broker.entity, SUBJECT, name="张三")
    return broker


def a_provider_vouches(house: House) -> AssertionRedeemed:
    """RFC 7523 §3: who vouched for whom, to whom, with which claim, capped to what."""
    broker = beside(house)
    try:
        signed = assertion(house, broker, acr=Level.STRONG.acr, jti="g-whole")
        got = json.loads(ask_by(house, signed, scope="profile openid").body)
        person = house.people.people.by_link(broker.entity, SUBJECT)
        assert person is not None
        return AssertionRedeemed(
            grant=grant_of(house, got["access_token"]).id,
            provider=broker.entity,
            relying_party=BATCH,
            subject=house.people.people.pseudonym(person),
            levels=Levels(
                claimed=Level.STRONG,
                capped=Level.REAL_PERSON,
                delivered=Level.REAL_PERSON,
            ),
            scope="openid profile",
            correlation=correlation(broker.entity, "g-whole"),
        )
    finally:
        broker.close()


WALKS: Final[tuple[Walk[Any], ...]] = (
    *walks(
        WithOffices,
        (a_token_is_exchanged_by_delegation, a_token_is_exchanged_by_impersonation),
    ),
    *walks(House, (a_provider_vouches,)),
)
