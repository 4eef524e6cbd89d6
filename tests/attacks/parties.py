"""Who can be disabled, how that is done, and which paths lead through whom."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from idp.clients.domain import GrantType
from idp.clients.messages import ClientBody, client_body
from kernel.standing import Party, PartyKind, State
from tests.attacks.forged import Forge
from tests.attacks.house import House
from tests.attacks.paths import PATHS
from tests.attacks.stage import Stage
from trustroot.keys.domain import Actor, Reason, Why

Disable = Callable[[Stage], None]
KNOWN_WITHIN_S: Final = 1.2
"""Standing and records kept in memory are a second old at most (T_rev is 5 s)."""
_KEYS_KNOWN_WITHIN_S: Final = 2.2
"""Keys kept in memory are two seconds old at most."""

# Who may do nothing else may still leave: a sign-out gives nothing.
_PERSONS: Final = frozenset(PATHS) - {"pushed request", "a device asks", "sign-out"}
_CLIENTS: Final = frozenset(PATHS) - {
    "api",
    "account",
    "sign-out",
    GrantType.CLIENT_CREDENTIALS.value,
}
_OF_THE_GRANT: Final = frozenset(
    {
        "userinfo",
        "introspection",
        "introspection of a refresh token",
        GrantType.REFRESH_TOKEN.value,
        GrantType.TOKEN_EXCHANGE.value,
        "exchange for an access token",
        "transfer ticket",
    }
)
OF_THE_SESSION: Final = _OF_THE_GRANT | {
    GrantType.AUTHORIZATION_CODE.value,
    GrantType.DEVICE_CODE.value,
    "session",
    "session by hint",
    "account",
}
_BY_THE_KEY: Final = frozenset(
    {
        "userinfo",
        "introspection",
        "api",
        GrantType.TOKEN_EXCHANGE.value,
        "exchange for an access token",
        "session by hint",
        "sign-out",
    }
)


def _suspended(kind: PartyKind, name: Callable[[Stage], str]) -> Disable:
    def disable(stage: Stage) -> None:
        set_standing(stage.house, Party(kind, name(stage)), State.SUSPENDED)

    return disable


def _ends_session(stage: Stage) -> None:
    stage.house.served.persons.session.sessions.end(stage.session.id, "matrix")


def _revokes_family(stage: Stage) -> None:
    fields = {"token": str(stage.tokens["refresh_token"])}
    answer = stage.house.form("/oauth2/revoke", fields, stage.client.basic)
    assert answer.status == 200, answer


def _takes_scopes(stage: Stage) -> None:
    """Take openid out of the client's record."""
    _rewritten(stage, scopes=("profile",))


def _rewritten(stage: Stage, **oidc: Any) -> None:  # noqa: ANN401  as the row says
    """Change what the client's record says: it is read anew every second."""
    clients = stage.house.served.persons.clients.clients
    found = clients.find(stage.client.id)  # type: ignore[arg-type]  # a name
    said: ClientBody = client_body(found)
    body = replace(said, oidc=replace(said.oidc, **oidc))
    clients.update(found.id, found.version, body, actor=None)
    time.sleep(KNOWN_WITHIN_S)


def _takes_back_the_pair(stage: Stage) -> None:
    """Take the pair out of the origin's record: whom it may hand to, and act towards."""
    _rewritten(stage, exchanges=())


def signing_key(token: object) -> str:
    """Return the name of the key that signed a token."""
    return str(Forge.of(str(token), {}).header["kid"])


def _distrusts_key(stage: Stage) -> None:
    """Distrust what signed the tokens; the worker lays the key ready that comes after."""
    house = stage.house
    kid, why = signing_key(stage.tokens["access_token"]), Why(Reason.COMPROMISED, "matrix")
    official = Actor(stage.person.id, None)
    house.served.ground.keys.distrusting.distrust(kid, why, official)
    house.worked.ground.keys.care.complete()
    # What other attacks keep was signed by it too.
    house.tokens.clear()
    time.sleep(_KEYS_KNOWN_WITHIN_S)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of party: how it is disabled, and which paths lead through it."""

    disable: Disable
    touches: frozenset[str]


def name_of_person(stage: Stage) -> str:
    return str(stage.person.id)


ROWS: Final[Mapping[str, Row]] = {
    "person": Row(_suspended(PartyKind.PERSON, name_of_person), _PERSONS),
    "relying party": Row(
        _suspended(PartyKind.RELYING_PARTY, lambda stage: stage.client.id), _CLIENTS
    ),
    "receiving party": Row(
        _suspended(PartyKind.RELYING_PARTY, lambda stage: stage.portal.id),
        frozenset({"transfer ticket"}),
    ),
    "pair": Row(
        _takes_back_the_pair,
        frozenset(
            {
                "transfer ticket",
                GrantType.TOKEN_EXCHANGE.value,
                "exchange for an access token",
            }
        ),
    ),
    "provider": Row(
        _suspended(PartyKind.MEMBER, lambda stage: stage.provider),
        OF_THE_SESSION | {"offline refresh"},
    ),
    "organisation": Row(
        _suspended(PartyKind.ORGANISATION, lambda stage: str(stage.organisation)),
        (OF_THE_SESSION | {"offline refresh"}) - {"account"},
    ),
    "session": Row(_ends_session, OF_THE_SESSION),
    "family": Row(_revokes_family, _OF_THE_GRANT),
    "scope": Row(_takes_scopes, frozenset({"userinfo", "session", "sign-in"})),
    "key": Row(_distrusts_key, _BY_THE_KEY),
}
"""Which paths lead through whom."""


def set_standing(house: House, party: Party, state: State) -> None:
    """Write one number of standing."""
    drivers = house.served.drivers
    with drivers.db.unit_of_work()():
        drivers.standing.change(party, state, reason="matrix")
