"""The pages of one's own account. Everything works without script."""

from flask import Blueprint

from idp.account.views.desk import Desk
from idp.account.views.explanations import EXPLANATIONS
from idp.account.views.front import blueprint

__all__ = ["EXPLANATIONS", "Blueprint", "Desk", "blueprint"]
