"""The bridge over SQL."""
