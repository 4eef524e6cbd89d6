"""Signing ahead, and handing out."""

from trustroot.publish.domain import Filter
from trustroot.publish.service.listing import Listing
from trustroot.publish.service.publication import Publication
from trustroot.publish.service.signing import Signing, SigningDesk

__all__ = ["Filter", "Listing", "Publication", "Signing", "SigningDesk"]
