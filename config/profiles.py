"""What each profile fills in where the operator said nothing, as raw as a settings file."""

from collections.abc import Mapping
from typing import Final

from config.words import Profile

_LOCAL: Final[Mapping[str, Mapping[str, object]]] = {
    "database": {"url": "sqlite:///trusthub.sqlite"},
    "ephemeral": {"url": "sqlite:///ephemeral.sqlite"},
    "keys": {
        "vault_dir": "vault",
        "serve_secret_file": "secrets/serve",
        "worker_secret_file": "secrets/worker",
    },
    "notices": {"mail": "outbox", "sms": "outbox", "outbox_file": "outbox.jsonl"},
    "oidc": {"sandbox_is_open": True},
}

DEFAULTS: Final[Mapping[Profile, Mapping[str, Mapping[str, object]]]] = {
    Profile.DEV: {
        **_LOCAL,
        "outbound": {"allow_loopback": True},
        "observing": {"log_level": "debug"},
    },
    Profile.TEST: {
        **_LOCAL,
        "outbound": {"allow_loopback": True},
        "observing": {"log_level": "warning"},
    },
    # Nothing that matters is filled in: who runs production has thought of it.
    Profile.PRODUCTION: {},
}


def fill_in(profile: Profile, raw: Mapping[str, object]) -> dict[str, object]:
    """Lay what the operator wrote over what the profile offers, section by section."""
    page: dict[str, object] = dict(raw)
    for section, offered in DEFAULTS[profile].items():
        given = raw.get(section, {})
        if isinstance(given, Mapping):
            page[section] = {**offered, **given}
    return page
