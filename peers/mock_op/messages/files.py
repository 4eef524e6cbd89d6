"""Files of people, clients and faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kernel.secret import Secret
from peers.mock_op.domain import Account, Client, Fault, Weather

_MS: float = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """One person; ``sub`` is the user name where none is given."""

    username: str
    password: str
    sub: str = ""
    acr: str = ""
    claims: Mapping[str, object] = field(default_factory=dict)

    def account(self) -> Account:
        """Return the value it describes."""
        return Account(
            username=self.username,
            password=Secret(self.password).digest(),
            subject=self.sub or self.username,
            acr=self.acr,
            claims=self.claims,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """The file of invented people."""

    people: tuple[AccountEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientEntry:
    """One relying party."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()

    def client(self) -> Client:
        """Return the value it describes."""
        return Client(
            client_id=self.client_id,
            secret=Secret(self.client_secret).digest(),
            redirect_uris=self.redirect_uris,
            post_logout_redirect_uris=self.post_logout_redirect_uris,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsFile:
    """The file of relying parties."""

    clients: tuple[ClientEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsBody:
    """How to misbehave from now on; an empty list is honest again."""

    faults: tuple[Fault, ...] = ()
    slow_ms: int = 30_000

    def weather(self) -> Weather:
        """Return the value it describes."""
        return Weather(frozenset(self.faults), min(max(self.slow_ms, 0), 60_000) / _MS)


def faults_body(weather: Weather) -> FaultsBody:
    """Return what is switched on."""
    named = tuple(sorted(weather.faults, key=str))
    return FaultsBody(faults=named, slow_ms=int(weather.slow_s * _MS))
