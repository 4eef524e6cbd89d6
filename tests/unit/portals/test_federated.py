"""A portal that federates itself: known by its address, and by nobody's secret."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import flask
import pytest

from kernel.clock import SetClock
from kernel.ids import EntityId
from kernel.proof.jose import JwsProfile, UnknownKey, intended_only_for, read, verify
from kernel.proof.statement import MEDIA_TYPE, is_current, verify_configuration
from kernel.proof.statement import read as read_statement
from portals.rp.adapters.own_keys import KeyUse, OwnKey, OwnKeys
from portals.rp.errors import KeyNotUsable
from tests.unit.portals.conftest import ORIGIN, Portals
from tests.unit.portals.fake_hub import FakeHub

ROOT = "https://root.example/trust"
REQUEST = JwsProfile("oauth-authz-req+jwt", frozenset({"ES256"}))
ASSERTION = JwsProfile("JWT", frozenset({"ES256"}))


@pytest.fixture
def federated(portal: Portals, tmp_path: Path) -> flask.Flask:
    return portal(
        client_id=ORIGIN,
        client_secret_file=None,
        federation_dir=str(tmp_path / "entity"),
        authority_hints=[ROOT],
    )


@pytest.mark.spec("OpenID Federation 1.0 §3", "OpenID Federation 1.0 §5.1.2")
def test_it_says_who_it_is_and_whom_it_stands_under(
    federated: flask.Flask, tmp_path: Path, clock: SetClock
) -> None:
    reply = federated.test_client().get("/.well-known/openid-federation")
    assert (reply.status_code, reply.mimetype) == (200, MEDIA_TYPE)
    said = read_statement(reply.text)
    verified = verify_configuration(said)
    is_current(verified, clock())
    assert (said.issuer, said.claims["authority_hints"]) == (EntityId(ORIGIN), [ROOT])
    metadata = verified.metadata["openid_relying_party"]
    assert metadata["client_registration_types"] == ["automatic"]
    assert metadata["redirect_uris"] == [f"{ORIGIN}/callback"]
    keys = OwnKeys.of(tmp_path / "entity")
    assert metadata["jwks"] == keys.protocol.published.to_jwks()


@pytest.mark.spec("OpenID Federation 1.0 §3.1.1")
def test_its_federation_key_signs_no_protocol_messages(tmp_path: Path) -> None:
    keys = OwnKeys.of(tmp_path)
    assert keys.federation.kid != keys.protocol.kid
    said = keys.protocol.sign("JWT", {})
    with pytest.raises(UnknownKey):
        verify(said, keys.federation.published, ASSERTION)


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1", "RFC 9101 §4")
def test_it_asks_by_a_signed_request_for_the_hub_alone(
    federated: flask.Flask, hub: FakeHub, tmp_path: Path
) -> None:
    went = federated.test_client().get("/sign-in?next=/").location
    query = {name: held for name, (held,) in parse_qs(urlsplit(went).query).items()}
    assert set(query) == {"client_id", "response_type", "scope", "request"}
    published = OwnKeys.of(tmp_path / "entity").protocol.published
    claims = verify(query["request"], published, REQUEST)
    intended_only_for(claims, hub.issuer)
    assert (claims["iss"], claims["client_id"]) == (ORIGIN, ORIGIN)
    assert {"jti", "exp", "nonce", "state", "code_challenge"} <= set(claims)
    assert "sub" not in claims


@pytest.mark.spec("OpenID Federation 1.0 §12.1.1.1")
def test_no_request_is_said_twice(federated: flask.Flask) -> None:
    client = federated.test_client()
    went = [client.get("/sign-in?next=/").location for _ in range(2)]
    said = [parse_qs(urlsplit(each).query)["request"][0] for each in went]
    assert len({str(read(each, REQUEST).claims["jti"]) for each in said}) == 2


def test_its_keys_are_made_once_and_only_we_may_read_them(tmp_path: Path) -> None:
    first, second = (OwnKey.of(tmp_path, KeyUse.PROTOCOL) for _ in range(2))
    assert first.kid == second.kid
    assert first.file.stat().st_mode & 0o077 == 0
    assert {each.name for each in tmp_path.iterdir()} == {"protocol.pem"}


def test_a_key_file_that_holds_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "protocol.pem").write_text("nothing")
    with pytest.raises(KeyNotUsable, match=r"protocol\.pem"):
        _ = OwnKey.of(tmp_path, KeyUse.PROTOCOL).kid
