"""A page that is whole, in the shape a settings file has, for tests to bend."""

from copy import deepcopy
from pathlib import Path

Tables = dict[str, dict[str, object]]

_DEV: Tables = {
    "installation": {
        "issuer": "http://localhost:8400",
        "role": "national",
        "code": "00",
        "name_zh": "国家统一认证（演示）",
        "name_en": "National hub (demo)",
        "profile": "dev",
    },
}


def a_dev_page() -> Tables:
    return deepcopy(_DEV)


def a_production_page(folder: Path) -> Tables:
    """A page production accepts; its secret files are written into ``folder``."""
    for name in ("serve", "worker", "gateway"):
        file = folder / name
        file.write_text(f"{name}-Zx81kQ4wLr7TnVb20Yc9HsPd\n", encoding="utf-8")
        file.chmod(0o600)
    page = deepcopy(_DEV)
    page["installation"] |= {"issuer": "https://id.gov.example", "profile": "production"}
    page["database"] = {"url": "postgresql://hub@db.internal/hub"}
    page["ephemeral"] = {"url": "rediss://cache.internal:6379/0"}
    page["keys"] = {
        "vault_dir": "vault",
        "serve_secret_file": "serve",
        "worker_secret_file": "worker",
    }
    page["notices"] = {
        "mail": "webhook",
        "sms": "webhook",
        "webhook_url": "https://gateway.gov.example/send",
        "webhook_secret_file": "gateway",
    }
    return page


def bent(page: Tables, key: str, value: object) -> Tables:
    """Return ``page`` with ``section.name`` set to ``value``."""
    section, name = key.split(".")
    changed = deepcopy(page)
    changed.setdefault(section, {})[name] = value
    return changed
