"""A security module beside the files: what never leaves it, and who never reaches it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.keyring import HardwarePurpose, Keys, Pkcs11
from config.words import SecretFile
from kernel.clock import SetClock
from kernel.entropy import SystemEntropy
from kernel.infra.db import Database, create_all
from kernel.proof.jose import PublicKey, check_signature
from tests.contract.trustroot.softhsm import PIN, SoftToken, fresh_token
from tests.unit.trustroot.fakes import NOON, MemoryJobs, MemoryTrail
from trustroot.keys import build as keys
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import HardwareUnavailable, KeyFileUnreadable, KeyNotHeld

SERVE, WORKER = RoleGroup.SERVE, RoleGroup.WORKER
Room = Callable[..., keys.KeysRoom]


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    return fresh_token(tmp_path, monkeypatch)


@pytest.fixture
def page(token: SoftToken, tmp_path: Path) -> Pkcs11:
    (tmp_path / "pin").write_text(PIN.reveal() + "\n")
    pin = SecretFile(tmp_path / "pin")
    return Pkcs11(module=token.module, token=token.label, pin_file=pin)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Return a function that opens the room as a process of a group."""
    db = Database(f"sqlite:///{tmp_path / 'keys.sqlite'}")
    create_all(db)
    for name in ("serve", "worker"):
        (tmp_path / name).write_text(name[0] * 43)

    def opened(group: RoleGroup, *modules: Pkcs11) -> keys.KeysRoom:
        settings = Keys(
            vault_dir=tmp_path / "vault",
            serve_secret_file=SecretFile(tmp_path / "serve"),
            worker_secret_file=SecretFile(tmp_path / "worker"),
            pkcs11=modules,
        )
        return keys.build(
            settings,
            group=group,
            db=db,
            clock=SetClock(NOON),
            entropy=SystemEntropy(),
            trail=MemoryTrail(),
            jobs=MemoryJobs(),
        )

    return opened


def test_anchor_list_log_and_ca_keys_lie_in_the_module_only(
    room: Room, page: Pkcs11
) -> None:
    room(WORKER, page).care.create_installation_keys()
    files_only = room(WORKER).ring
    for purpose in (Purpose.ANCHOR, Purpose.LIST, Purpose.LOG, Purpose.CA):
        assert room(WORKER, page).ring.sign_raw(purpose, b"x")
        with pytest.raises(KeyNotHeld):
            files_only.sign_raw(purpose, b"x")
    assert files_only.sign_raw(Purpose.FEED, b"x")


def test_serve_neither_reads_the_pin_nor_uses_a_key_of_the_module(
    room: Room, page: Pkcs11
) -> None:
    room(WORKER, page).care.create_installation_keys()
    page.pin_file.path.unlink()
    serving = room(SERVE, page).ring
    assert len(serving.published(Purpose.ANCHOR).by_kid) == 2
    for purpose in (Purpose.ANCHOR, Purpose.LIST, Purpose.LOG, Purpose.CA):
        with pytest.raises(KeyNotHeld):
            serving.sign_raw(purpose, b"x")
    with pytest.raises(KeyFileUnreadable):
        room(WORKER, page)


def test_a_key_of_the_files_goes_on_until_a_rotation_moves_its_purpose(
    room: Room, page: Pkcs11
) -> None:
    room(WORKER).care.create_installation_keys()
    moved = room(WORKER, page)
    first = moved.ring.active_kid(Purpose.ANCHOR)
    assert moved.ring.sign_raw(Purpose.ANCHOR, b"x").kid == first
    moved.care.rotate(Purpose.ANCHOR, first, emergency=True)
    second = room(WORKER, page).ring.active_kid(Purpose.ANCHOR)
    moved.care.rotate(Purpose.ANCHOR, second, emergency=True)
    after = room(WORKER, page).ring
    assert after.sign_raw(Purpose.ANCHOR, b"x").kid not in {first, second}
    with pytest.raises(KeyNotHeld):
        room(WORKER).ring.sign_raw(Purpose.ANCHOR, b"x")


