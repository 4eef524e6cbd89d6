"""What every vault promises: `trustroot.keys.ports.Vault`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.keyring import HardwarePurpose, Pkcs11
from config.words import SecretFile
from kernel.entropy import SeededEntropy, SystemEntropy
from kernel.proof.jose import KeySet, PublicKey, check_signature
from kernel.secret import Secret
from tests.contract.trustroot.softhsm import PIN, fresh_token
from tests.unit.trustroot.encrypting import encrypted, key_of
from tests.unit.trustroot.fakes import MemoryVault
from trustroot.keys import build as keys
from trustroot.keys.adapters.file_vault import FileVault
from trustroot.keys.adapters.routed_vault import RoutedVault
from trustroot.keys.domain import (
    OPTIONAL_RULES,
    RULES,
    Algorithm,
    Purpose,
    RoleGroup,
    rule_of,
)
from trustroot.keys.errors import EncryptedRefused, KeyNotHeld, PurposeUnsupported
from trustroot.keys.ports import Vault

SECRETS = {
    RoleGroup.SERVE: Secret("s" * 43),
    RoleGroup.WORKER: Secret("w" * 43),
}
Opening = Callable[..., Vault]


@pytest.fixture(params=["memory", "file", "pkcs11"])
def opening(request: pytest.FixtureRequest) -> Opening:
    """Return a function that opens one and the same vault for some role groups."""
    opened: Opening = request.getfixturevalue(f"open_{request.param}")
    return opened


@pytest.fixture
def open_memory() -> Opening:
    kept = MemoryVault().kept
    return lambda *groups: MemoryVault(frozenset(groups), kept, SeededEntropy(3))


@pytest.fixture
def open_file(tmp_path: Path) -> Opening:
    def opened(*groups: RoleGroup) -> Vault:
        secrets = {group: SECRETS[group] for group in groups}
        return FileVault(tmp_path / "vault", secrets, SystemEntropy())

    return opened


@pytest.fixture
def open_pkcs11(
    open_file: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Opening:
    """All the worker's keys on a token, as `build` joins it with the files."""
    token = fresh_token(tmp_path, monkeypatch)
    page = Pkcs11(
        module=token.module,
        token=token.label,
        pin_file=SecretFile(tmp_path / "pin"),
        purposes=tuple(HardwarePurpose),
    )
    page.pin_file.path.write_text(PIN.reveal() + "\n")

    def opened(*groups: RoleGroup) -> Vault:
        files = open_file(*groups)
        if RoleGroup.WORKER not in groups:
            return files
        return RoutedVault(keys.modules((page,), SystemEntropy()), files)

    return opened


@pytest.fixture
def vault(opening: Opening) -> Vault:
    opened = opening(RoleGroup.SERVE, RoleGroup.WORKER)
    opened.prepare()
    return opened


PAIRS = [p for p, rule in RULES.items() if rule.algorithm is not Algorithm.SYMMETRIC]
SIGNING = [p for p in PAIRS if RULES[p].algorithm is not Algorithm.ECDH_ES]
SIGNING += OPTIONAL_RULES
OPENING = [p for p in PAIRS if RULES[p].algorithm is Algorithm.ECDH_ES]
SYMMETRIC = [p for p, rule in RULES.items() if rule.algorithm is Algorithm.SYMMETRIC]


@pytest.mark.spec("RFC 7515 §5.1")
@pytest.mark.parametrize("purpose", SIGNING)
def test_what_a_key_signs_verifies_under_its_public_half(
    vault: Vault, purpose: Purpose
) -> None:
    created = vault.create(purpose)
    assert created.public is not None
    public = PublicKey.parse(created.public)
    signature = vault.signing_key(purpose, created.kid).sign(b"words")
    check_signature(rule_of(purpose).algorithm.value, public.key, signature, b"words")


@pytest.mark.spec("RFC 7517 §9.2")
@pytest.mark.parametrize("purpose", [*PAIRS, *OPTIONAL_RULES])
def test_the_public_half_holds_no_private_member(vault: Vault, purpose: Purpose) -> None:
    created = vault.create(purpose)
    assert created.public is not None
    assert "d" not in created.public
    assert created.public["kid"] == created.kid


