"""The tree of the specification, word for word and slow, to compare with."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.proof.tlog import leaf_hash


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"entry %d" % number) for number in range(count)]


def merkle_tree_hash(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, its recursion as it is written."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    left, right = merkle_tree_hash(hashes[:split]), merkle_tree_hash(hashes[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class ListedHashes:
    """A hash reader over all leaves in memory."""

    leaves: Sequence[bytes]

    def subtree(self, level: int, index: int) -> bytes:
        part = self.leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level
        return merkle_tree_hash(part)
