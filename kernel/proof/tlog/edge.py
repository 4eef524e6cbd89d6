"""The right edge of a tiled log: what a sequencer keeps between two batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kernel.proof.tlog.errors import TileMalformed
from kernel.proof.tlog.hashing import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    Hash,
    leaf_hash,
    root,
)
from kernel.proof.tlog.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    split_tile,
    tiles_for_growth,
)


@dataclass(frozen=True, slots=True)
class Edge:
    """The partial tiles of a log of ``size`` leaves, lowest level first, maybe empty.

    Built from what was stored with ``Edge.of``; it is checked against the size only, so
    compare ``root()`` with the last signed checkpoint before appending.
    """

    size: int = 0
    levels: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse partial tiles of other widths than the size has.

        Raises:
            TileMalformed: a width does not fit.
        """
        if [len(level) // HASH_BYTES for level in self.levels] != _widths(self.size):
            raise TileMalformed(detail="edge does not fit its size")

    @classmethod
    def tiles_of(cls, size: int) -> tuple[Tile, ...]:
        """Return the partial tiles to load for a log of ``size`` leaves."""
        return tuple(
            Tile(level, (size >> TILE_HEIGHT * level) // TILE_WIDTH, width)
            for level, width in enumerate(_widths(size))
            if width
        )

    @classmethod
    def of(cls, size: int, tiles: Mapping[Tile, bytes]) -> "Edge":
        """Build the edge from the stored tiles that ``tiles_of`` names.

        Raises:
            TileMalformed: one is missing or has the wrong length.
        """
        named = {tile.level: tile for tile in cls.tiles_of(size)}
        levels = range(len(_widths(size)))
        held = (tiles.get(named[at], b"") if at in named else b"" for at in levels)
        return cls(size, tuple(held))

    def root(self) -> Hash:
        """Return the root of the whole log."""
        nodes: list[Hash] = []
        for level in reversed(self.levels):
            hashes = split_tile(level, len(level) // HASH_BYTES)
            nodes.extend(Frontier().extended(hashes).nodes)
        return Frontier(self.size, tuple(nodes)).root() if nodes else EMPTY_ROOT

    def grown(self, leaves: Sequence[Hash]) -> "Growth":
        """Append leaf hashes; return the new edge and every tile to write."""
        size, arriving = self.size + len(leaves), b"".join(leaves)
        levels: list[bytes] = []
        full: dict[Tile, bytes] = {}
        depth = 0
        while arriving or depth < len(self.levels):
            held = self.levels[depth] if depth < len(self.levels) else b""
            index = (self.size >> TILE_HEIGHT * depth) // TILE_WIDTH
            rest, arriving = _fill(Tile(depth, index), held + arriving, full)
            levels.append(rest)
            depth += 1
        edge = Edge(size, tuple(levels))
        return Growth(edge, MappingProxyType(_written(self.size, edge, full)))


@dataclass(frozen=True, slots=True)
class Growth:
    """What an append gives: the next edge, and the tiles that are new, by name."""

    edge: Edge
    tiles: Mapping[Tile, bytes]


def grow(edge: Edge, entries: Sequence[bytes]) -> Growth:
    """Append entries (not yet hashed) to a log."""
    return edge.grown([leaf_hash(entry) for entry in entries])


def _fill(first: Tile, content: bytes, full: dict[Tile, bytes]) -> tuple[bytes, bytes]:
    """Cut full tiles off ``content``; return the partial rest and the full tiles' roots."""
    roots: list[Hash] = []
    step = TILE_WIDTH * HASH_BYTES
    whole = len(content) // step
    for at in range(whole):
        piece = content[at * step : (at + 1) * step]
        full[Tile(first.level, first.index + at)] = piece
        roots.append(root(split_tile(piece, TILE_WIDTH)))
    return content[whole * step :], b"".join(roots)


def _written(old: int, edge: Edge, full: Mapping[Tile, bytes]) -> dict[Tile, bytes]:
    """Return the content of every tile that ``tiles_for_growth`` names."""
    return {
        tile: full[tile] if tile.is_full else edge.levels[tile.level]
        for tile in tiles_for_growth(old, edge.size)
    }


def _widths(size: int) -> list[int]:
    """Return the width of the partial tile of each level: floor(s/256^l) mod 256."""
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size >>= TILE_HEIGHT
    return widths
