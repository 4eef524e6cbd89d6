"""Metrics: counted in every process, told as one text, without labels that grow."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from kernel.infra.metrics import OPENMETRICS, LabelUnknown, Metrics, forget

# The library's parser carries no types.
_parse: Callable[[str], Iterable[Metric]] = text_string_to_metric_families


def samples(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Read OpenMetrics text with a parser that refuses what the format forbids."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in _parse(text.decode())
        for sample in family.samples
    }


def test_a_counter_counts_by_bound_labels() -> None:
    metrics = Metrics()
    refused = metrics.counter("tokens", "Tokens.", ["outcome"]).bind(outcome="refused")
    refused.inc()
    refused.inc(2)
    metrics.counter("starts", "Starts.").bind().inc()
    read = samples(metrics.render())
    assert read["trusthub_tokens_total", (("outcome", "refused"),)] == 3
    assert read["trusthub_starts_total", ()] == 1


def test_a_histogram_observes_in_its_bounds() -> None:
    metrics = Metrics()
    span = metrics.histogram("call_seconds", "Calls.", ["route"], [0.1, 1.0])
    for seconds in (0.05, 0.5, 5):
        span.bind(route="/oauth2/token").observe(seconds)
    read = samples(metrics.render())
    route = ("route", "/oauth2/token")
    assert read["trusthub_call_seconds_bucket", (("le", "0.1"), route)] == 1
    assert read["trusthub_call_seconds_bucket", (("le", "+Inf"), route)] == 3
    assert read["trusthub_call_seconds_count", (route,)] == 3


def test_a_gauge_says_the_last_value() -> None:
    metrics = Metrics()
    age = metrics.gauge("checkpoint_age_seconds", "Age.").bind()
    age.set(3)
    age.set(1)
    assert samples(metrics.render())["trusthub_checkpoint_age_seconds", ()] == 1


@pytest.mark.parametrize(
    "label", ["client_id", "person", "ip", "url", "reference", "issuer"]
)
def test_a_label_with_endless_values_is_refused(label: str) -> None:
    metrics = Metrics()
    for make in (metrics.counter, metrics.histogram, metrics.gauge):
        with pytest.raises(LabelUnknown, match=label):
            make("calls", "Calls.", ["route", label])
    assert samples(metrics.render()) == {}


def test_a_name_is_taken_once() -> None:
    metrics = Metrics()
    metrics.counter("calls", "Calls.")
    with pytest.raises(ValueError, match="Duplicated"):
        metrics.counter("calls", "Calls.")


def test_two_values_do_not_share_their_counters() -> None:
    one, other = Metrics(), Metrics()
    one.counter("calls", "Calls.").bind().inc()
    other.counter("calls", "Calls.")
    assert samples(other.render())["trusthub_calls_total", ()] == 0


def test_the_text_is_openmetrics() -> None:
    assert OPENMETRICS.startswith("application/openmetrics-text")
    assert Metrics().render().endswith(b"# EOF\n")


WORKER = """
import sys
from pathlib import Path
from kernel.infra.metrics import Metrics
metrics = Metrics.shared(Path(sys.argv[1]))
tokens = metrics.counter("tokens", "Tokens.", ["outcome"])
tokens.bind(outcome="issued").inc(int(sys.argv[2]))
metrics.histogram("call_seconds", "Calls.", bounds=[1.0]).bind().observe(0.5)
metrics.gauge("checkpoint_age_seconds", "Age.").bind().set(int(sys.argv[2]))
sys.stdout.buffer.write(metrics.render())
"""


def a_worker(folder: Path, count: int, root: Path) -> bytes:
    return subprocess.run(  # noqa: S603  this interpreter, on the text above
        [sys.executable, "-c", WORKER, str(folder), str(count)],
        check=True,
        capture_output=True,
        cwd=root,
    ).stdout


def test_processes_are_summed_the_ended_ones_too(tmp_path: Path, repository: Path) -> None:
    a_worker(tmp_path, 2, repository)
    read = samples(a_worker(tmp_path, 5, repository))
    assert read["trusthub_tokens_total", (("outcome", "issued"),)] == 7
    assert read["trusthub_call_seconds_count", ()] == 2
    assert read["trusthub_checkpoint_age_seconds", ()] == 5


def test_a_new_start_forgets_the_old_one(tmp_path: Path, repository: Path) -> None:
    a_worker(tmp_path, 2, repository)
    forget(tmp_path)
    read = samples(a_worker(tmp_path, 5, repository))
    assert read["trusthub_tokens_total", (("outcome", "issued"),)] == 5
