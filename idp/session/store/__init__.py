"""The room's records over SQL."""
