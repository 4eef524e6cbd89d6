"""The sign-in pages. Everything works without script."""

from idp.login.views.desk import Desk, Steps
from idp.login.views.explanations import EXPLANATIONS
from idp.login.views.front import blueprint

__all__ = ["EXPLANATIONS", "Desk", "Steps", "blueprint"]
