"""How a verifier came to its verdict, step by step."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kernel.proof.statement import PolicyStep, VerifiedStatement

_SPEC: Final = "OpenID Federation 1.0"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step that held.

    Attributes:
        clause: what asks for it.
        at: the statement it is about; None for metadata and policy.
        text: what was seen.
        policy: the step of the policy algebra it is, if it is one.
    """

    clause: str
    text: str
    at: int | None = None
    policy: PolicyStep | None = None


@dataclass(slots=True)
class Trace:
    """Takes note of every step of one verification; whoever reads it sees what held."""

    steps: list[TraceStep] = field(default_factory=list)

    def says(self, at: int, issuer: str, subject: str) -> None:
        """A statement is well-formed."""
        about = "itself" if issuer == subject else subject
        self._add("§3.2", f"well-formed: {issuer} about {about}", at)

    def signed(self, at: int, statement: VerifiedStatement) -> None:
        """A statement is signed by a key that is vouched for."""
        header = statement.claims.header
        key = f"{header['alg']} key {statement.signed_by}"
        self._add("§4", f"signed by {statement.issuer} with its {key}", at)

    def in_force(self, at: int, statement: VerifiedStatement) -> None:
        """A statement is in force."""
        span = f"{_instant(statement.issued_at)} to {_instant(statement.expires_at)}"
        self._add("§10.2", f"in force: {span}", at)

    def constrained(self, at: int, statement: VerifiedStatement) -> None:
        """The constraints of a statement hold for everything below it."""
        held = statement.claims.get("constraints")
        if held is not None:
            self._add("§6.2", f"constraints hold: {_shown(held)}", at)

    def stripped(self, at: int, kinds: Iterable[str]) -> None:
        """A statement does not allow some entity types."""
        for kind in sorted(kinds):
            self._add("§6.2.3", f"metadata of type {kind} taken out", at)

    def answered(self, resolver: str, subject: str) -> None:
        """A resolve response says what its chain says."""
        text = f"{resolver} answered about {subject} what the chain resolves to"
        self.steps.append(TraceStep(clause=f"{_SPEC} §8.3.2", text=text))

    def marked(self, mark_type: str, issuer: str) -> None:
        """A trust mark counts."""
        text = f"trust mark {mark_type} by {issuer} counts"
        self.steps.append(TraceStep(clause=f"{_SPEC} §7.3", text=text))

    def step(self, step: PolicyStep) -> None:
        """Take note of a step of the policy algebra; implements `PolicyWatch`."""
        name = f"{step.entity_type}.{step.parameter}"
        clause = {"override": "§3.1.1, metadata", "merge": "§6.1.4.1"}.get(
            step.action, "§6.1.4.2"
        )
        text = {
            "override": f"{name} set by the superior: {_change(step)}",
            "merge": f"{name} {step.operator} of two: {_merged(step)}",
        }.get(
            step.action, f"{name} {step.operator} {_shown(step.operand)}: {_change(step)}"
        )
        self.steps.append(TraceStep(clause=f"{_SPEC} {clause}", text=text, policy=step))

    def _add(self, clause: str, text: str, at: int) -> None:
        self.steps.append(TraceStep(clause=f"{_SPEC} {clause}", text=text, at=at))


def _merged(step: PolicyStep) -> str:
    return f"{_shown(step.operand)} with {_shown(step.before)} → {_shown(step.after)}"


def _change(step: PolicyStep) -> str:
    return f"{_shown(step.before)} → {_shown(step.after)}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
