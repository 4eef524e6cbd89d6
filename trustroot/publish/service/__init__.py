"""Signing ahead, by the worker; and what lies ready, for everybody."""

from trustroot.publish.service.publication import Filter, Publication
from trustroot.publish.service.signing import Signing, SigningDesk

__all__ = ["Filter", "Publication", "Signing", "SigningDesk"]
