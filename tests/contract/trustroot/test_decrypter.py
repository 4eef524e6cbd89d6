"""What decrypting promises: `trustroot.keys.ports.Decrypter`, over every vault that can.

A security module holds no key that others encrypt to; that is said here, not skipped.
"""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from joserfc.jwk import ECKey

from config.keyring import HardwarePurpose, Pkcs11
from config.words import SecretFile
from kernel.entropy import SystemEntropy
from kernel.ids import PersonId
from kernel.proof.jose import to_base64url
from kernel.secret import Secret
from tests.contract.trustroot.softhsm import PIN, fresh_token
from tests.unit.trustroot.encrypting import encrypted, key_of
from tests.unit.trustroot.fakes import KeyHouse, MemoryVault
from tests.unit.trustroot.registers import MemoryStanding
from trustroot.keys import build as keys
from trustroot.keys.adapters.file_vault import FileVault
from trustroot.keys.adapters.routed_vault import RoutedVault
from trustroot.keys.domain import (
    Actor,
    KeyState,
    Purpose,
    Reason,
    RoleGroup,
    Timings,
    Why,
)
from trustroot.keys.errors import EncryptedRefused, KeyNotHeld, PurposeUnsupported
from trustroot.keys.ports import Decrypter, Vault
from trustroot.keys.service import KeyCare, KeyRing

OURS = Purpose.REQUEST_DECRYPT
LIMIT = 64 * 1024
SERVE = "s" * 43
PERSON = PersonId(UUID(int=1))


class Installation:
    """Keys in one kind of vault, and the ring of a serving process."""

    def __init__(self, worker: Vault, serving: Vault) -> None:
        self.house = KeyHouse(timings=Timings())
        self.care: KeyCare = replace(self.house.care, vault=worker)
        self.care.create_installation_keys()
        self.ring = KeyRing(self.house.store, serving, self.house.clock)
        self.decrypter: Decrypter = self.ring

    def opens(self, token: str) -> bytes:
        return self.decrypter.decrypt(OURS, token, limit_bytes=LIMIT)

    def key(self, state: KeyState = KeyState.ACTIVE) -> ECKey:
        (held,) = (
            r for r in self.house.store.records() if r.purpose is OURS and r.state is state
        )
        assert held.public is not None
        return ECKey.import_key({**held.public})  # type: ignore[dict-item]  # JSON values

    def rotate(self) -> None:
        self.house.clock.advance(Timings().of(OURS).lead)
        self.care.rotate(OURS, self.ring.active_kid(OURS))
        self.house.clock.advance(Timings().of(OURS).lead / 2)


@pytest.fixture(params=["memory", "file", "file beside a module"])
def installation(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    if request.param == "memory":
        kept = MemoryVault().kept
        serve = frozenset({RoleGroup.SERVE})
        return Installation(MemoryVault(kept=kept), MemoryVault(serve, kept))
    secrets = {RoleGroup.SERVE: Secret(SERVE)}
    serving = FileVault(tmp_path / "vault", secrets, SystemEntropy())
    both = {**secrets, RoleGroup.WORKER: Secret("w" * 43)}
    files: Vault = FileVault(tmp_path / "vault", both, SystemEntropy())
    if request.param == "file":
        return Installation(files, serving)
    modules = keys.modules((a_module(tmp_path, monkeypatch),), SystemEntropy())
    return Installation(RoutedVault(modules, files), serving)


def a_module(folder: Path, patch: pytest.MonkeyPatch) -> Pkcs11:
    token = fresh_token(folder, patch)
    (folder / "pin").write_text(PIN.reveal() + "\n")
    return Pkcs11(
        module=token.module, token=token.label, pin_file=SecretFile(folder / "pin")
    )


WAYS = [
    {"alg": alg, "enc": enc}
    for alg in ("ECDH-ES", "ECDH-ES+A256KW")
    for enc in ("A128GCM", "A256GCM")
]


@pytest.mark.spec("RFC 7516 §5.2")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way['alg']} {way['enc']}")
def test_what_is_encrypted_to_a_published_key_opens(
    installation: Installation, way: dict[str, object]
) -> None:
    to = key_of(installation.decrypter.published(OURS))
    assert installation.opens(encrypted(to, "words", way)) == b"words"
    parties = {**way, "apu": to_base64url(b"a"), "apv": to_base64url(b"b"), "new": 1}
    assert installation.opens(encrypted(to, "words", parties)) == b"words"


@pytest.mark.spec("RFC 7517 §4.2")
def test_its_keys_are_shown_for_encryption_and_fit_no_signature(
    installation: Installation,
) -> None:
    shown = installation.decrypter.published(OURS)
    assert len(shown.by_kid) == 2
    for key in shown.by_kid.values():
        assert (key.use, key.alg, key.algorithms) == ("enc", None, frozenset())
        jwk = key.to_jwk()
        assert (jwk["kty"], jwk["crv"], "d" in jwk) == ("EC", "P-256", False)
    with pytest.raises(KeyNotHeld):
        installation.ring.sign(OURS, "JWT", {})
    with pytest.raises(KeyNotHeld):
        installation.ring.sign_raw(OURS, b"words")


