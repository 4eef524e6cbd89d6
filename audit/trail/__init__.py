"""The trail of events and the transparency log over it."""
