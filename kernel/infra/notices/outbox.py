"""A file instead of a carrier: development, tests and the demonstration read it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from kernel.clock import Clock
from kernel.infra.notices.notice import Notice, NoticeNotSent

_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class FileOutbox:
    """Appends each notice as one line of JSON, on disk before ``send`` returns.

    Any number of processes may share the file: a line is one append. Fields: time,
    channel, to, template, subject, text, locale, reference.
    """

    path: Path
    clock: Clock

    def send(self, notice: Notice) -> None:
        """Append the notice.

        Raises:
            NoticeNotSent: the file cannot be written.
        """
        try:
            self._append(self._line(notice))
        except OSError as cause:
            raise NoticeNotSent(f"the outbox cannot be written: {cause.strerror}") from None

    def _line(self, notice: Notice) -> bytes:
        return orjson.dumps(
            {
                "time": self.clock(),
                "channel": notice.channel,
                "to": notice.to,
                "template": notice.template,
                "subject": notice.subject,
                "text": notice.text,
                "locale": notice.locale,
                "reference": notice.reference,
            },
            option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
        )

    def _append(self, line: bytes) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        file = os.open(self.path, flags, _OWNER_ONLY)
        try:
            if os.write(file, line) != len(line):
                raise OSError(0, "only a part was written")
            os.fsync(file)
        finally:
            os.close(file)
