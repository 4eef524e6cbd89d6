"""What people and operators do, walked over real HTTP: a line a step, with what it saw."""
