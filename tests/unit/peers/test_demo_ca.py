"""The demo CA's lists, and peers that stop by themselves."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ca_bridge.adapters.revocation_fetch import is_signed
from peers.demo_ca.adapters.folder import Folder
from peers.demo_ca.build import hand_out, main, make, revoke, server
from peers.demo_ca.domain import Holder
from tests.unit.peers.running import running

HOLDER = Holder(name="王五")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "ca")
    make(made)
    hand_out(made, HOLDER, tmp_path / "a.key", tmp_path / "a.pem")
    return made


def crl(url: str, name: str) -> x509.CertificateRevocationList:
    with urllib.request.urlopen(f"{url}/{name}.crl", timeout=5) as reply:  # noqa: S310  loopback
        return x509.load_der_x509_crl(reply.read())


@pytest.mark.spec("RFC 5280 §5")
def test_a_revoked_certificate_is_on_the_next_list(folder: Folder) -> None:
    leaf_file = folder.path.parent / "a.pem"
    leaf = x509.load_pem_x509_certificate(leaf_file.read_bytes())
    with running(server(folder, 0)) as url:
        before = crl(url, "issuing")
        revoke(folder, leaf_file)
        after, root = crl(url, "issuing"), crl(url, "root")
    assert before.get_revoked_certificate_by_serial_number(leaf.serial_number) is None
    assert after.get_revoked_certificate_by_serial_number(leaf.serial_number)
    authority = folder.load()
    for one, issuer in ((after, authority.issuing), (root, authority.root)):
        is_signed(one, [issuer.certificate.public_bytes(Encoding.DER)])


def test_keys_are_for_their_owner_only_and_never_overwritten(folder: Folder) -> None:
    keys = [folder.path.parent / "a.key", *folder.path.glob("*.key")]
    assert {file.stat().st_mode & 0o777 for file in keys} == {0o600}
    before = (folder.path / "root.key").read_bytes()
    make(folder)
    assert (folder.path / "root.key").read_bytes() == before
    with pytest.raises(FileExistsError):
        hand_out(folder, HOLDER, keys[0], folder.path.parent / "b.pem")


def test_without_an_authority_nothing_is_issued(tmp_path: Path) -> None:
    said = ["issue", f"--data={tmp_path}", "--name=x"]
    said += [f"--key={tmp_path}/k", f"--cert={tmp_path}/c"]
    assert main(said) == 1
    assert not (tmp_path / "k").exists()


def test_it_stops_by_itself_on_sigterm(folder: Folder) -> None:
    program = "import sys; from peers.demo_ca.build import main; sys.exit(main())"
    child = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", program, "serve", f"--data={folder.path}", "--port=0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline().startswith("demo-ca: http://localhost:")
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    child.stdout.close()
