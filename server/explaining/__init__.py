"""What happened, in words: types of events, codes of refusals, and the clauses behind."""

from server.explaining.words import ProgramWords

__all__ = ["ProgramWords"]
