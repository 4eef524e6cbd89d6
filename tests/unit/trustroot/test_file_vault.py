"""Faults of the encrypted files: each has an error that names file and purpose."""

import stat
from pathlib import Path

import pytest

from kernel.entropy import SystemEntropy
from kernel.secret import Secret
from trustroot.keys.adapters.file_vault import FileVault
from trustroot.keys.domain import Purpose, RoleGroup
from trustroot.keys.errors import (
    KeyFileForeign,
    KeyFileMissing,
    KeyFileUnreadable,
    KeyNotHeld,
    VaultSecretTooWeak,
)

SERVE, WORKER = RoleGroup.SERVE, RoleGroup.WORKER


def a_vault(folder: Path, **letters: str) -> FileVault:
    secrets = {RoleGroup(group): Secret(letter * 43) for group, letter in letters.items()}
    return FileVault(folder, secrets, SystemEntropy())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    a_vault(tmp_path, serve="s", worker="w").prepare()
    return tmp_path


def test_files_are_for_their_owner_only(folder: Path) -> None:
    a_vault(folder, serve="s").create(Purpose.SEAL)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}


def test_a_file_holds_no_key_in_the_clear(folder: Path) -> None:
    vault = a_vault(folder, serve="s")
    kid = vault.create(Purpose.SEAL).kid
    raw = (folder / "serve.vault").read_bytes()
    assert kid.encode() not in raw
    assert vault.symmetric_key(Purpose.SEAL, kid).key.hex().encode() not in raw


def test_every_write_has_a_fresh_salt_and_nonce(folder: Path) -> None:
    vault, seen = a_vault(folder, serve="s"), set()
    for _ in range(3):
        vault.create(Purpose.SEAL)
        seen.add((folder / "serve.vault").read_text().split('"keys"')[0])
    assert len(seen) == 3


def test_a_missing_file_is_named_with_its_purposes(folder: Path) -> None:
    (folder / "worker.vault").unlink()
    vault = a_vault(folder, serve="s", worker="w")
    with pytest.raises(KeyFileMissing, match=r"worker\.vault \(purposes anchor, feed, log"):
        vault.signing_key(Purpose.ANCHOR, "any")
    with pytest.raises(KeyFileMissing):
        vault.create(Purpose.ANCHOR)
    assert not (folder / "worker.vault").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"not json", b'{"version": 1, "group": "serve"}', b"\xff\xfe"]
)
def test_a_broken_file_is_named_and_stays_as_it_is(folder: Path, content: bytes) -> None:
    (folder / "serve.vault").write_bytes(content)
    vault = a_vault(folder, serve="s")
    with pytest.raises(KeyFileUnreadable, match=r"serve\.vault \(purposes entity, tokens"):
        vault.create(Purpose.TOKENS)
    assert (folder / "serve.vault").read_bytes() == content


def test_a_file_opens_with_its_own_secret_only(folder: Path) -> None:
    kid = a_vault(folder, serve="s").create(Purpose.TOKENS).kid
    with pytest.raises(KeyFileForeign, match=r"serve\.vault"):
        a_vault(folder, serve="x").signing_key(Purpose.TOKENS, kid)


def test_a_file_of_another_group_does_not_open_even_with_its_secret(folder: Path) -> None:
    (folder / "worker.vault").replace(folder / "serve.vault")
    with pytest.raises(KeyFileForeign):
        a_vault(folder, serve="w").signing_key(Purpose.TOKENS, "any")


def test_a_changed_byte_closes_the_file(folder: Path) -> None:
    path = folder / "serve.vault"
    text = path.read_text()
    at = text.index('"keys": "') + len('"keys": "')
    path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    with pytest.raises(KeyFileForeign):
        a_vault(folder, serve="s").signing_key(Purpose.TOKENS, "any")


def test_the_serve_secret_opens_nothing_of_the_worker(folder: Path) -> None:
    kid = a_vault(folder, worker="w").create(Purpose.ANCHOR).kid
    with pytest.raises(KeyFileForeign):
        a_vault(folder, worker="s").signing_key(Purpose.ANCHOR, kid)
    with pytest.raises(KeyNotHeld, match="anchor"):
        a_vault(folder, serve="s").signing_key(Purpose.ANCHOR, kid)


def test_a_secret_below_256_bits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultSecretTooWeak, match=r"serve\.vault"):
        FileVault(tmp_path, {SERVE: Secret("s" * 42)}, SystemEntropy())


def test_a_writer_killed_before_the_swap_leaves_the_old_file(folder: Path) -> None:
    kid = a_vault(folder, serve="s").create(Purpose.TOKENS).kid
    (folder / "serve.new").write_bytes(b"half a fi")
    vault = a_vault(folder, serve="s")
    assert vault.signing_key(Purpose.TOKENS, kid)
    fresh = vault.create(Purpose.TOKENS).kid
    assert a_vault(folder, serve="s").signing_key(Purpose.TOKENS, fresh)
