"""No test is skipped in silence: each reason stands in `skips.txt`, or the run fails in CI.

A line of `skips.txt` is `reason pattern | why that is right`; `*` in a pattern is any text.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest

LISTED: Final = Path(__file__).with_name("skips.txt")


def listed_patterns(text: str) -> tuple[str, ...]:
    """Read the patterns out of a list; a line without a reason of its own is refused."""
    patterns = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, bar, why = line.partition(" | ")
        if not bar or not why.strip():
            raise pytest.UsageError(f"skips.txt: no reason given for {line!r}")
        patterns.append(pattern.strip())
    return tuple(patterns)


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the words a test was skipped with, without place and prefix."""
    expected_to_fail = getattr(report, "wasxfail", None)
    if expected_to_fail is not None:
        return f"xfail: {expected_to_fail}"
    text = (
        report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    )
    return text.removeprefix("Skipped: ").strip()


class SkipList:
    """Collects why tests were skipped, in this process and in its workers."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self.unlisted: dict[str, str] = {}

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped:
            return
        reason = reason_of(report)
        if not any(fnmatchcase(reason, pattern) for pattern in self.patterns):
            self.unlisted[report.nodeid] = reason

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run red in CI when something was skipped that nobody allowed."""
        strict = os.environ.get("TRUSTHUB_UNLISTED_SKIPS") == "fail"
        if self.unlisted and strict and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.unlisted:
            return
        terminalreporter.section("skipped without a line in tests/skips.txt")
        for test, reason in sorted(self.unlisted.items()):
            terminalreporter.write_line(f"{test}: {reason}")


def pytest_configure(config: pytest.Config) -> None:
    """Count in the process that reports; xdist's workers send it what they saw."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipList(listed_patterns(LISTED.read_text("utf-8"))))
