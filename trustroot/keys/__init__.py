"""The installation's keys, by purpose and state; nobody else signs."""
