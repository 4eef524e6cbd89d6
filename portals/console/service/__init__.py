"""What operators do at the console."""

from portals.console.service.applications import Applications, SignOuts
from portals.console.service.deciding import Deciding
from portals.console.service.decoding import Decoding
from portals.console.service.marks import Marks
from portals.console.service.members import Members, PageOf
from portals.console.service.pictures import Pictures

__all__ = [
    "Applications",
    "Deciding",
    "Decoding",
    "Marks",
    "Members",
    "PageOf",
    "Pictures",
    "SignOuts",
]
