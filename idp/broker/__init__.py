"""The hub as relying party of its members."""
