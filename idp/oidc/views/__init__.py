"""The pages of the issuer. Everything works without script."""

from pathlib import Path
from typing import Final

from flask import Blueprint

from idp.oidc.views.device import DevicePages
from idp.oidc.views.device import blueprint as device_blueprint
from idp.oidc.views.sign_out import SignOutPages, blueprint
from idp.oidc.views.transfer import TransferPages
from idp.oidc.views.transfer import blueprint as transfer_blueprint

__all__ = [
    "TRANSLATIONS",
    "Blueprint",
    "DevicePages",
    "SignOutPages",
    "TransferPages",
    "blueprint",
    "device_blueprint",
    "transfer_blueprint",
]

TRANSLATIONS: Final = Path(__file__).parents[1] / "translations"
