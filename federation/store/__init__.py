"""What the readers of the federation keep, over SQL."""

from federation.store.answers import SqlAnswers
from federation.store.chains import SqlChains
from federation.store.superiors import SqlExceptions, SqlSuperiors

__all__ = ["SqlAnswers", "SqlChains", "SqlExceptions", "SqlSuperiors"]
