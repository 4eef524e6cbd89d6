"""A register of invented people: a stand-in for the authoritative population base."""
