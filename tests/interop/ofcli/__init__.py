"""What runs in the environment of `ofcli`, by the lock beside it."""
