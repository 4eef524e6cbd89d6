"""The sign-in pages. Everything works without script."""

from flask import Blueprint

from idp.login.views.desk import Desk, Steps
from idp.login.views.explanations import EXPLANATIONS
from idp.login.views.front import blueprint

__all__ = ["EXPLANATIONS", "Blueprint", "Desk", "Steps", "blueprint"]
