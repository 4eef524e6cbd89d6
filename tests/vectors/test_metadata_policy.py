"""The published metadata policy vectors: 2,019 pairs of policies with their outcome."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from kernel.proof.statement import InvalidMetadata, InvalidPolicy, apply, apply_all, merge
from kernel.proof.statement.json_sets import same

FILE: Final = "metadata-policy-test-vectors-2025-02-13.json"
COUNTS: Final = {None: 1253, "invalid_policy": 564, "invalid_metadata": 202}


@pytest.fixture(scope="module")
def vectors(shared_vectors: Path) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads((shared_vectors / FILE).read_text())
    return held


def outcome(vector: Mapping[str, Any]) -> tuple[str | None, object]:
    try:
        return None, apply_all([vector["TA"], vector["INT"]], vector["metadata"])
    except (InvalidPolicy, InvalidMetadata) as refusal:
        return refusal.code, None


@pytest.mark.spec("OpenID Federation 1.0 §6.1")
def test_every_vector_resolves_or_fails_as_published(vectors: list[dict[str, Any]]) -> None:
    seen: dict[str | None, int] = {}
    for vector in vectors:
        code, resolved = outcome(vector)
        assert code == vector.get("error"), vector
        assert code or same(resolved, vector["resolved"]), vector
        seen[code] = seen.get(code, 0) + 1
    assert seen == COUNTS


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4.1")
def test_every_vector_merges_as_published(vectors: list[dict[str, Any]]) -> None:
    merging = [vector for vector in vectors if "merged" in vector]
    assert len(merging) == COUNTS[None] + COUNTS["invalid_metadata"]
    for vector in merging:
        assert same(merge(vector["TA"], vector["INT"]), vector["merged"]), vector


@pytest.mark.spec("OpenID Federation 1.0 §6.1.4.1")
def test_what_a_superior_demands_holds_in_every_result(
    vectors: list[dict[str, Any]],
) -> None:
    for vector in vectors:
        if "resolved" in vector:
            assert same(apply(vector["TA"], vector["resolved"]), vector["resolved"])
