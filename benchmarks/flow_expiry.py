"""What has ended leaves a flow table of ten million rows a little at a time.

Claims: a batch is found by an index and takes at most a tenth of a second of the writer's
lock at the median. How long somebody waits who writes meanwhile is told beside it.
"""

import argparse
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from sqlalchemy import text

from benchmarks.weighing.evidence import keep
from idp.oidc.models import oidc_once
from idp.oidc.store import SqlOnce
from kernel.entropy import SystemEntropy, token
from kernel.infra.db import BATCH, Database, create_all
from kernel.secret import Secret

ROWS: Final = 10_000_000
ENDED: Final = 500_000
AT_MOST_S: Final = 0.1
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ENTROPY: Final = SystemEntropy()
# Names as digests would be: 32 bytes, each once, in no order; ends one millisecond apart.
_FILL: Final = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
    "INSERT INTO oidc_once (name, until) "
    "SELECT CAST(printf('%032d', (i * 2654435761) % 4294967296) AS BLOB), "
    ":begin + i * 1000 FROM n"
)
_PLAN: Final = text(
    "EXPLAIN QUERY PLAN DELETE FROM oidc_once WHERE name IN "
    "(SELECT name FROM oidc_once WHERE until <= 1 LIMIT 1000)"
)


def filled(folder: Path, rows: int) -> tuple[Database, float]:
    """Return a database with that many rows, and how long it took to make."""
    db, began = Database(f"sqlite:///{folder}/hub.db"), time.monotonic()
    create_all(db)
    begin = int(_EPOCH.timestamp()) * 1_000_000
    with db.engine.connect() as connection:
        connection.execute(text("PRAGMA synchronous=OFF"))
        connection.execute(text("PRAGMA cache_size=-1500000"))
        connection.execute(_FILL, {"rows": rows, "begin": begin})
    db.close()
    return Database(f"sqlite:///{folder}/hub.db"), time.monotonic() - began


class Using:
    """Somebody who uses a name up again and again, and takes the time."""

    def __init__(self, once: SqlOnce) -> None:
        """Begin."""
        self.took: list[float] = []
        self._once, self._over = once, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> list[float]:
        """Stop, and return the seconds of each use."""
        self._over.set()
        self._thread.join()
        return self.took

    def _run(self) -> None:
        later = datetime.now(UTC) + timedelta(days=3650)
        while not self._over.is_set():
            name, began = Secret(token(_ENTROPY)).digest(), time.monotonic()
            self._once.use(name, later)
            self.took.append(time.monotonic() - began)
            time.sleep(0.005)


def run(rows: int, ended: int) -> bool:
    """Measure, keep the figures, and tell whether the claims held."""
    with tempfile.TemporaryDirectory() as folder:
        db, made_s = filled(Path(folder), rows)
        once = SqlOnce(db)
        plan = " ".join(str(row[-1]) for row in db.read(_PLAN))
        batches, using = [], Using(once)
        for last in range(BATCH, ended + 1, BATCH):
            began = time.monotonic()
            gone = once.forget_before(_EPOCH + timedelta(milliseconds=last))
            batches.append((time.monotonic() - began, gone))
        waits = using.end()
        size = (Path(folder) / "hub.db").stat().st_size
        db.close()
    return _told(rows, made_s, size, plan, batches, waits)


def _told(  # noqa: PLR0913, PLR0917  what was measured, each by name
    rows: int,
    made_s: float,
    size: int,
    plan: str,
    batches: list[tuple[float, int]],
    waits: list[float],
) -> bool:
    seconds = [took for took, _ in batches]
    by_index = f"ix_{oidc_once.name}_until" in plan
    keep(
        "flow_expiry",
        {
            "rows": rows,
            "made_s": round(made_s, 1),
            "file_mb": round(size / 1e6),
            "by_index": by_index,
            "deleted": sum(gone for _, gone in batches),
            "rows_per_s": round(sum(gone for _, gone in batches) / sum(seconds)),
            "batch_ms_median": round(median(seconds) * 1e3, 1),
            "batch_ms_p95": round(quantiles(seconds, n=20)[-1] * 1e3, 1),
            "batch_ms_at_most": AT_MOST_S * 1e3,
            "uses_meanwhile": len(waits),
            "use_ms_median": round(median(waits) * 1e3, 1),
            "use_ms_p95": round(quantiles(waits, n=20)[-1] * 1e3, 1),
        },
    )
    return by_index and median(seconds) <= AT_MOST_S


def main() -> int:
    """Read how much to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--ended", type=int, default=ENDED)
    asked = parser.parse_args()
    return 0 if run(asked.rows, asked.ended) else 1


if __name__ == "__main__":
    sys.exit(main())
