"""What the demo must still know next time: drawn once, kept in files only we can read."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.contexts.context import write_private
from server.demo.cast import CAST

_SEED_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Keepsakes:
    """A JSON object in a file; every entry is written before it is used elsewhere."""

    path: Path

    def totp_seed(self, username: str) -> str | None:
        """Return the base32 seed of somebody's authenticator app, None without one."""
        if not any(p.has_code for p in CAST if p.username == username):
            return None
        fresh = base64.b32encode(secrets.token_bytes(_SEED_BYTES)).decode()
        return self.once(f"totp:{username}", fresh)

    def once(self, name: str, fresh: str) -> str:
        """Return what is kept under ``name``; ``fresh`` from now on if there is nothing."""
        held = self._read()
        if name not in held:
            self.keep(name, fresh)
            return fresh
        return held[name]

    def get(self, name: str) -> str | None:
        """Return what is kept under ``name``."""
        return self._read().get(name)

    def keep(self, name: str, value: str) -> None:
        """Keep a value."""
        held = {**self._read(), name: value}
        write_private(self.path, json.dumps(held, indent=1, sort_keys=True) + "\n")

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        held: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        return held
