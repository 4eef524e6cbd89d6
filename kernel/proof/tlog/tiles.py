"""Tiles: where the hashes of a log lie, and which change when it grows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self

from kernel.proof.tlog.errors import TileMalformed
from kernel.proof.tlog.hashing import HASH_BYTES, Hash, root

TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 8
_LEVELS: Final = 64
_TILE_PATH: Final = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?\Z"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile: hashes ``index·256 … index·256 + width - 1`` of tile level ``level``.

    Level 0 holds leaf hashes; a hash of level l is the root of one full tile of l - 1.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what the layout cannot hold.

        Raises:
            TileMalformed: level outside 0…63, index negative or width outside 1…256.
        """
        levels = 0 <= self.level < _LEVELS
        if not levels or self.index < 0 or not 1 <= self.width <= TILE_WIDTH:
            raise TileMalformed

    @property
    def is_full(self) -> bool:
        """Whether it will never change again."""
        return self.width == TILE_WIDTH

    @property
    def path(self) -> str:
        """The path under the log's prefix (tlog-tiles, "Merkle Tree")."""
        return f"tile/{self.level}/{_index_path(self.index, self.width)}"

    @property
    def entries_path(self) -> str:
        """The path of the entry bundle that lies beside a tile of level 0."""
        return f"tile/entries/{_index_path(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a tile's path, or the path of its entry bundle as one of level 0.

        Raises:
            TileMalformed: not the one spelling of a tile.
        """
        found = _TILE_PATH.match(path)
        if found is None:
            raise TileMalformed
        level, width = found["level"], int(found["width"] or TILE_WIDTH)
        index = int(found["index"].replace("x", "").replace("/", ""))
        tile = cls(0 if level == "entries" else int(level), index, width)
        if path != (tile.entries_path if level == "entries" else tile.path):
            raise TileMalformed
        return tile


def _index_path(index: int, width: int) -> str:
    """Write N as 3-digit elements, ``x`` before all but the last; ``.p/W`` if partial."""
    elements = [f"{index % 1000:03d}"]
    while index := index // 1000:
        elements.append(f"x{index % 1000:03d}")
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return "/".join(reversed(elements)) + suffix


def tiles_for_growth(old: int, new: int) -> tuple[Tile, ...]:
    """Return the tiles that appear when a log grows from ``old`` to ``new`` leaves.

    Lowest level first, full ones before the level's partial one. A partial hash never
    counts upwards: level l has ``new >> 8·l`` hashes.

    Raises:
        TileMalformed: the sizes are out of order.
    """
    if not 0 <= old <= new:
        raise TileMalformed(detail="sizes out of order")
    return tuple(_growth(old, new))


def _growth(old: int, new: int) -> Iterator[Tile]:
    for level in range(_LEVELS):
        before, after = old >> TILE_HEIGHT * level, new >> TILE_HEIGHT * level
        if before == after:
            return
        for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
            yield Tile(level, index)
        if after % TILE_WIDTH:
            yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)


class TileSource(Protocol):
    """Reads tiles of one log."""

    def tile(self, tile: Tile) -> bytes:
        """Return ``width`` hashes of 32 bytes, or raise if the tile is not stored."""
        ...


@dataclass(frozen=True, slots=True)
class TiledHashes:
    """A ``HashReader`` over the tiles of a log of ``size`` leaves."""

    tiles: TileSource
    size: int

    def subtree(self, level: int, index: int) -> Hash:
        """Return the hash of a complete subtree, folded from one tile.

        Raises:
            TileMalformed: it is not in the tree, or the tile has the wrong length.
        """
        tile_level, inside = divmod(level, TILE_HEIGHT)
        first = index << inside
        tile = self._tile_holding(tile_level, first // TILE_WIDTH)
        at = first % TILE_WIDTH
        if at + (1 << inside) > tile.width:
            raise TileMalformed(detail="subtree outside the tree")
        hashes = split_tile(self.tiles.tile(tile), tile.width)
        return root(hashes[at : at + (1 << inside)])

    def _tile_holding(self, level: int, index: int) -> Tile:
        hashes = (self.size >> TILE_HEIGHT * level) - index * TILE_WIDTH
        return Tile(level, index, min(hashes, TILE_WIDTH))


def split_tile(content: bytes, width: int) -> tuple[Hash, ...]:
    """Return the hashes of a tile.

    Raises:
        TileMalformed: the length is not ``width`` hashes.
    """
    if len(content) != width * HASH_BYTES:
        raise TileMalformed(detail="tile of the wrong length")
    return tuple(content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES))


@dataclass(frozen=True, slots=True)
class MemoryTiles:
    """A ``TileSource`` over tiles at hand; partial ones are cut from wider ones."""

    held: Mapping[tuple[int, int], bytes]

    def tile(self, tile: Tile) -> bytes:
        """Return the tile.

        Raises:
            TileMalformed: it is not held.
        """
        content = self.held.get((tile.level, tile.index), b"")
        if len(content) < tile.width * HASH_BYTES:
            raise TileMalformed(detail="tile not held")
        return content[: tile.width * HASH_BYTES]
