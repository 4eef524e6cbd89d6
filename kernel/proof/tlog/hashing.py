"""The Merkle tree hash, and its right frontier for appending."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Hash = bytes
"""32 bytes of SHA-256."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_sha256: Final = hashlib.sha256


def leaf_hash(entry: bytes) -> Hash:
    """Return H(00 ‖ entry) (RFC 6962 §2.1)."""
    return _sha256(b"\0" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return H(01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return _sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[Hash]) -> Hash:
    """Return the Merkle tree hash over leaf hashes; of none, H("") (RFC 6962 §2.1).

    Joining neighbours level by level and letting an odd last one rise gives the same tree
    as the definition's split at the largest power of two.
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def _next_level(level: list[Hash]) -> list[Hash]:
    pairs = zip(level[::2], level[1::2], strict=False)
    risen = [_sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        risen.append(level[-1])
    return risen


@dataclass(frozen=True, slots=True)
class Frontier:
    """The complete subtrees of a tree of ``size`` leaves, largest first.

    All that is needed to append and to tell the root; one hash per 1 bit of ``size``.
    """

    size: int = 0
    nodes: tuple[Hash, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a frontier that is none.

        Raises:
            ValueError: the number of nodes is not that of the size's 1 bits.
        """
        if self.size < 0 or self.size.bit_count() != len(self.nodes):
            msg = "a frontier has one node per 1 bit of its size"
            raise ValueError(msg)

    def extended(self, leaves: Iterable[Hash]) -> "Frontier":
        """Return the frontier after appending leaf hashes in order."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            node, rest = leaf, size
            while rest & 1:
                node = _sha256(b"\x01" + nodes.pop() + node).digest()
                rest >>= 1
            nodes.append(node)
            size += 1
        return Frontier(size, tuple(nodes))

    def root(self) -> Hash:
        """Return the root of the tree."""
        if not self.nodes:
            return EMPTY_ROOT
        folded = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            folded = node_hash(node, folded)
        return folded
