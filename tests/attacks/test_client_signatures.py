"""Every JWS attack family against what clients sign: request objects and assertions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

import pytest

from idp.clients.domain import AuthMethod, Client, Membership, OidcFacet, Registration
from idp.clients.errors import ClientHasNoSecret
from idp.clients.ports import ClientKeys
from idp.oidc.domain.issuer import Issuer
from idp.oidc.domain.one_time import Unspent
from idp.oidc.domain.signed import Pushed
from idp.oidc.errors import RequestUriRefused
from idp.oidc.flows.assertions import Assertions
from idp.oidc.flows.decrypting import Decrypting
from idp.oidc.flows.once import Once
from idp.oidc.flows.opening import Opening
from idp.oidc.messages.signed import read_assertion
from kernel.clock import SetClock, epoch_seconds
from kernel.errors import Refused
from kernel.ids import ClientId, EntityId
from kernel.proof.jose import KeySet
from kernel.secret import Digest, Secret
from kernel.standing import Party, PartyKind
from tests.attacks.lies import LAST, Lies
from tests.unit.kernel.proof.signers import signer
from tests.unit.trustroot.fakes import KeyHouse
from trustroot.keys.domain import RoleGroup
from trustroot.keys.ports import Decrypter
from trustroot.keys.service import KeyRing

NOW: Final = datetime(2026, 11, 26, 8, tzinfo=UTC)
CLOCK: Final = SetClock(NOW)
KEY: Final = signer(kid="protocol-key")
ISSUER: Final = Issuer("https://id.example")
RP: Final = "https://rp.example"
OBJECT: Final = "oauth-authz-req+jwt"
SECONDS: Final = epoch_seconds(NOW)


@pytest.fixture(autouse=True)
def _no_defect() -> None:
    """Nothing here is served, so there is no log of a house to look at."""


class Believing(Protocol):
    """Takes one object where it belongs."""

    def __call__(self, token: str, /) -> object: ...


class Fresh:
    """A `OnceStore` that has seen nothing: only the object itself can be refused."""

    def use(self, _name: Digest, _until: datetime) -> bool:
        return True

    def forget_before(self, _instant: datetime) -> int:
        return 0


class GivenKeys:
    """Every client handed its keys over."""

    def of(self, client: Client) -> KeySet | None:
        return client.oidc.keys

    def for_token(self, client: Client, token: str) -> KeySet | None:
        assert isinstance(token, str)
        return client.oidc.keys

    def for_key(self, client: Client, thumbprint: str) -> KeySet | None:
        raise AssertionError(client.id, thumbprint)


class NoSecrets:
    """No client shares a secret."""

    def seal(self, client: ClientId, _secret: Secret) -> bytes:
        raise ClientHasNoSecret(client)

    def of(self, client: Client) -> Secret:
        raise ClientHasNoSecret(client.id)


class NothingLiesThere:
    def read(self, uri: str) -> str:
        raise RequestUriRefused(uri)


@dataclass
class NothingPushed:
    """A `PushedStore` in which nothing waits."""

    held: dict[Digest, Pushed] = field(default_factory=dict)

    def add(self, pushed: Pushed) -> None:
        self.held[pushed.digest] = pushed

    def find(self, digest: Digest) -> Pushed | None:
        return self.held.get(digest)

    def use(self, digest: Digest, _at: datetime) -> bool:
        return digest in self.held

    def forget_before(self, _instant: datetime) -> int:
        return 0


def a_client(*, member: bool) -> Client:
    path = (EntityId(RP), EntityId("https://nation.example/trust"))
    parties = tuple(Party(PartyKind.MEMBER, entity) for entity in path)
    membership = Membership(Registration.AUTOMATIC, path, NOW, parties)
    return Client(
        id=ClientId(RP),
        name_zh="应用",
        name_en="Application",
        oidc=OidcFacet(auth_method=AuthMethod.PRIVATE_KEY, keys=KEY.keys),
        membership=membership if member else None,
        created_at=NOW,
    )


def a_ring() -> KeyRing:
    """Return the keys of an installation, as a serving process has them."""
    house = KeyHouse(clock=CLOCK)
    house.care.create_installation_keys()
    return house.process(RoleGroup.SERVE)


def takes_objects(
    client: Client, decrypter: Decrypter | None = None, keys: ClientKeys | None = None
) -> Believing:
    decrypting = Decrypting(decrypter or a_ring())
    opening = Opening(
        ISSUER,
        Once(Fresh()),
        NothingPushed(),
        CLOCK,
        decrypting,
        NothingLiesThere(),
        keys or GivenKeys(),
    )
    return lambda token: opening.opened(client, {"request": token})


def takes_assertions(client: Client) -> Believing:
    assertions = Assertions(ISSUER, Once(Fresh()), CLOCK, GivenKeys(), NoSecrets())
    return lambda token: assertions.believe(client, read_assertion(token), Unspent())


class ObjectLies(Lies):
    """Lies about an object that names its client twice, and nobody as its subject."""

    def _values(self) -> Iterator[tuple[str, str]]:
        head = self.by.header(self.typ)
        for name, true in (("iss", RP), ("client_id", RP), ("aud", ISSUER.url)):
            near = (f"{true}/", true.upper(), f" {true}", true[:-1], f"{true}\0")
            for wrong in (5, None, "", [true, "x"], {"id": true}, *near, f"{true}.evil"):
                claims = {**self.claims, name: wrong}
                yield f"{name} {wrong!r:.60}", self.by.token(head, claims)
        no_dates: tuple[object, ...] = ("1", None, True, [1], {}, -1, 10**18, 1e300, *LAST)
        for name in self.dates:
            for date in no_dates:
                yield f"{name} {date!r}", self.by.token(head, {**self.claims, name: date})
        for name in self.required:
            left = {key: value for key, value in self.claims.items() if key != name}
            yield f"no {name}", self.by.token(head, left)
        for subject in (RP, "", "x", 5):
            yield f"sub {subject!r}", self.by.token(head, {**self.claims, "sub": subject})


def believed(lies: Lies, believe: Believing) -> set[str]:
    """Return the names of all lies that were believed; the truth must be."""
    believe(lies.true)
    # A token without the letter that this lie changes is no lie.
    told = (lie for lie in lies.tokens() if lie[0] != "not ASCII" or not lie[1].isascii())
    return {name for name, token in told if _is_taken(token, believe)}


def _is_taken(token: str, believe: Believing) -> bool:
    try:
        believe(token)
    except Refused:
        return False
    return True


@pytest.mark.spec("RFC 9101 §6; RFC 8725 §3; OpenID Federation 1.0 §12.1.1.1")
def test_no_lie_about_a_request_object_of_a_member_is_believed() -> None:
    claims = {
        "iss": RP,
        "aud": ISSUER.url,
        "client_id": RP,
        "jti": "one",
        "iat": SECONDS,
        "exp": SECONDS + 60,
        "response_type": "code",
    }
    required = ("iss", "aud", "client_id", "jti", "exp")
    lies = ObjectLies(KEY, OBJECT, claims, dates=("iat", "exp"), required=required)
    taken = believed(lies, takes_objects(a_client(member=True)))
    # RFC 9101 §10.8: the type is new, and JWT is what most clients still say.
    assert taken <= {"no kid", "typ JWT"}


@pytest.mark.spec("RFC 9101 §6; RFC 8725 §3")
def test_no_lie_about_a_request_object_of_a_client_kept_here_is_believed() -> None:
    claims = {
        "iss": RP,
        "aud": ISSUER.url,
        "client_id": RP,
        "exp": SECONDS + 60,
        "response_type": "code",
    }
    lies = ObjectLies(KEY, OBJECT, claims, dates=("exp",), required=("client_id",))
    taken = believed(lies, takes_objects(a_client(member=False)))
    # RFC 7519 §4.1.3: of several audiences we need only be one, for clients kept here.
    several = f"aud {[ISSUER.url, 'x']!r:.60}"
    assert taken <= {"no kid", "typ JWT", several}


@pytest.mark.spec("RFC 7523 §3; RFC 8725 §3; OIDC Core §9")
@pytest.mark.parametrize("member", [True, False], ids=["member", "kept"])
def test_no_lie_about_a_client_assertion_is_believed(member: bool) -> None:  # noqa: FBT001  hypothesis gives it
    claims = {
        "iss": RP,
        "sub": RP,
        "aud": ISSUER.url,
        "jti": "one",
        "iat": SECONDS,
        "exp": SECONDS + 60,
    }
    required = ("iss", "sub", "aud", "jti", "exp")
    lies = Lies(KEY, "JWT", claims, dates=("iat", "exp"), required=required)
    taken = believed(lies, takes_assertions(a_client(member=member)))
    # OIDC Core §10.1: a client with one key need not name it.
    assert taken <= {"no kid"}
