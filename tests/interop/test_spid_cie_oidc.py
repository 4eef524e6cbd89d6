"""PyPI `spid-cie-oidc`, Italy's toolkit: an anchor we resolve under, and a reader of ours.

Its `TrustChainBuilder` takes more than one step only where the anchor's own configuration
has ``constraints.max_path_length``. The final text keeps constraints to subordinate
statements (OpenID Federation 1.0 §3.1.3), so under our anchor it is asked about direct
subordinates; of an entity further down it says "valid" with an empty path.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final, cast

import pytest

from federation.adapters.http_fetch import HttpFetch
from federation.domain import Anchor, Budget, VerifiedChain
from federation.errors import NoTrustChain
from federation.flows.resolve import Resolution
from federation.flows.verify import ChainVerifier
from kernel.ids import EntityId
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.proof.jose import KeySet
from kernel.proof.statement import MEDIA_TYPE
from portals.rp.adapters.own_keys import OwnKeys
from portals.rp.domain import Registration
from portals.rp.flows.entity import OwnEntity
from server.demo.places import Map, url
from tests.flows.nation import Nation, is_free
from tests.interop.conftest import environment, ran

pytestmark = [pytest.mark.interop, pytest.mark.spec("OpenID Federation 1.0 §10")]

HERE: Final = Path(__file__).parent / "spid_cie_oidc"
SCRIPT: Final = str(HERE / "authority.py")
WELL_KNOWN: Final = "/.well-known/openid-federation"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A running anchor of the toolkit, with the keys it handed over, and our leaf."""

    anchor: EntityId
    keys: KeySet
    leaf: EntityId

    def resolved(self, keys: KeySet | None = None) -> VerifiedChain:
        """Resolve the leaf, believing this anchor by some keys."""
        return resolved(self.leaf, Anchor(self.anchor, keys or self.keys))


def resolved(subject: EntityId, believed: Anchor) -> VerifiedChain:
    """Resolve a subject over HTTP by our resolver."""
    outbound = Outbound.build(OutboundRules(allow_loopback=True))
    try:
        verifier = ChainVerifier({believed.entity: believed})
        return Resolution(HttpFetch(outbound), verifier, now).resolve(subject, Budget())
    finally:
        outbound.close()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lock = HERE / "requirements.lock"
    return environment(lock, tmp_path_factory.mktemp("spid") / "env") / "python"


@pytest.fixture(scope="module")
def foreign(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with under_an_anchor(python, tmp_path_factory.mktemp("anchor"), "plain") as up:
        yield up


@contextmanager
def under_an_anchor(python: Path, folder: Path, marked: str) -> Iterator[Foreign]:
    """Serve a leaf of ours, and start an anchor that takes it in."""
    port = next(one for one in range(24_010, 24_990, 7) if is_free(one))
    keys = OwnKeys.of(folder / "keys")
    with ExitStack() as until:
        leaf = until.enter_context(served(keys, EntityId(url(port))))
        jwks = json.dumps(keys.federation.published.to_jwks())
        argv = ("serve", str(folder), str(port), leaf, jwks, marked)
        said = until.enter_context(running(python, folder, *argv))
        anchor = EntityId(str(said["anchor"]))
        handed = KeySet.parse(cast("Mapping[str, object]", said["jwks"]))
        yield Foreign(anchor, handed, leaf)


@contextmanager
def running(python: Path, folder: Path, *argv: str) -> Iterator[dict[str, object]]:
    """Start the script, return what it says when it is up, end it."""
    trouble = folder / "trouble"
    with trouble.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own script
            [str(python), SCRIPT, *argv], stdout=subprocess.PIPE, stderr=out
        )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert first, trouble.read_text("utf-8")
        yield json.loads(first)
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


@contextmanager
def served(keys: OwnKeys, superior: EntityId) -> Iterator[EntityId]:
    """Serve the configuration of a relying party of ours on a free loopback port."""
    held: list[OwnEntity] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = held[0].configuration().encode("ascii")
            self.send_response(200 if self.path == WELL_KNOWN else 404)
            self.send_header("Content-Type", MEDIA_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    held.append(a_leaf(keys, EntityId(url(server.server_port)), superior))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield EntityId(held[0].registration.client_id)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_leaf(keys: OwnKeys, entity: EntityId, superior: EntityId) -> OwnEntity:
    known = Registration(
        issuer=superior,
        client_id=entity,
        redirect_uri=f"{entity}/callback",
        after_sign_out=f"{entity}/signed-out",
    )
    return OwnEntity(
        registration=known,
        superiors=(superior,),
        name_zh="接入方",
        name_en="Leaf",
        told=f"{entity}/told",
        keys=keys,
        clock=now,
    )


def built(python: Path, folder: Path, subject: str, anchor: str) -> dict[str, object]:
    """Return what its builder finds between a subject and an anchor."""
    said = ran([str(python), SCRIPT, "chain", str(folder), subject, anchor], folder)
    found: dict[str, object] = json.loads(said)
    return found


@pytest.mark.spec("OpenID Federation 1.0 §10.1")
def test_we_resolve_a_leaf_under_a_foreign_anchor(foreign: Foreign) -> None:
    chain = foreign.resolved()
    assert chain.path == (foreign.leaf, foreign.anchor)
    assert [one.issuer for one in chain.statements] == [
        foreign.leaf,
        foreign.anchor,
        foreign.anchor,
    ]
    assert chain.expires_at > now()


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_we_apply_its_own_default_policy(foreign: Foreign) -> None:
    """Its policy leaves ``openid`` and ``offline_access`` of what a leaf asks for."""
    chain = foreign.resolved()
    stated = chain.statements[0].metadata["openid_relying_party"]
    assert stated["scope"] == "openid profile organisations"
    assert chain.metadata["openid_relying_party"] == {**stated, "scope": "openid"}


@pytest.mark.spec("OpenID Federation 1.0 §10.2")
def test_we_refuse_it_under_other_keys_than_it_handed_over(
    foreign: Foreign, tmp_path: Path
) -> None:
    other = OwnKeys.of(tmp_path).federation.published
    with pytest.raises(NoTrustChain):
        foreign.resolved(other)


@pytest.mark.spec("OpenID Federation 1.0 §3.1.2")
def test_we_refuse_the_trust_marks_it_puts_into_subordinate_statements(
    python: Path, tmp_path: Path
) -> None:
    """With a profile assigned it does so; they belong into configurations only."""
    with (
        under_an_anchor(python, tmp_path, "marked") as foreign,
        pytest.raises(NoTrustChain, match="trust_marks"),
    ):
        foreign.resolved()


@pytest.mark.spec("OpenID Federation 1.0 §8.1")
def test_it_believes_a_province_by_our_anchor(
    python: Path, nation: Nation, tmp_path: Path
) -> None:
    places = Map(nation.folder, nation.base)
    (province, *_), anchor = places.provinces, places.national.trust
    said = built(python, tmp_path, province.trust, anchor)
    assert said["valid"] is True
    assert said["path"] == [province.trust, anchor]


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4")
def test_it_resolves_an_application_of_ours_to_the_metadata_that_we_do(
    python: Path, nation: Nation, tmp_path: Path
) -> None:
    places = Map(nation.folder, nation.base)
    leaf, anchor = EntityId(places.federated.base_url), EntityId(places.national.trust)
    said = built(python, tmp_path, leaf, anchor)
    assert said["path"] == [leaf, anchor]
    keys = KeySet.parse(json.loads(places.national.anchor_file.read_text("utf-8")))
    assert said["metadata"] == resolved(leaf, Anchor(anchor, keys)).metadata
