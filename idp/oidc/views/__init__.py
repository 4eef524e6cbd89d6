"""The pages of the issuer. Everything works without script."""

from pathlib import Path
from typing import Final

from flask import Blueprint

from idp.oidc.views.sign_out import SignOutPages, blueprint

__all__ = ["TRANSLATIONS", "Blueprint", "SignOutPages", "blueprint"]

TRANSLATIONS: Final = Path(__file__).parents[1] / "translations"
