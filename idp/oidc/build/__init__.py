"""Assembles the issuer."""

from idp.oidc.build.parts import Drivers, Neighbours
from idp.oidc.build.room import TRANSLATIONS, OidcRoom, build

__all__ = ["TRANSLATIONS", "Drivers", "Neighbours", "OidcRoom", "build"]
