"""Use cases: verify a chain, resolve an entity, keep chains fresh, probe a member."""
