"""Signing ahead, and handing out."""

from trustroot.publish.domain import Filter
from trustroot.publish.service.answering import AnswerDesk
from trustroot.publish.service.callers import Callers
from trustroot.publish.service.chronicle import Chronicle
from trustroot.publish.service.deciding import MarkAction, MarkDecisions
from trustroot.publish.service.desk import SigningDesk
from trustroot.publish.service.feeds import ABOUT_TYP, EventFeed, KeyFeed
from trustroot.publish.service.following import Following
from trustroot.publish.service.granting import Granting
from trustroot.publish.service.hosting import Hosting
from trustroot.publish.service.listing import Listing
from trustroot.publish.service.marking import MarkDesk
from trustroot.publish.service.marks import MarkBook
from trustroot.publish.service.own import OwnStatements
from trustroot.publish.service.publication import Publication
from trustroot.publish.service.publishing import Desks, Publishing
from trustroot.publish.service.reading import Answers
from trustroot.publish.service.roll import MARK_JOB, MarkStores, Roll
from trustroot.publish.service.signing import MarkRound, Signing

__all__ = [
    "ABOUT_TYP",
    "MARK_JOB",
    "AnswerDesk",
    "Answers",
    "Callers",
    "Chronicle",
    "Desks",
    "EventFeed",
    "Filter",
    "Following",
    "Granting",
    "Hosting",
    "KeyFeed",
    "Listing",
    "MarkAction",
    "MarkBook",
    "MarkDecisions",
    "MarkDesk",
    "MarkRound",
    "MarkStores",
    "OwnStatements",
    "Publication",
    "Publishing",
    "Roll",
    "Signing",
    "SigningDesk",
]
