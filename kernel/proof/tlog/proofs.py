"""Inclusion and consistency proofs: built from a reader of hashes, checked without one."""

from collections.abc import Sequence
from typing import Protocol

from kernel.proof.tlog.errors import ProofFailed, ProofMalformed
from kernel.proof.tlog.hashing import EMPTY_ROOT, HASH_BYTES, Hash, node_hash


class HashReader(Protocol):
    """Reads the hashes of complete subtrees of one log.

    ``subtree(level, index)`` is the Merkle tree hash of leaves
    ``index·2^level … (index+1)·2^level - 1``; all of them are in the tree.
    """

    def subtree(self, level: int, index: int) -> Hash:
        """Return the 32 bytes, or raise if the subtree is not stored."""
        ...


def inclusion_proof(index: int, size: int, hashes: HashReader) -> tuple[Hash, ...]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves, leaf to root.

    Raises:
        ProofMalformed: the leaf lies outside the tree.

    Source: RFC 6962 §2.1.1.
    """
    if not 0 <= index < size:
        raise ProofMalformed(detail="index outside the tree")
    path: list[Hash] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, hashes))
            end = middle
        else:
            path.append(range_hash(start, middle, hashes))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, hashes: HashReader) -> tuple[Hash, ...]:
    """Return the proof that the tree of ``old`` leaves is a prefix of that of ``new``.

    Empty if the sizes are equal or ``old`` is 0.

    Raises:
        ProofMalformed: ``old`` is larger than ``new``, or negative.

    Source: RFC 6962 §2.1.2.
    """
    if not 0 <= old <= new:
        raise ProofMalformed(detail="sizes out of order")
    if old in {0, new}:
        return ()
    path: list[Hash] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, hashes))
            end = middle
        else:
            path.append(range_hash(start, middle, hashes))
            start = middle
    if start:
        path.append(range_hash(start, end, hashes))
    return tuple(reversed(path))


def range_hash(start: int, end: int, hashes: HashReader) -> Hash:
    """Return the Merkle tree hash of leaves ``start … end - 1``, a subtree of some tree.

    ``start`` is a multiple of the smallest power of two that is not below ``end - start``.
    """
    parts: list[Hash] = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(hashes.subtree(level, start >> level))
        start += 1 << level
    folded = parts.pop()
    while parts:
        folded = node_hash(parts.pop(), folded)
    return folded


def _split(width: int) -> int:
    """Return the largest power of two below ``width`` (RFC 6962 §2.1)."""
    return 1 << (width - 1).bit_length() - 1


def root_from_inclusion(leaf: Hash, index: int, size: int, path: Sequence[Hash]) -> Hash:
    """Recompute the root that an inclusion proof commits its leaf to.

    Args:
        leaf: 32 bytes, from ``leaf_hash``.
        index: position of the leaf, counted from 0; ``0 <= index < size``.
        size: number of leaves in the tree the checkpoint names.
        path: sibling hashes from the leaf upwards, each 32 bytes.

    Returns:
        32 bytes; the caller compares it with the signed checkpoint's root.

    Raises:
        ProofMalformed: ``index`` is outside the tree, or ``path`` is longer or shorter
            than that tree needs.

    Source: RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(path):
        raise ProofMalformed
    node, at, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            raise ProofMalformed(detail="path too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            at, last = _skip_right_edge(at, last)
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofMalformed(detail="path too short")
    return node


def verify_inclusion(
    leaf: Hash, index: int, size: int, path: Sequence[Hash], expected: Hash
) -> None:
    """Check that ``leaf`` is number ``index`` of the tree whose root is ``expected``.

    Raises:
        ProofMalformed, ProofFailed: it is not, or nothing shows it.
    """
    if root_from_inclusion(leaf, index, size, path) != expected:
        raise ProofFailed


def verify_consistency(
    old: int, new: int, old_root: Hash, new_root: Hash, path: Sequence[Hash]
) -> None:
    """Check that the tree of ``new`` leaves begins with all of the tree of ``old``.

    Raises:
        ProofMalformed: the sizes are out of order, or the path has the wrong length.
        ProofFailed: a root differs from what the path leads to.

    Source: RFC 9162 §2.1.4.2.
    """
    if not 0 <= old <= new or not _are_hashes(path):
        raise ProofMalformed
    if old in {0, new}:
        _trivially_consistent(old, new, old_root, new_root, path)
        return
    start = (old_root,) if old & (old - 1) == 0 else ()
    seen_old, seen_new = _roots_from_consistency(old, new, (*start, *path))
    if (seen_old, seen_new) != (old_root, new_root):
        raise ProofFailed


def _trivially_consistent(
    old: int, new: int, old_root: Hash, new_root: Hash, path: Sequence[Hash]
) -> None:
    """Nothing to prove: every tree begins with the empty one, and with itself."""
    if path:
        raise ProofMalformed(detail="path too long")
    expected = new_root if old == new else EMPTY_ROOT
    if old_root != expected:
        raise ProofFailed


def _roots_from_consistency(old: int, new: int, path: Sequence[Hash]) -> tuple[Hash, Hash]:
    """RFC 9162 §2.1.4.2, steps 3 to 6: both roots, folded from one path."""
    if not path:
        raise ProofMalformed(detail="path too short")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofMalformed(detail="path too long")
        if at & 1 or at == last:
            old_node = node_hash(sibling, old_node)
            new_node = node_hash(sibling, new_node)
            at, last = _skip_right_edge(at, last)
        else:
            new_node = node_hash(new_node, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofMalformed(detail="path too short")
    return old_node, new_node


def _skip_right_edge(at: int, last: int) -> tuple[int, int]:
    """On the right edge of the tree, levels without a sibling add nothing to the path."""
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _are_hashes(path: Sequence[Hash]) -> bool:
    return all(len(item) == HASH_BYTES for item in path)