@pytest.mark.spec("PKCS #11 v2.40 §4.9")
def test_a_private_half_never_leaves_the_module(room: Room, page: Pkcs11) -> None:
    room(WORKER, page).care.create_installation_keys()
    pkcs11 = pytest.importorskip("pkcs11", reason="no PKCS#11 module here")
    token = pkcs11.lib(str(page.module)).get_token(token_label=page.token)
    private = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    with token.open() as session:
        found = list(session.get_objects(private))
        assert len(found) == 7  # anchor, list and ca twice; the log's key never rotates
        for key in found:
            assert key[pkcs11.Attribute.SENSITIVE]
            assert not key[pkcs11.Attribute.EXTRACTABLE]
            with pytest.raises(pkcs11.exceptions.PKCS11Error):
                key[pkcs11.Attribute.VALUE]


def test_another_process_finds_and_uses_what_this_one_made(
    page: Pkcs11, token: SoftToken
) -> None:
    vault = keys.modules((page,), SystemEntropy())[Purpose.ANCHOR]
    created = vault.create(Purpose.ANCHOR)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from kernel.entropy import SystemEntropy\n"
        "from kernel.secret import Secret\n"
        "from trustroot.keys.adapters.pkcs11_token import Token\n"
        "from trustroot.keys.adapters.pkcs11_vault import Pkcs11Vault\n"
        "from trustroot.keys.domain import Purpose\n"
        "module, label, pin, kid = sys.argv[1:]\n"
        "vault = Pkcs11Vault(Token(Path(module), label), Secret(pin), SystemEntropy())\n"
        "print(vault.signing_key(Purpose.ANCHOR, kid).sign(b'words').hex())\n"
    )
    words = (str(page.module), page.token, PIN.reveal(), created.kid)
    told = subprocess.run(  # noqa: S603  our own words
        (sys.executable, "-c", script, *words),
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **token.environment},
    )
    assert created.public is not None
    public = PublicKey.parse(created.public)
    check_signature("ES256", public.key, bytes.fromhex(told.stdout.strip()), b"words")


def test_a_wrong_pin_is_tried_once_and_never_again(page: Pkcs11) -> None:
    page.pin_file.path.write_text("1111\n")
    vault = keys.modules((page,), SystemEntropy())[Purpose.ANCHOR]
    for _ in range(12):
        with pytest.raises(HardwareUnavailable):
            vault.prepare()
    pkcs11 = pytest.importorskip("pkcs11", reason="no PKCS#11 module here")
    token = pkcs11.lib(str(page.module)).get_token(token_label=page.token)
    with token.open(user_pin=PIN.reveal()) as session:
        assert session is not None  # twelve refusals would have locked it


def test_a_token_or_module_that_is_not_there_is_named(page: Pkcs11) -> None:
    gone = Pkcs11(
        module=page.module,
        token="nobody's",
        pin_file=page.pin_file,
        purposes=(HardwarePurpose.ANCHOR,),
    )
    vault = keys.modules((gone,), SystemEntropy())[Purpose.ANCHOR]
    with pytest.raises(HardwareUnavailable, match="nobody's: NoSuchToken"):
        vault.create(Purpose.ANCHOR)
    absent = Pkcs11(module=Path("/nowhere.so"), token="x", pin_file=page.pin_file)
    with pytest.raises(HardwareUnavailable):
        keys.modules((absent,), SystemEntropy())[Purpose.LOG].create(Purpose.LOG)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_was_dropped_is_opened_again(page: Pkcs11) -> None:
    vault = keys.modules((page,), SystemEntropy())[Purpose.LOG]
    kid = vault.create(Purpose.LOG).kid
    pkcs11 = pytest.importorskip("pkcs11", reason="no PKCS#11 module here")
    pkcs11.lib(str(page.module)).reinitialize()  # what a module does that was unplugged
    assert len(vault.signing_key(Purpose.LOG, kid).sign(b"x")) == 64
