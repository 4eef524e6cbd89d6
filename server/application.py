"""What a serving process loads: the installation its settings name, as one function."""

from config.loader import load
from server.bootstrap import assemble
from server.listening import inside_place
from server.management import Health, Listening, Management, hold_port
from server.migrations import require_current
from server.wsgi import Application
from trustroot.keys.build import RoleGroup


def create() -> Application:
    """Assemble the installation of ``TRUSTHUB_SETTINGS`` for serving.

    Raises:
        SettingsRefused, DomainError: the process does not start, and says what is missing.
    """
    settings = load()
    installation = assemble(settings, RoleGroup.SERVE)
    require_current(installation.drivers.db)
    listening = Listening(settings.http.host, settings.http.port)
    checks = {**installation.checks(), "listening": listening}
    management = Management(Health(checks), installation.drivers.metrics)
    hold_port(management, inside_place(settings.http))
    return installation.application()
