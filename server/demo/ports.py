"""Forwards to `server.demo.listening`; a module called ports is a floor of a room."""

from server.demo.listening import listens

__all__ = ["listens"]
