import hashlib
from typing import Final

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.tlog import (
    EMPTY_ROOT,
    Frontier,
    ProofFailed,
    ProofMalformed,
    TlogRefused,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.kernel.proof.tlog.trees import ListedHashes, leaves, merkle_tree_hash

SIZES: Final = range(1, 34)
LEAVES: Final = leaves(300)
HASHES: Final = ListedHashes(LEAVES)


@pytest.mark.spec("RFC 6962 §2.1")
def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT
    assert leaf_hash(b"x") == hashlib.sha256(b"\0x").digest()
    assert node_hash(b"l", b"r") == hashlib.sha256(b"\1lr").digest()


@pytest.mark.spec("RFC 6962 §2.1")
@pytest.mark.parametrize("size", [*range(34), 63, 64, 65, 255, 256, 257, 300])
def test_the_root_is_that_of_the_recursion_and_of_an_independent_library(size: int) -> None:
    expected = merkle_tree_hash(LEAVES[:size])
    assert root(LEAVES[:size]) == expected
    assert Frontier().extended(LEAVES[:size]).root() == expected
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(b"entry %d" % number)
    assert size == 0 or other.get_root() == expected


@given(st.lists(st.integers(0, 60), max_size=5))
def test_a_frontier_grows_in_any_steps_to_the_same(steps: list[int]) -> None:
    frontier = Frontier()
    for step in steps:
        frontier = frontier.extended(LEAVES[frontier.size : frontier.size + step])
    assert frontier == Frontier().extended(LEAVES[: sum(steps)])
    assert frontier.size == sum(steps)


def test_a_frontier_of_the_wrong_number_of_nodes_is_refused() -> None:
    with pytest.raises(ValueError, match="1 bit"):
        Frontier(3, (bytes(32),))


@pytest.mark.spec("RFC 9162 §2.1.3")
@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_of_every_small_tree_is_proven(size: int) -> None:
    expected = root(LEAVES[:size])
    for index in range(size):
        path = inclusion_proof(index, size, HASHES)
        assert root_from_inclusion(LEAVES[index], index, size, path) == expected
        verify_inclusion(LEAVES[index], index, size, path, expected)


@pytest.mark.spec("RFC 9162 §2.1.4")
@pytest.mark.parametrize("new", SIZES)
def test_every_small_tree_is_consistent_with_all_before_it(new: int) -> None:
    for old in range(new + 1):
        path = consistency_proof(old, new, HASHES)
        verify_consistency(old, new, root(LEAVES[:old]), root(LEAVES[:new]), path)


@st.composite
def bent_paths(draw: st.DrawFn, path: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return a path that is not the given one, near it."""
    at = draw(st.integers(0, len(path)))
    kinds = ["insert"] if not path or at == len(path) else ["flip", "cut", "insert", "swap"]
    match draw(st.sampled_from(kinds)):
        case "flip":
            bit = 1 << draw(st.integers(0, 255))
            bent = (int.from_bytes(path[at], "big") ^ bit).to_bytes(32, "big")
            return (*path[:at], bent, *path[at + 1 :])
        case "cut":
            return (*path[:at], *path[at + 1 :])
        case "swap":
            return (*path[:at], path[at][:31], *path[at + 1 :])
        case _:
            return (*path[:at], draw(st.sampled_from([bytes(32), *path])), *path[at:])


@given(st.data(), st.integers(1, 300))
def test_no_bent_inclusion_proof_leads_to_the_root(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, HASHES)
    expected = root(LEAVES[:size])
    bent = data.draw(bent_paths(path))
    if bent != path:
        with pytest.raises(TlogRefused):
            verify_inclusion(LEAVES[index], index, size, bent, expected)
    for other in {index - 1, index + 1, index + 2} & set(range(size)):
        with pytest.raises(TlogRefused):
            verify_inclusion(LEAVES[index], other, size, path, expected)
        with pytest.raises(TlogRefused):
            verify_inclusion(LEAVES[other], index, size, path, expected)


@given(st.data(), st.integers(2, 300))
def test_no_bent_consistency_proof_holds(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    path = consistency_proof(old, new, HASHES)
    roots = root(LEAVES[:old]), root(LEAVES[:new])
    bent = data.draw(bent_paths(path))
    if bent != path:
        with pytest.raises(TlogRefused):
            verify_consistency(old, new, *roots, bent)
    for wrong in ((bytes(32), roots[1]), (roots[0], bytes(32)), roots[::-1]):
        with pytest.raises(ProofFailed):
            verify_consistency(old, new, *wrong, path)


@pytest.mark.spec("RFC 6962 §2.1.2")
def test_a_rewritten_entry_breaks_consistency() -> None:
    rewritten = [leaf_hash(b"other"), *LEAVES[1:9]]
    path = consistency_proof(5, 9, ListedHashes(rewritten))
    with pytest.raises(ProofFailed):
        verify_consistency(5, 9, root(LEAVES[:5]), root(rewritten), path)


def test_what_lies_outside_the_tree_is_refused() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ProofMalformed):
            inclusion_proof(index, size, HASHES)
        with pytest.raises(ProofMalformed):
            root_from_inclusion(LEAVES[0], index, size, ())
    for old, new in ((-1, 3), (4, 3)):
        with pytest.raises(ProofMalformed):
            consistency_proof(old, new, HASHES)
        with pytest.raises(ProofMalformed):
            verify_consistency(old, new, EMPTY_ROOT, EMPTY_ROOT, ())


@pytest.mark.spec("RFC 9162 §2.1.3.2")
def test_a_proof_for_a_place_outside_the_tree_or_of_short_hashes_is_malformed() -> None:
    path = inclusion_proof(2, 3, HASHES)
    for index, bent in ((3, path), (-1, path), (2, (path[0][:31],)), (2, (path[0] * 2,))):
        with pytest.raises(ProofMalformed):
            root_from_inclusion(LEAVES[2], index, 3, bent)
    growth = consistency_proof(3, 5, HASHES)
    with pytest.raises(ProofMalformed):
        verify_consistency(
            3, 5, root(LEAVES[:3]), root(LEAVES[:5]), (growth[0][:31], *growth[1:])
        )


def test_trivial_consistency_has_an_empty_path_and_equal_roots() -> None:
    head = root(LEAVES[:3])
    for old, old_root in ((0, EMPTY_ROOT), (3, head)):
        verify_consistency(old, 3, old_root, head, ())
        with pytest.raises(ProofMalformed):
            verify_consistency(old, 3, old_root, head, (head,))
        with pytest.raises(ProofFailed):
            verify_consistency(old, 3, LEAVES[0], head, ())
    with pytest.raises(ProofMalformed):
        verify_consistency(3, 5, head, root(LEAVES[:5]), ())
