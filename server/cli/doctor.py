"""``trusthub doctor``: looks for what is wrong here, one line each."""

import argparse
from typing import Final

from server.cli.acts import Act
from server.cli.outcome import Answer, Exit
from server.cli.settings import SETTINGS, settings_of
from server.doctoring import Finding, examined


def _doctor(arguments: argparse.Namespace) -> Answer:
    findings = list(examined(settings_of(arguments)))
    return Answer(
        [
            {"check": f.check, "state": f.state, "found": f.found, "advice": f.advice}
            for f in findings
        ],
        [_line(finding) for finding in findings],
        _exit(findings),
    )


def _line(finding: Finding) -> str:
    advice = f"  → {finding.advice}" if finding.advice else ""
    return f"{finding.state:<8} {finding.check}: {finding.found}{advice}"


def _exit(findings: list[Finding]) -> Exit:
    states = {finding.state for finding in findings}
    if "wrong" in states:
        return Exit.REFUSED
    return Exit.NOT_FOUND_OUT if "unknown" in states else Exit.DONE


ACTS: Final = (
    Act(
        name="",
        summary="settings, files, database, keys, ports, clock: what is wrong, what to do",
        run=_doctor,
        arguments=(SETTINGS,),
    ),
)
