"""What publishing keeps, over SQL."""

from trustroot.publish.store.answers import SqlAnswers, SqlAssertions, SqlBookmarks
from trustroot.publish.store.grants import SqlGrants, SqlMarkTypes
from trustroot.publish.store.happenings import SqlEvents
from trustroot.publish.store.marks import SqlMarks
from trustroot.publish.store.proposals import SqlMarkProposals
from trustroot.publish.store.statements import SqlStatements

__all__ = [
    "SqlAnswers",
    "SqlAssertions",
    "SqlBookmarks",
    "SqlEvents",
    "SqlGrants",
    "SqlMarkProposals",
    "SqlMarkTypes",
    "SqlMarks",
    "SqlStatements",
]
