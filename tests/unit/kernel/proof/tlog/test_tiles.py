from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.proof.tlog import (
    Edge,
    EntryTooLarge,
    MemoryTiles,
    ProofFailed,
    Tile,
    TiledHashes,
    TileMalformed,
    consistency_proof,
    decode_bundle,
    encode_bundle,
    grow,
    inclusion_proof,
    leaf_hash,
    root,
    split_tile,
    tiles_for_growth,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.kernel.proof.tlog.trees import leaves

LARGE: Final = 70_000


@pytest.mark.spec("C2SP tlog-tiles")
@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 5, 17), "tile/1/005.p/17"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
    ],
)
def test_a_tile_is_found_where_the_specification_puts_it(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile
    assert Tile.parse(Tile(0, tile.index, tile.width).entries_path).index == tile.index


@given(st.integers(0, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_a_path_is_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/entries/0",
        "tile/-1/000",
        "tile/0/\u0660\u0660\u0660",
        "/tile/0/000",
    ],
)
def test_a_path_has_one_spelling(path: str) -> None:
    with pytest.raises(TileMalformed):
        Tile.parse(path)


@pytest.mark.spec("C2SP tlog-tiles")
def test_a_log_of_seventy_thousand_has_the_tiles_of_the_worked_example() -> None:
    tiles = tiles_for_growth(0, LARGE)
    full = [sum(t.level == level and t.is_full for t in tiles) for level in range(4)]
    assert full == [273, 1, 0, 0]
    assert [t for t in tiles if not t.is_full] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert tiles_for_growth(0, 256) == (Tile(0, 0), Tile(1, 0, 1))


@given(st.lists(st.integers(0, 2000), max_size=6))
def test_growing_in_steps_writes_what_growing_at_once_needs(steps: list[int]) -> None:
    written: set[Tile] = set()
    size = 0
    for step in steps:
        fresh = tiles_for_growth(size, size + step)
        assert not {tile for tile in fresh if tile.is_full} & written
        written.update(fresh)
        size += step
    assert set(tiles_for_growth(0, size)) <= written


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(TileMalformed):
        tiles_for_growth(2, 1)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=4))
def test_the_edge_gives_the_root_and_the_content_of_every_new_tile(
    steps: list[int],
) -> None:
    edge = Edge()
    stored: dict[Tile, bytes] = {}
    hashes = leaves(sum(steps))
    for step in steps:
        growth = edge.grown(hashes[edge.size : edge.size + step])
        assert set(growth.tiles) == set(tiles_for_growth(edge.size, edge.size + step))
        stored.update(growth.tiles)
        edge = growth.edge
        assert edge.root() == root(hashes[: edge.size])
        assert all(len(held) == 32 * tile.width for tile, held in stored.items())
    assert Edge.of(edge.size, stored) == edge


def test_the_edge_carries_over_two_levels() -> None:
    """One step over 65,536 leaves fills a tile of level 1 and opens level 2."""
    growth = Edge().grown(leaves(65_535))
    before = growth.edge
    after = before.grown([leaf_hash(b"entry 65535")])
    assert set(after.tiles) == {Tile(0, 255), Tile(1, 0), Tile(2, 0, 1)}
    assert after.edge.levels[2] == after.edge.root() == root(leaves(65_536))


def test_proofs_from_tiles_hold_in_a_large_log() -> None:
    growth = grow(Edge(), [b"entry %d" % number for number in range(LARGE)])
    held = {(tile.level, tile.index): raw for tile, raw in growth.tiles.items()}
    hashes = TiledHashes(MemoryTiles(held), LARGE)
    head = growth.edge.root()
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_888, LARGE - 1):
        path = inclusion_proof(index, LARGE, hashes)
        verify_inclusion(leaf_hash(b"entry %d" % index), index, LARGE, path, head)
    for old in (1, 1000, 65_536, LARGE - 1):
        path = consistency_proof(old, LARGE, hashes)
        verify_consistency(old, LARGE, root(leaves(old)), head, path)


@given(st.data())
def test_a_changed_bit_in_any_tile_fails_the_proof_of_its_neighbour(
    data: st.DataObject,
) -> None:
    growth = grow(Edge(), [b"entry %d" % number for number in range(700)])
    tile = data.draw(st.sampled_from(sorted(growth.tiles)))
    at = data.draw(st.integers(0, 32 * tile.width - 1))
    raw = growth.tiles[tile]
    held = {(each.level, each.index): content for each, content in growth.tiles.items()}
    held[tile.level, tile.index] = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
    neighbour = (tile.index * 256 + at // 32 ^ 1) << 8 * tile.level
    path = inclusion_proof(neighbour, 700, TiledHashes(MemoryTiles(held), 700))
    leaf = leaf_hash(b"entry %d" % neighbour)
    with pytest.raises(ProofFailed):
        verify_inclusion(leaf, neighbour, 700, path, growth.edge.root())


def test_a_subtree_beyond_the_tree_is_refused() -> None:
    growth = grow(Edge(), [b"a", b"b", b"c"])
    held = {(tile.level, tile.index): raw for tile, raw in growth.tiles.items()}
    hashes = TiledHashes(MemoryTiles(held), 3)
    for level, index in ((0, 3), (1, 1), (2, 0), (8, 0)):
        with pytest.raises(TileMalformed):
            hashes.subtree(level, index)
    with pytest.raises(TileMalformed):
        MemoryTiles(held).tile(Tile(0, 0, 4))


@pytest.mark.parametrize("length", [0, 63, 65, 96])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(TileMalformed):
        split_tile(bytes(length), 2)


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    for size, levels in ((1, ()), (1, (bytes(64),)), (256, (bytes(32),))):
        with pytest.raises(TileMalformed):
            Edge(size, levels)
    with pytest.raises(TileMalformed):
        Edge.of(300, {Tile(0, 1, 44): bytes(44 * 32)})


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
@pytest.mark.spec("C2SP tlog-tiles")
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    raw = encode_bundle(entries)
    assert decode_bundle(raw, len(entries)) == tuple(entries)
    assert raw[:2] == len(entries[0]).to_bytes(2, "big")
    for bent in (raw[:-1], raw + b"\0"):
        with pytest.raises(TileMalformed):
            decode_bundle(bent, len(entries))
    with pytest.raises(TileMalformed):
        decode_bundle(raw, len(entries) + 1)


def test_a_bundle_has_bounds() -> None:
    assert len(encode_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(EntryTooLarge):
        encode_bundle([bytes(65_536)])
    for entries in ([], [b""] * 257):
        with pytest.raises(TileMalformed):
            encode_bundle(entries)
