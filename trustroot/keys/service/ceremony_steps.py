"""What each step of a ceremony does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.clock import Clock
from kernel.ids import EntityId
from kernel.proof.jose import KeySet, PublicKey, decode_object
from kernel.proof.statement import Lifetime
from kernel.proof.statement.endorsement import (
    Endorsement,
    RootKeys,
    VerifiedEndorsement,
    endorsed,
)
from trustroot.keys.domain import KeyState
from trustroot.keys.domain.ceremony import (
    AnchorKey,
    Announce,
    Check,
    Draft,
    Endorse,
    MakeRoot,
    MakeRootKey,
    Retire,
    Said,
    Step,
    Switch,
)
from trustroot.keys.errors import CeremonyOffline, CeremonyStepUnmet
from trustroot.keys.ports import AnchorAtWork, CeremonyFolder, Passphrases

_LIMIT_BYTES: Final = 262_144


@dataclass(frozen=True, slots=True)
class CeremonySteps:
    """Does one step after the other; ``anchor`` None where no network is."""

    folder: CeremonyFolder
    passphrases: Passphrases
    anchor: AnchorAtWork | None
    clock: Clock

    def do(self, step: Step) -> Said:  # noqa: PLR0911  a line for each kind of step
        """Do one step and return what the transcript says of it.

        Raises:
            RootKeyLocked, CeremonyOffline, CeremonyStepUnmet, StatementRefused,
            JoseRefused: as they say.
        """
        match step:
            case MakeRootKey():
                return self._make_root_key(step)
            case MakeRoot():
                return self._make_root(step)
            case Announce():
                return self._announce(step)
            case Draft():
                return self._draft(step)
            case Endorse():
                return self._endorse(step)
            case Check():
                return self._check(step)
            case Switch():
                return self._switch(step)
            case Retire():
                return self._retire(step)

    def _make_root_key(self, step: MakeRootKey) -> Said:
        passphrase = self.passphrases(step.holder, step.passphrase_file)
        public = self.folder.make_root_key(step.key, passphrase)
        self._write(step.public, public.to_jwk())
        return {"holder": step.holder, "kid": public.kid}

    def _make_root(self, step: MakeRoot) -> Said:
        keys = KeySet.of(PublicKey.parse(self._read(file)) for file in step.public)
        root = RootKeys(keys, step.threshold)
        self._write(step.root, root.to_json())
        return {"kids": list(keys.by_kid), "threshold": root.threshold}

    def _announce(self, step: Announce) -> Said:
        shown = {key.kid: key for key in self._anchor().shown()}
        wanted = [_one(shown, state) for state in (KeyState.ACTIVE, KeyState.NEXT)]
        keys = KeySet.of(PublicKey.parse(key.public) for key in wanted)
        self._write(step.jwks, keys.to_jwks())
        return {"active": wanted[0].kid, "next": wanted[1].kid}

    def _draft(self, step: Draft) -> Said:
        keys, now = KeySet.parse(self._read(step.jwks)), self.clock()
        lifetime = Lifetime(now, now + timedelta(days=step.days))
        drafted = Endorsement.draft(EntityId(step.anchor), keys, lifetime)
        self._write(step.endorsement, drafted.to_json())
        return {"anchor": step.anchor, "kids": list(keys.by_kid), "days": step.days}

    def _endorse(self, step: Endorse) -> Said:
        key = self.folder.root_key(
            step.key, self.passphrases(step.key, step.passphrase_file)
        )
        kid, alg = key.public.kid, str(key.public.alg)
        endorsement = Endorsement.parse(self._read(step.endorsement))
        signature = key.sign(endorsement.input_for(kid, alg))
        signed = endorsement.with_signature(kid, alg, signature)
        self.folder.replace(step.endorsement, _laid_out(signed.to_json()))
        return {"kid": kid, "signatures": len(signed.signatures)}

    def _check(self, step: Check) -> Said:
        found = self._endorsed(step.endorsement, step.root)
        return {
            "anchor": found.subject,
            "kids": [*found.keys.by_kid],
            "signers": [*sorted(found.signers)],
            "until": found.expires_at.isoformat(),
        }

    def _switch(self, step: Switch) -> Said:
        found = self._endorsed(step.endorsement, step.root)
        anchor = self._anchor()
        shown = {key.kid: key for key in anchor.shown()}
        following = _one(shown, KeyState.NEXT).kid
        if following not in found.keys.by_kid:
            raise CeremonyStepUnmet(f"the root does not endorse {following}")
        return {"next": following, "job": anchor.switch()}

    def _retire(self, step: Retire) -> Said:
        named = set(KeySet.parse(self._read(step.jwks)).by_kid)
        shown = [key for key in self._anchor().shown() if key.kid in named]
        active = [key.kid for key in shown if key.state is KeyState.ACTIVE]
        retired = [key.kid for key in shown if key.state is KeyState.RETIRED]
        if not active or not retired:
            raise CeremonyStepUnmet("the installation has not switched")
        return {"active": active[0], "retired": retired[0]}

    def _endorsed(self, endorsement: str, root: str) -> VerifiedEndorsement:
        claimed = Endorsement.parse(self._read(endorsement))
        return endorsed(claimed, RootKeys.parse(self._read(root)), self.clock())

    def _anchor(self) -> AnchorAtWork:
        if self.anchor is None:
            raise CeremonyOffline("give the step a --context")
        return self.anchor

    def _read(self, file: str) -> Mapping[str, object]:
        return decode_object(self.folder.read(file), limit_bytes=_LIMIT_BYTES, depth=8)

    def _write(self, file: str, value: Mapping[str, object]) -> None:
        self.folder.write(file, _laid_out(value))


def _laid_out(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _one(shown: Mapping[str, AnchorKey], state: KeyState) -> AnchorKey:
    found = next((key for key in shown.values() if key.state is state), None)
    if found is None:
        raise CeremonyStepUnmet(f"the installation shows no {state} anchor key")
    return found
