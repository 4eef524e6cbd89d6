"""Counters and histograms, as OpenMetrics text, summed over all serving processes.

A room asks ``Metrics`` for a counter once, at assembly, binds its labels once, and
counts with one call. Labels come from a closed list of few-valued names: a client, a
person or an address is never a label.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self, cast

from prometheus_client import CollectorRegistry, values
from prometheus_client import Counter as PrometheusCounter
from prometheus_client import Gauge as PrometheusGauge
from prometheus_client import Histogram as PrometheusHistogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

OPENMETRICS: Final = CONTENT_TYPE_LATEST
"""The media type of ``Metrics.render``."""

LABELS: Final = frozenset({
    "channel", "code", "engine", "grant", "kind", "level", "method", "outcome",
    "purpose", "queue", "role", "room", "route", "status",
})  # fmt: skip
"""The only label names there are; each has a few dozen values at most."""

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Bounds for durations of requests and calls, in seconds."""

_PREFIX: Final = "trusthub_"
_FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

# The library's functions carry no types; these are their types.
_text_of = cast("Callable[[CollectorRegistry], bytes]", generate_latest)
_gather = cast("Callable[[CollectorRegistry, str], object]", MultiProcessCollector)
_mark_dead = cast("Callable[[int, str], None]", mark_process_dead)
_value_in_files = cast("Callable[[], type[values.MutexValue]]", values.MultiProcessValue)


class LabelUnknown(ValueError):
    """A label name outside ``LABELS``: it could have more values than we can keep."""


class Count(Protocol):
    """One counter with all its labels bound."""

    def inc(self, amount: float = 1) -> None:
        """Count ``amount`` more; never less than none."""
        ...


class Observe(Protocol):
    """One histogram with all its labels bound."""

    def observe(self, amount: float) -> None:
        """Note one amount, in the unit of the histogram's name."""
        ...


class Level(Protocol):
    """One gauge with all its labels bound."""

    def set(self, value: float) -> None:
        """Say what the value is now."""
        ...


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter whose labels are still to be bound."""

    _metric: PrometheusCounter

    def bind(self, **labels: str) -> Count:
        """Bind every label; keep the result, binding costs more than counting."""
        return self._metric.labels(**labels) if labels else self._metric


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram whose labels are still to be bound."""

    _metric: PrometheusHistogram

    def bind(self, **labels: str) -> Observe:
        """Bind every label; keep the result."""
        return self._metric.labels(**labels) if labels else self._metric


@dataclass(frozen=True, slots=True)
class Gauge:
    """A gauge whose labels are still to be bound."""

    _metric: PrometheusGauge

    def bind(self, **labels: str) -> Level:
        """Bind every label; keep the result."""
        return self._metric.labels(**labels) if labels else self._metric


@dataclass(frozen=True, slots=True)
class Metrics:
    """All metrics of one process, and the text of all processes together."""

    folder: Path | None = None
    _registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    @classmethod
    def shared(cls, folder: Path) -> Self:
        """Count in files under ``folder``, which every process of the host shares.

        Called once in each process, before its first metric is made. Whoever starts
        the processes empties the folder first (``forget``).
        """
        folder.mkdir(parents=True, exist_ok=True)
        # The library knows no other way to be told the folder than this variable.
        os.environ[_FOLDER_VARIABLE] = str(folder)
        values.ValueClass = _value_in_files()  # its own switch, set there at import only
        return cls(folder)

    def counter(self, name: str, explained: str, labels: Sequence[str] = ()) -> Counter:
        """Make the counter ``trusthub_<name>_total``.

        Raises:
            LabelUnknown: a label is not in ``LABELS``.
            ValueError: the name is taken or malformed.
        """
        known = _known(labels)
        return Counter(
            PrometheusCounter(_PREFIX + name, explained, known, registry=self._registry)
        )

    def histogram(
        self,
        name: str,
        explained: str,
        labels: Sequence[str] = (),
        bounds: Sequence[float] = SECONDS,
    ) -> Histogram:
        """Make the histogram ``trusthub_<name>``; the name ends in its unit.

        Raises:
            LabelUnknown: a label is not in ``LABELS``.
            ValueError: the name is taken or malformed.
        """
        return Histogram(
            PrometheusHistogram(
                _PREFIX + name,
                explained,
                _known(labels),
                registry=self._registry,
                buckets=tuple(bounds),
            )
        )

    def gauge(self, name: str, explained: str, labels: Sequence[str] = ()) -> Gauge:
        """Make the gauge ``trusthub_<name>``: of all processes, what was said last.

        Raises:
            LabelUnknown: a label is not in ``LABELS``.
            ValueError: the name is taken or malformed.
        """
        return Gauge(
            PrometheusGauge(
                _PREFIX + name,
                explained,
                _known(labels),
                registry=self._registry,
                multiprocess_mode="mostrecent",
            )
        )

    def render(self) -> bytes:
        """Write everything as OpenMetrics 1.0 text, all processes summed."""
        if self.folder is None:
            return _text_of(self._registry)
        together = CollectorRegistry()
        _gather(together, str(self.folder))
        return _text_of(together)


def _known(labels: Sequence[str]) -> tuple[str, ...]:
    strange = set(labels) - LABELS
    if strange:
        raise LabelUnknown(", ".join(sorted(strange)))
    return tuple(labels)


def forget(folder: Path) -> None:
    """Remove what earlier processes counted; for the one who starts all of them."""
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)


def bury(folder: Path, pid: int) -> None:
    """Drop the live values of a process that ended; what it counted stays."""
    _mark_dead(pid, str(folder))
