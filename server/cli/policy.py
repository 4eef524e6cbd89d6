"""``trusthub policy apply``: metadata policies as the specification resolves them."""

import argparse
from collections.abc import Mapping
from typing import Final

from kernel.proof.statement import InvalidMetadata, InvalidPolicy, apply_all
from server.cli import filters
from server.cli.acts import Act, option
from server.cli.outcome import Answer


def resolved(line: Mapping[str, object]) -> Mapping[str, object]:
    """OpenID Federation 1.0 §6.1.4: merge from the most superior down, then apply.

    Args:
        line: ``{"id", "policies": [superior first], "metadata": {…}}``, one Entity Type.
    """
    identifier = line.get("id")
    policies, metadata = line.get("policies"), line.get("metadata")
    if not isinstance(policies, list) or not all(isinstance(p, dict) for p in policies):
        return {
            "id": identifier,
            "error": "invalid_policy",
            "reason": "not a list of objects",
        }
    if not isinstance(metadata, dict):
        return {"id": identifier, "error": "invalid_metadata", "reason": "not an object"}
    try:
        return {"id": identifier, "resolved": apply_all(policies, metadata)}
    except (InvalidPolicy, InvalidMetadata) as refusal:
        return {"id": identifier, "error": refusal.code, "reason": refusal.detail}


def _apply(_arguments: argparse.Namespace) -> Answer | None:
    filters.run(resolved)
    return None


ACTS: Final = (
    Act(
        name="apply",
        summary="merge policies (superior first) and apply them to metadata, line by line",
        run=_apply,
        arguments=(
            option("jsonl", "one JSON object a line (the only form)", action="store_true"),
        ),
    ),
)