@pytest.mark.spec("RFC 7516 §5.2")
@pytest.mark.parametrize("purpose", OPENING)
def test_what_is_encrypted_to_a_public_half_opens_with_that_key(
    vault: Vault, purpose: Purpose
) -> None:
    created, other = vault.create(purpose), vault.create(purpose)
    assert created.public is not None
    key = key_of(KeySet.of([PublicKey.parse(created.public)]))
    token = encrypted(key, "words")
    assert vault.decryption_key(purpose, created.kid).decrypt(token) == b"words"
    with pytest.raises(EncryptedRefused):
        vault.decryption_key(purpose, other.kid).decrypt(token)


def test_a_key_either_signs_or_opens(vault: Vault) -> None:
    signs, opens = vault.create(Purpose.TOKENS), vault.create(Purpose.REQUEST_DECRYPT)
    with pytest.raises(KeyNotHeld):
        vault.decryption_key(Purpose.TOKENS, signs.kid)
    with pytest.raises(KeyNotHeld):
        vault.signing_key(Purpose.REQUEST_DECRYPT, opens.kid)
    with pytest.raises(KeyNotHeld):
        vault.symmetric_key(Purpose.REQUEST_DECRYPT, opens.kid)
    with pytest.raises(KeyNotHeld):
        vault.decryption_key(Purpose.REQUEST_DECRYPT, signs.kid)


@pytest.mark.parametrize("purpose", SYMMETRIC)
def test_a_symmetric_key_has_256_bits_and_stays_the_same(
    vault: Vault, purpose: Purpose
) -> None:
    created = vault.create(purpose)
    assert created.public is None
    first = vault.symmetric_key(purpose, created.kid)
    assert len(first.key) == 32
    assert vault.symmetric_key(purpose, created.kid) == first


def test_every_key_is_another_one(vault: Vault) -> None:
    kids = {vault.create(Purpose.TOKENS).kid for _ in range(4)}
    assert len(kids) == 4


def test_a_key_serves_no_other_purpose(vault: Vault) -> None:
    created = vault.create(Purpose.TOKENS)
    with pytest.raises(KeyNotHeld):
        vault.signing_key(Purpose.ENTITY, created.kid)
    with pytest.raises(KeyNotHeld):
        vault.signing_key(Purpose.ANCHOR, created.kid)


def test_a_process_without_the_group_holds_none_of_its_keys(
    vault: Vault, opening: Opening
) -> None:
    created = vault.create(Purpose.ANCHOR)
    serving = opening(RoleGroup.SERVE)
    with pytest.raises(KeyNotHeld):
        serving.signing_key(Purpose.ANCHOR, created.kid)
    with pytest.raises(KeyNotHeld):
        serving.create(Purpose.ANCHOR)


def test_a_key_made_by_another_process_is_found(vault: Vault, opening: Opening) -> None:
    serving = opening(RoleGroup.SERVE)
    first = vault.create(Purpose.TOKENS)
    serving.signing_key(Purpose.TOKENS, first.kid)
    second = vault.create(Purpose.TOKENS)
    assert serving.signing_key(Purpose.TOKENS, second.kid).sign(b"x")


def test_a_forgotten_key_is_gone_for_every_process(vault: Vault, opening: Opening) -> None:
    created, other = vault.create(Purpose.TOKENS), vault.create(Purpose.TOKENS)
    vault.forget(Purpose.TOKENS, created.kid)
    vault.forget(Purpose.TOKENS, created.kid)
    for process in (vault, opening(RoleGroup.SERVE)):
        with pytest.raises(KeyNotHeld):
            process.signing_key(Purpose.TOKENS, created.kid)
        assert process.signing_key(Purpose.TOKENS, other.kid)


def test_preparing_again_keeps_what_is_there(vault: Vault) -> None:
    created = vault.create(Purpose.SEAL)
    vault.prepare()
    assert vault.symmetric_key(Purpose.SEAL, created.kid)


def test_a_purpose_without_a_rule_gets_no_key(vault: Vault) -> None:
    with pytest.raises((PurposeUnsupported, KeyError)):
        vault.create(Purpose.SAML_DECRYPT)
