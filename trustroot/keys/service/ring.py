"""The keys at work."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

import orjson

from kernel.clock import Clock, is_young
from kernel.errors import Unavailable
from kernel.proof import seal
from kernel.proof.jose import KeySet, compact, signing_input, to_base64url
from kernel.proof.seal import SealKeyUnknown, SymmetricKey
from trustroot.keys.checks import rfc7516
from trustroot.keys.domain import (
    RULES,
    Algorithm,
    KeyRecord,
    Purpose,
    RawSignature,
    RoleGroup,
    shown_with,
    signing_purpose,
)
from trustroot.keys.errors import EncryptedRefused, NoActiveKey
from trustroot.keys.messages.encrypted import read_encrypted
from trustroot.keys.ports import KeyStore, Vault
from trustroot.keys.service.generation import SHOWN, Ready, View, laid_out

PROBE_PERIOD: Final = timedelta(seconds=2)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY: Final = KeySet.of(())


class KeyRing:
    """Implements `Signer`, `Decrypter` and `kernel.proof.seal.SymmetricKeys`.

    Answers from memory; at most every two seconds it reads one number to learn whether
    keys were rotated. While the database does not answer, the keys last seen go on.
    """

    __slots__ = ("_chosen", "_clock", "_lock", "_probed_at", "_store", "_vault", "_view")

    def __init__(
        self,
        store: KeyStore,
        vault: Vault,
        clock: Clock,
        chosen: Collection[Purpose] | None = None,
    ) -> None:
        """Take where keys are known and where they lie; nothing is read yet.

        ``chosen`` are the purposes that tokens may be signed for; None: all there are.
        """
        self._store, self._vault, self._clock = store, vault, clock
        self._chosen = chosen
        self._lock = Lock()
        self._view = laid_out(-1, ())
        self._probed_at = _LONG_AGO

    def sign(
        self,
        purpose: Purpose,
        typ: str,
        claims: Mapping[str, object],
        *,
        header: Mapping[str, object] | None = None,
        name: str | None = None,
    ) -> str:
        """Return a compact JWS by the active key (RFC 7515 §5.1).

        ``name`` tells whose key, where a purpose has keys of several names.
        """
        record = self._active(purpose, name)
        if header is None:
            ready = self._view.ready.get((record.kid, typ))
            ready = ready or self._made_ready(record, typ)
            signed = ready.head + to_base64url(orjson.dumps(dict(claims))).encode("ascii")
            return compact(signed, ready.key.sign(signed))
        key = self._vault.signing_key(record.purpose, record.kid)
        signed = signing_input({**header, **_named(record, typ)}, claims)
        return compact(signed, key.sign(signed))

    def sign_by(
        self, algorithm: str, purpose: Purpose, typ: str, claims: Mapping[str, object]
    ) -> str:
        """Return a compact JWS by the active key of an algorithm.

        Raises:
            NoActiveKey: there is none, or the settings leave the algorithm out by now.
        """
        signing = signing_purpose(purpose, algorithm)
        if not self._is_chosen(signing):
            raise NoActiveKey(signing)
        return self.sign(signing, typ, claims)

    def sign_raw(self, purpose: Purpose, message: bytes) -> RawSignature:
        """Return a signature over bytes by the active key."""
        record = self._active(purpose)
        key = self._vault.signing_key(purpose, record.kid)
        return RawSignature(record.kid, record.algorithm.value, key.sign(message))

    def decrypt(self, purpose: Purpose, token: str, *, limit_bytes: int) -> bytes:
        """Return what was encrypted to a key of a purpose, in whatever state it opens.

        An unknown name is not looked for: keys are known here long before they are used,
        and names cost a stranger nothing.
        """
        said = read_encrypted(token, limit_bytes)
        rfc7516.may_be_opened(said, limit_bytes)
        record = self._current_view().known.get(said.kid)
        if record is None or record.purpose is not purpose or record.state not in SHOWN:
            raise EncryptedRefused("kid")
        return self._vault.decryption_key(purpose, record.kid).decrypt(token)

    def published(self, purpose: Purpose, *, name: str | None = None) -> KeySet:
        """Return the public keys of a purpose: active, next, and retired if they signed.

        Keys of a name that is new here are looked for, not waited for.
        """
        held = self._current_view().published.get((purpose, name))
        if held is None and name is not None:
            held = self._probe().published.get((purpose, name))
        return _NOBODY if held is None else held

    def algorithms(self, purpose: Purpose) -> tuple[str, ...]:
        """Return by which algorithms tokens can be signed now."""
        active, known = self._current_view().active, shown_with(purpose)
        held = (active.get((each, None)) for each in known if self._is_chosen(each))
        return tuple(record.algorithm.value for record in held if record is not None)

    def active_kid(self, purpose: Purpose) -> str:
        """Return the name of the key that signs now."""
        return self._active(purpose).kid

    def current(self, purpose: seal.Purpose) -> SymmetricKey:
        """Return the symmetric key that new values are made with."""
        view = self._current_view()
        return view.current.get(purpose) or self._made_current(view, purpose)

    def by_id(self, purpose: seal.Purpose, kid: str) -> SymmetricKey:
        """Return a symmetric key by name.

        Raises:
            SealKeyUnknown: there is none of this purpose.
        """
        ours = Purpose(purpose.value)
        record = self._current_view().known.get(kid) or self._probe().known.get(kid)
        if record is None or record.purpose is not ours:
            raise SealKeyUnknown(kid[:64])
        return self._vault.symmetric_key(ours, kid)

    def check(self, group: RoleGroup) -> None:
        """Return if every active key of a role group can be used here.

        A purpose that never had a key is passed over: it is younger than this
        installation, and the worker is about to make one.

        Raises:
            NoActiveKey, KeyNotHeld, KeyFileMissing, KeyFileUnreadable, KeyFileForeign: the
                first that holds, naming purpose and file.
        """
        made = {record.purpose for record in self._probe().known.values()}
        if not made:
            raise NoActiveKey(f"no key of the {group} group: run trusthub init")
        for purpose, rule in RULES.items():
            if rule.group is group and purpose in made:
                record = self._active(purpose)
                self._load(record)

    def _is_chosen(self, purpose: Purpose) -> bool:
        return self._chosen is None or purpose in self._chosen

    def _load(self, record: KeyRecord) -> None:
        if record.public is None:
            self._vault.symmetric_key(record.purpose, record.kid)
        elif record.algorithm is Algorithm.ECDH_ES:
            self._vault.decryption_key(record.purpose, record.kid)
        else:
            self._vault.signing_key(record.purpose, record.kid)

    def _made_ready(self, record: KeyRecord, typ: str) -> Ready:
        # It lives as long as the view does: a rotation or an erased key drops it.
        key = self._vault.signing_key(record.purpose, record.kid)
        head = to_base64url(orjson.dumps(_named(record, typ))).encode("ascii") + b"."
        ready = self._view.ready[(record.kid, typ)] = Ready(head, key)
        return ready

    def _made_current(self, view: View, purpose: seal.Purpose) -> SymmetricKey:
        ours = Purpose(purpose.value)
        key = self._vault.symmetric_key(ours, self._active(ours).kid)
        view.current[purpose] = key
        return key

    def _active(self, purpose: Purpose, name: str | None = None) -> KeyRecord:
        record = self._current_view().active.get((purpose, name))
        if record is None:
            record = self._probe().active.get((purpose, name))
        if record is None:
            raise NoActiveKey(purpose)
        return record

    def _current_view(self) -> View:
        if is_young(self._probed_at, self._clock(), PROBE_PERIOD):
            return self._view
        # While another thread looks, the view it is about to replace will do.
        if not self._lock.acquire(blocking=self._view.generation < 0):
            return self._view
        try:
            return self._look()
        finally:
            self._lock.release()

    def _probe(self) -> View:
        with self._lock:
            return self._look()

    def _look(self) -> View:
        try:
            generation = self._store.generation()
            if generation != self._view.generation:
                self._view = laid_out(generation, self._store.records())
        except Unavailable:
            if self._view.generation < 0:
                raise
        self._probed_at = self._clock()
        return self._view


def _named(record: KeyRecord, typ: str) -> dict[str, str]:
    return {"alg": record.algorithm.value, "kid": record.kid, "typ": typ}
