"""What a run measured, kept as JSON beside the interpreter it was measured with."""

import json
import os
import platform
import sys
import sysconfig
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).parents[1] / "results"


def interpreter() -> dict[str, str | bool | int]:
    """Say which Python this is, how it was built, and what it runs on."""
    return {
        "version": sys.version.split()[0],
        "build": " ".join(platform.python_build()),
        "compiler": platform.python_compiler(),
        "executable": Path(sys.executable).name,
        "configured": _configured(str(sysconfig.get_config_var("CONFIG_ARGS") or "")),
        "machine": platform.machine(),
        "cores": os.cpu_count() or 0,
        "load_average": f"{os.getloadavg()[0]:.2f}",
    }


def _configured(arguments: str) -> str:
    """Return how it was built, without where it lies on this machine."""
    words = (word.strip("'") for word in arguments.split())
    return " ".join(
        w for w in words if w.startswith(("--enable", "--with")) and "/" not in w
    )


def keep(claim: str, figures: Mapping[str, object]) -> Path:
    """Print what was measured and write it to ``results/<claim>.json``."""
    told = {
        "claim": claim,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": interpreter(),
        **figures,
    }
    text = json.dumps(told, indent=1, ensure_ascii=False)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{claim}.json"
    path.write_text(text + "\n", encoding="utf-8")
    return path
