"""Use cases of the record: recording, sequencing, reading, proving, verifying."""
