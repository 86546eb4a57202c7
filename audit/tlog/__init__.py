"""A transparency log as pure functions: its Merkle tree, tiles, notes and checkpoints. No file is opened here."""
