"""Hosts that serve protocol keys: media types, codes, redirects, silence, floods."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from federation.adapters.http_keys import HttpKeys
from federation.errors import KeysNotUsable, KeysUnreachable
from kernel.errors import DomainError
from kernel.infra.outbound import Outbound, OutboundRules
from tests.unit.federation.hosts import (
    Answer,
    Host,
    a_host,
    breaks_off,
    floods,
    hangs,
    says,
)

SPEC = pytest.mark.spec("OpenID Federation 1.0 §5.2.1")
SIGNED = "application/jwk-set+jwt"
JSON = "application/json"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with a_host() as served:
        yield served


@pytest.fixture(scope="module")
def keys() -> Iterator[HttpKeys]:
    quick = timedelta(milliseconds=700)
    outbound = Outbound.build(OutboundRules(allow_loopback=True, total_timeout=quick))
    yield HttpKeys(outbound)
    outbound.close()


def served(host: Host, name: str, answer: Answer) -> str:
    host.paths[f"/{name}"] = answer
    return f"{host.base}/{name}"


@SPEC
@pytest.mark.parametrize("media", [JSON, "application/jwk-set+json", "text/plain"])
def test_a_plain_set_is_taken_whatever_it_is_called(
    host: Host, keys: HttpKeys, media: str
) -> None:
    assert keys.jwks(served(host, "plain", says(200, b"{}", media))) == b"{}"


@SPEC
def test_a_signed_set_is_taken_under_its_media_type_only(
    host: Host, keys: HttpKeys
) -> None:
    url = served(host, "signed", says(200, b"a.b.c\n", SIGNED))
    assert keys.signed_jwks(url) == "a.b.c"
    for media in (JSON, "application/jwt", "application/jose"):
        with pytest.raises(KeysNotUsable):
            keys.signed_jwks(served(host, "other", says(200, b"a.b.c", media)))
    with pytest.raises(KeysNotUsable):
        keys.signed_jwks(served(host, "letters", says(200, "密钥".encode(), SIGNED)))


@SPEC
@pytest.mark.parametrize(
    ("name", "answer", "failure"),
    [
        ("gone", says(404, b"", JSON), KeysNotUsable),
        ("nothing", says(204, b"", JSON), KeysNotUsable),
        ("away", says(302, b"", JSON, Location="http://192.0.2.1/x"), KeysNotUsable),
        ("broken", says(503, b"", JSON), KeysUnreachable),
        ("large", says(200, b"a" * 70_000, JSON), KeysUnreachable),
        ("flood", floods, KeysUnreachable),
        ("short", breaks_off, KeysUnreachable),
    ],
)
def test_a_host_that_misbehaves_is_told_apart_from_one_that_has_no_keys(
    host: Host, keys: HttpKeys, name: str, answer: Answer, failure: type[DomainError]
) -> None:
    with pytest.raises(failure):
        keys.jwks(served(host, name, answer))


def test_a_host_that_says_nothing_is_waited_for_no_longer_than_the_deadline(
    host: Host, keys: HttpKeys
) -> None:
    with pytest.raises(KeysUnreachable):
        keys.jwks(served(host, "silent", hangs(host)))


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/jwks", "http://169.254.169.254/jwks", "https://[::1/jwks"]
)
def test_private_addresses_are_not_called(keys: HttpKeys, url: str) -> None:
    with pytest.raises(KeysNotUsable):
        keys.jwks(url)