@pytest.mark.spec("OIDC Core §10.2.1")
def test_next_active_and_retired_open_and_a_retired_one_is_shown_no_more(
    installation: Installation,
) -> None:
    old, following = installation.key(), installation.key(KeyState.NEXT)
    assert installation.opens(encrypted(following, "early")) == b"early"
    installation.rotate()
    shown = installation.decrypter.published(OURS)
    assert next(iter(shown.by_kid)) == following.kid
    assert old.kid not in shown.by_kid
    assert installation.opens(encrypted(old, "late")) == b"late"
    assert installation.opens(encrypted(following, "now")) == b"now"


def test_a_key_that_outlived_its_use_opens_nothing(installation: Installation) -> None:
    old = installation.key()
    installation.rotate()
    installation.house.clock.advance(2 * Timings().of(OURS).overlap)
    installation.care.destroy_spent()
    installation.house.clock.advance(Timings().of(OURS).lead)
    with pytest.raises(EncryptedRefused):
        installation.opens(encrypted(old, "too late"))


def test_a_distrusted_key_opens_nothing_and_the_next_takes_over(
    installation: Installation,
) -> None:
    house, stolen = installation.house, installation.key()
    following = installation.key(KeyState.NEXT)
    assert installation.opens(encrypted(stolen, "before")) == b"before"
    actor, why = Actor(PERSON, None), Why(Reason.COMPROMISED, "")
    house.distrusting(MemoryStanding(house.work)).distrust(str(stolen.kid), why, actor)
    house.clock.advance(Timings().of(OURS).lead / 2)
    with pytest.raises(EncryptedRefused, match="kid"):
        installation.opens(encrypted(stolen, "after"))
    assert installation.opens(encrypted(following, "after")) == b"after"
    assert list(installation.decrypter.published(OURS).by_kid) == [following.kid]


def test_a_key_of_another_purpose_opens_nothing(installation: Installation) -> None:
    tokens = installation.ring.published(Purpose.TOKENS)
    other = ECKey.import_key(
        {**next(iter(tokens.by_kid.values())).to_jwk(), "use": "enc", "alg": "ECDH-ES"}  # type: ignore[dict-item]  # JSON values
    )
    with pytest.raises(EncryptedRefused, match="kid"):
        installation.opens(encrypted(other, "words"))
    token = encrypted(installation.key(), "words")
    with pytest.raises(EncryptedRefused, match="kid"):
        installation.decrypter.decrypt(Purpose.TOKENS, token, limit_bytes=LIMIT)


def test_names_that_nobody_has_cost_no_look_into_the_store(
    installation: Installation,
) -> None:
    assert installation.opens(encrypted(installation.key(), "words")) == b"words"
    reads, token = installation.house.store.reads, encrypted(installation.key(), "words")
    for number in range(20):
        named = encrypted(installation.key(), "words", {"kid": f"nobody-{number}"})
        with pytest.raises(EncryptedRefused, match="kid"):
            installation.opens(named)
    assert installation.opens(token) == b"words"
    assert installation.house.store.reads == reads


def test_content_is_measured_before_it_is_opened(installation: Installation) -> None:
    fits = encrypted(installation.key(), b"x" * 99)
    assert installation.decrypter.decrypt(OURS, fits, limit_bytes=99) == b"x" * 99
    with pytest.raises(EncryptedRefused, match="too large"):
        installation.decrypter.decrypt(OURS, fits, limit_bytes=98)
    largest = encrypted(installation.key(), b"x" * LIMIT)
    assert len(installation.opens(largest)) == LIMIT
    with pytest.raises(EncryptedRefused, match="too large"):
        installation.opens("x" * 20 * LIMIT)


def test_a_process_without_the_group_opens_nothing(installation: Installation) -> None:
    house = installation.house
    stranger = KeyRing(house.store, MemoryVault(frozenset()), house.clock)
    with pytest.raises(KeyNotHeld):
        stranger.decrypt(OURS, encrypted(installation.key(), "words"), limit_bytes=LIMIT)


def test_the_check_at_the_start_finds_a_lost_key(installation: Installation) -> None:
    installation.ring.check(RoleGroup.SERVE)
    installation.care.vault.forget(OURS, str(installation.key().kid))
    house = installation.house
    with pytest.raises(KeyNotHeld):
        KeyRing(house.store, installation.care.vault, house.clock).check(RoleGroup.SERVE)


def test_a_security_module_says_that_it_holds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = a_module(tmp_path, monkeypatch)
    vault = keys.modules((page,), SystemEntropy())[Purpose.ANCHOR]
    with pytest.raises(PurposeUnsupported):
        vault.create(OURS)
    with pytest.raises(KeyNotHeld):
        vault.decryption_key(OURS, "any")
    assert OURS.value not in {purpose.value for purpose in HardwarePurpose}
