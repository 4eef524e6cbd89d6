"""Tokens of SoftHSM 2, each test with a folder of its own."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from kernel.secret import Secret

PIN = Secret("2468")
_PLACES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
)


@dataclass(frozen=True, slots=True)
class SoftToken:
    """A token that was just initialised; ``environment`` is what another process needs."""

    module: Path
    label: str
    environment: dict[str, str]


def fresh_token(folder: Path, patch: pytest.MonkeyPatch) -> SoftToken:
    """Make a token in ``folder``, or skip where SoftHSM or its binding is not installed."""
    pkcs11 = pytest.importorskip("pkcs11", reason="no PKCS#11 module here")
    module = next((place for place in _PLACES if place.exists()), None)
    tool = shutil.which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("no PKCS#11 module here")
    tokens, page = folder / "tokens", folder / "softhsm2.conf"
    tokens.mkdir()
    page.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    patch.setenv("SOFTHSM2_CONF", str(page))
    label = f"test-{uuid4().hex[:12]}"
    _initialise(tool, label)
    # The module read the folder when it was loaded; it has to look at the new one.
    pkcs11.lib(str(module)).reinitialize()
    return SoftToken(module, label, {"SOFTHSM2_CONF": str(page)})


def _initialise(tool: str, label: str) -> None:
    pins = ("--so-pin", "13571357", "--pin", PIN.reveal())
    command = (tool, "--init-token", "--free", "--label", label, *pins)
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own words
