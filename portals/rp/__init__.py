"""The relying party that every portal is built on."""
