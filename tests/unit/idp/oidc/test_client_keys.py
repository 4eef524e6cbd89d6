"""Keys that clients serve at an address of their own, and turn (OIDC Core §10.1.1)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from idp.clients.domain import AuthMethod, Client, NewSecret, OidcFacet
from idp.clients.ports import ClientKeys
from idp.oidc.errors import ClientPageUnreachable
from idp.oidc.flows.client_keys import KeysOfClients
from kernel.clock import SetClock
from kernel.ids import ClientId
from kernel.proof.jose import KeySet
from tests.unit.kernel.proof.signers import signer

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ADDRESS = "https://rp.example/jwks"
ELSEWHERE = "https://rp.example/jwks-of-today"
OLD, NEW = signer(kid="old"), signer(kid="new")


@dataclass
class Served:
    """A `ClientPages`: what the client serves now."""

    page: object = None
    asked: int = 0

    def json(self, url: str) -> object:
        self.asked += 1
        assert url in {ADDRESS, ELSEWHERE}
        if self.page is None:
            raise ClientPageUnreachable("status 503")
        return self.page


@dataclass
class Kept:
    """A `RegisteredClients` that only keeps keys."""

    kept: list[KeySet] = field(default_factory=list)

    def keep_keys(self, client: Client, keys: KeySet) -> None:
        assert client.id == "app-1"
        self.kept.append(keys)

    def enter(self, client: Client) -> NewSecret:
        raise AssertionError(client)

    def find(self, client: ClientId) -> Client:
        raise AssertionError(client)

    def change(self, client: Client) -> Client:
        raise AssertionError(client)

    def end(self, client: ClientId) -> None:
        raise AssertionError(client)

    def read_picture(self, client: Client) -> None:
        raise AssertionError(client)


@dataclass
class World:
    served: Served = field(default_factory=Served)
    kept: Kept = field(default_factory=Kept)
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))

    def __post_init__(self) -> None:
        """Join them."""
        self.port: ClientKeys = KeysOfClients(self.served, self.kept, self.clock)


@pytest.fixture
def world() -> World:
    return World(served=Served(OLD.keys.to_jwks()))


def a_client(keys: KeySet | None = OLD.keys, **bent: object) -> Client:
    facet = OidcFacet(auth_method=AuthMethod.PRIVATE_KEY, keys=keys, jwks_uri=ADDRESS)
    return Client(
        id=ClientId("app-1"),
        name_zh="应用",
        name_en="App",
        oidc=replace(facet, **bent),  # type: ignore[arg-type]  # tests bend one member
        created_at=NOW,
    )


def signed_by(kid: str) -> str:
    key = signer(kid=kid)
    return key.token(key.header("JWT"), {"iss": "app-1"})


def kids(keys: KeySet | None) -> set[str]:
    return set() if keys is None else set(keys.by_kid)


def test_keys_that_were_handed_over_are_not_looked_for(world: World) -> None:
    given = a_client(jwks_uri=None)
    assert world.port.of(given) == OLD.keys
    assert world.port.for_token(given, signed_by("new")) == OLD.keys
    assert world.served.asked == 0


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_key_not_known_yet_is_looked_for(world: World) -> None:
    client = a_client()
    assert kids(world.port.for_token(client, signed_by("old"))) == {"old"}
    world.served.page = NEW.keys.to_jwks()
    world.clock.advance(timedelta(minutes=2))
    assert kids(world.port.for_token(client, signed_by("new"))) == {"new"}
    (kept,) = world.kept.kept
    assert kids(kept) == {"new"}


@pytest.mark.spec("OIDC Core §10.1.1")
def test_the_record_as_it_was_read_a_moment_ago_hides_no_new_key(world: World) -> None:
    """Whoever serves requests has records of up to one second ago."""
    client = a_client()
    world.served.page = NEW.keys.to_jwks()
    assert kids(world.port.for_token(client, signed_by("new"))) == {"new"}
    assert kids(world.port.for_token(client, signed_by("new"))) == {"new"}
    assert world.served.asked == 1


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_key_that_another_process_has_read_is_known_here_at_once(world: World) -> None:
    """It stands in the record; this process looked less than a minute ago."""
    world.port.of(a_client())
    told = a_client(NEW.keys)
    assert kids(world.port.for_token(told, signed_by("new"))) == {"new"}
    assert kids(world.port.for_key(told, NEW.key.thumbprint)) == {"new"}
    assert world.served.asked == 1


@pytest.mark.spec("RFC 9700 §2.5")
def test_a_flood_of_unknown_keys_asks_once_a_minute(world: World) -> None:
    client = a_client()
    for number in range(50):
        token = signed_by(f"k{number}")
        assert kids(world.port.for_token(client, token)) == {"old"}
    assert world.served.asked == 1
    world.clock.advance(KeysOfClients.BACK_OFF)
    world.port.for_token(client, signed_by("k99"))
    assert world.served.asked == 2


@pytest.mark.spec("RFC 8705 §2.2")
def test_the_key_of_a_certificate_is_looked_for_as_one_that_a_token_names(
    world: World,
) -> None:
    client, new = a_client(), NEW.key.thumbprint
    assert kids(world.port.for_key(client, OLD.key.thumbprint)) == {"old"}
    world.served.page = NEW.keys.to_jwks()
    assert kids(world.port.for_key(client, new)) == {"old"}
    world.clock.advance(KeysOfClients.BACK_OFF)
    assert kids(world.port.for_key(client, new)) == {"new"}
    assert kids(world.port.for_key(client, OLD.key.thumbprint)) == {"new"}
    assert world.served.asked == 2


def test_where_nothing_lies_at_an_address_no_certificate_calls_one(world: World) -> None:
    for held in (OLD.keys, None):
        given = a_client(held, jwks_uri=None)
        assert world.port.for_key(given, NEW.key.thumbprint) == held
    assert world.served.asked == 0


def test_a_key_that_was_taken_away_ends_by_itself(world: World) -> None:
    client = a_client()
    world.port.of(client)
    world.served.page = NEW.keys.to_jwks()
    world.clock.advance(KeysOfClients.AGE)
    assert kids(world.port.for_token(client, signed_by("old"))) == {"new"}


@pytest.mark.spec("OIDC Core §10.1.1; RFC 7592 §2.2")
@pytest.mark.parametrize("serves", [NEW.keys.to_jwks(), None])
def test_the_keys_of_an_address_that_was_left_count_no_more(
    world: World, serves: object
) -> None:
    """The record names another: whoever took the old one over signs nothing here."""
    world.port.of(a_client())
    world.served.page = serves
    moved = a_client(keys=None, jwks_uri=ELSEWHERE)
    left = {"new"} if serves else set()
    for kid in ("old", "new"):
        assert kids(world.port.for_token(moved, signed_by(kid))) == left
    assert kids(world.port.of(moved)) == left
    assert world.served.asked == 2


@pytest.mark.parametrize("back", [timedelta(seconds=-1), timedelta(hours=-5)])
def test_a_clock_that_was_set_back_keeps_no_key_longer(
    world: World, back: timedelta
) -> None:
    client = a_client()
    world.port.of(client)
    world.served.page = NEW.keys.to_jwks()
    world.clock.advance(back)
    assert kids(world.port.for_token(client, signed_by("old"))) == {"new"}


@pytest.mark.parametrize("page", [None, {"keys": "none"}, [], {"keys": [{"kty": "oct"}]}])
def test_what_was_good_stays_where_the_address_serves_nothing_good(
    world: World, page: object
) -> None:
    world.served.page = page
    assert kids(world.port.for_token(a_client(), signed_by("new"))) == {"old"}
    assert world.kept.kept == []


def test_what_was_never_read_is_none(world: World) -> None:
    world.served.page = None
    assert world.port.of(a_client(keys=None)) is None


@pytest.mark.spec("RFC 7517 §5")
@pytest.mark.parametrize("odd", [{"kty": []}, {"kty": "EC", "crv": {}}, {"kty": {}}])
def test_a_key_that_nobody_can_read_is_looked_at_once_a_minute(
    world: World, odd: dict[str, object]
) -> None:
    world.served.page = {"keys": [odd, NEW.key.to_jwk()]}
    for _ in range(3):
        assert kids(world.port.for_token(a_client(), signed_by("third"))) == {"new"}
    assert world.served.asked == 1
    world.served.page = {"keys": [odd, {**NEW.key.to_jwk(), "x": []}]}
    world.clock.advance(KeysOfClients.BACK_OFF)
    for _ in range(3):
        assert kids(world.port.for_token(a_client(), signed_by("third"))) == {"new"}
    assert world.served.asked == 2


@pytest.mark.parametrize("token", ["", "x", "....", "e30.e30.x", "W10.e30.x"])
def test_what_names_no_key_asks_nobody(world: World, token: str) -> None:
    client = a_client()
    world.port.of(client)
    world.clock.advance(timedelta(minutes=2))
    assert kids(world.port.for_token(client, token)) == {"old"}
    assert world.served.asked == 1
