"""What every room of one installation stands on, opened once per process."""

from dataclasses import asdict, dataclass

from audit.trail.build import build_trail
from config.schema import Settings
from kernel.clock import Clock, SystemClock
from kernel.entropy import Entropy, SystemEntropy
from kernel.events import BatchTrail
from kernel.ids import NewIds
from kernel.infra.db import Database, Limits
from kernel.infra.jobs import SqlJobs
from kernel.infra.log import configure
from kernel.infra.metrics import Metrics
from kernel.infra.outbound import Outbound, OutboundRules
from kernel.infra.standing_store import SqlStanding
from kernel.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """Database, clock, chance, record, standing, queue and the way out."""

    db: Database
    clock: Clock
    entropy: Entropy
    ids: NewIds
    trail: BatchTrail
    standing: SqlStanding
    jobs: SqlJobs
    outbound: Outbound
    metrics: Metrics

    def close(self) -> None:
        """Let go of everything that was opened."""
        self.standing.close()
        self.outbound.close()
        self.db.close()


def open_drivers(settings: Settings) -> Drivers:
    """Open the drivers a page of settings names; standing is followed from now on."""
    configure(settings.observing.log_level.value)
    clock, entropy = SystemClock(), SystemEntropy()
    db = open_database(settings)
    ids = NewIds(clock, entropy)
    standing = SqlStanding(db, clock)
    return Drivers(
        db=db,
        clock=clock,
        entropy=entropy,
        ids=ids,
        trail=build_trail(db=db, clock=clock, entropy=entropy),
        standing=standing,
        jobs=SqlJobs(db, clock, ids),
        outbound=Outbound.build(OutboundRules(**asdict(settings.outbound))),
        metrics=open_metrics(settings),
    )


def open_database(settings: Settings) -> Database:
    """Open the relational database of the installation."""
    file = settings.database.password_file
    return Database(
        settings.database.url,
        password=Secret(file.read()) if file is not None else None,
        limits=Limits(
            wait=settings.database.patience, pool_size=settings.database.pool_size
        ),
    )


def open_metrics(settings: Settings) -> Metrics:
    """Count for this process alone, or together with the others in one folder."""
    folder = settings.observing.metrics_dir
    return Metrics() if folder is None else Metrics.shared(folder)
