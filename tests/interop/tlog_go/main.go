// Tlog_go reads a log of Trusthub from a folder, as C2SP tlog-tiles lays it out, and checks
// it with the note and tlog packages of the Go project, which know nothing of Trusthub:
// the signature on the checkpoint, every tile against its root, every entry against its leaf,
// inclusion of every entry, and consistency with every earlier size that is asked for.
//
//	tlog_go FOLDER VKEY [OLD_SIZE…]
//
// Prints one line and exits 0 if all of it holds, else says what does not and exits 1.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder is a log on disk; its tiles are named without the height that Go's names carry.
type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func (f folder) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

// checkpoint opens the signed head: origin, size, root (C2SP tlog-checkpoint).
func (f folder) checkpoint(vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	raw, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is not of this origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// entries reads all bundles: each entry behind its length in two bytes.
func (f folder) entries(size int64) ([][]byte, error) {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		bundle, err := f.read(tlog.Tile{H: height, L: -1, N: n, W: int(width)})
		if err != nil {
			return nil, err
		}
		for ; len(bundle) >= 2; width-- {
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if end > len(bundle) {
				return nil, fmt.Errorf("bundle %d ends inside an entry", n)
			}
			all = append(all, bundle[2:end])
			bundle = bundle[end:]
		}
		if width != 0 || len(bundle) != 0 {
			return nil, fmt.Errorf("bundle %d does not hold its number of entries", n)
		}
	}
	return all, nil
}

func checkEntry(tree tlog.Tree, reader tlog.HashReader, index int64, entry []byte) error {
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func checkGrowth(tree tlog.Tree, reader tlog.HashReader, size int64) error {
	old, err := tlog.TreeHash(size, reader)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, size, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, size, old)
}

func check(where folder, vkey string, sizes []string) (tlog.Tree, error) {
	tree, err := where.checkpoint(vkey)
	if err != nil {
		return tree, err
	}
	reader := tlog.TileHashReader(tree, where)
	entries, err := where.entries(tree.N)
	if err != nil {
		return tree, err
	}
	for index, entry := range entries {
		if err := checkEntry(tree, reader, int64(index), entry); err != nil {
			return tree, fmt.Errorf("entry %d: %w", index, err)
		}
	}
	for _, said := range sizes {
		size, err := strconv.ParseInt(said, 10, 64)
		if err != nil {
			return tree, err
		}
		if err := checkGrowth(tree, reader, size); err != nil {
			return tree, fmt.Errorf("growth from %d: %w", size, err)
		}
	}
	return tree, nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "tlog_go FOLDER VKEY [OLD_SIZE…]")
		os.Exit(2)
	}
	tree, err := check(folder(os.Args[1]), os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Printf("holds: %d entries under %s\n", tree.N, tree.Hash)
}
