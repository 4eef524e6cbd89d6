"""What is done to relying parties, by one person and by two."""

from idp.clients.service.clients import Clients, Fresh
from idp.clients.service.deciding import Deciding
from idp.clients.service.pictures import Pictures, ShownPages
from idp.clients.service.record import Record
from idp.clients.service.rules import FACET_RULES, RULES, Rule, keeps_the_rules
from idp.clients.service.trial import TrialList

__all__ = [
    "FACET_RULES",
    "RULES",
    "Clients",
    "Deciding",
    "Fresh",
    "Pictures",
    "Record",
    "Rule",
    "ShownPages",
    "TrialList",
    "keeps_the_rules",
]
