"""A ceremony, held as it was reviewed: step by step, each on record."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from kernel.clock import Clock
from kernel.errors import DomainError
from kernel.secret import Digest
from trustroot.keys.domain.ceremony import Ceremony, Said, Step, files_of
from trustroot.keys.errors import (
    CeremonyFileMissing,
    CeremonyFileTaken,
    CeremonyNotReviewed,
)
from trustroot.keys.messages import Line, chained, written
from trustroot.keys.ports import CeremonyFolder
from trustroot.keys.service.ceremony_steps import CeremonySteps


@dataclass(frozen=True, slots=True)
class Holding:
    """Holds ceremonies: only reviewed ones, and never over files that are there."""

    steps: CeremonySteps
    folder: CeremonyFolder
    clock: Clock

    def rehearse(self, plan: Ceremony) -> None:
        """Walk through without doing anything: every file is where its step needs it.

        Raises:
            CeremonyFileMissing, CeremonyFileTaken: at the first step that could not be.
        """
        to_come: set[str] = set()
        self._is_free(plan.transcript, to_come)
        for step in plan.steps:
            for file in files_of(step, step.READS):
                if file not in to_come and not self.folder.holds(file):
                    raise CeremonyFileMissing(f"{step.ACT}: {file}")
            for file in files_of(step, step.WRITES):
                self._is_free(file, to_come)

    def hold(self, plan: Ceremony, reviewed: Digest) -> Iterator[Said]:
        """Do every step, each recorded before the next begins; say what each did.

        A step that fails is recorded and ends the ceremony: what was made stays, and the
        transcript tells how far it came.

        Args:
            plan: the file as it is now.
            reviewed: digest of the file that those who are present have reviewed.

        Raises:
            CeremonyNotReviewed: it is another file; nothing was done.
            DomainError: what a step raised.
        """
        if reviewed != plan.digest:
            raise CeremonyNotReviewed(plan.title)
        self.rehearse(plan)
        record = _Record(self.folder, self.clock, plan.transcript)
        yield record.begin(_opening(plan))
        for step in plan.steps:
            yield record.add({"act": step.ACT, **self._done(step, record)})
        yield record.add({"act": "end", "steps": len(plan.steps)})

    def _done(self, step: Step, record: "_Record") -> Said:
        try:
            said = self.steps.do(step)
        except DomainError as failure:
            record.add({"act": step.ACT, "failed": failure.code, "detail": failure.detail})
            raise
        return {**said, **self._digests(step)}

    def _digests(self, step: Step) -> Said:
        """Of every public file that a step wrote, so that the transcript pins it."""
        files = (file for file in files_of(step, step.WRITES) if file.endswith("json"))
        return {
            f"sha256 {file}": hashlib.sha256(self.folder.read(file)).hexdigest()
            for file in files
        }

    def _is_free(self, file: str, to_come: set[str]) -> None:
        if file in to_come or self.folder.holds(file):
            raise CeremonyFileTaken(file)
        to_come.add(file)


@dataclass(slots=True)
class _Record:
    """The transcript so far, on the disk after every line."""

    folder: CeremonyFolder
    clock: Clock
    file: str
    lines: tuple[Line, ...] = ()

    def begin(self, said: Said) -> Said:
        self.lines = (chained(1, self.clock(), None, said),)
        self.folder.write(self.file, written(self.lines))
        return said

    def add(self, said: Said) -> Said:
        fresh = chained(len(self.lines) + 1, self.clock(), self.lines[-1], said)
        self.lines = (*self.lines, fresh)
        self.folder.replace(self.file, written(self.lines))
        return said


def _opening(plan: Ceremony) -> Said:
    return {
        "act": "begin",
        "title": plan.title,
        "present": list(plan.present),
        "sha256": plan.digest.hex(),
    }
