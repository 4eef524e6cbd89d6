"""Settings of a hub for tests."""

from pathlib import Path


def settings_page(port: int, folder: Path) -> dict[str, dict[str, object]]:
    """Return the settings of a national installation in ``folder``."""
    return {
        "installation": {
            "issuer": f"http://localhost:{port}",
            "role": "national",
            "code": "00",
            "name_zh": "国家统一身份认证（测试）",
            "name_en": "National identity (test)",
            "profile": "test",
            "instance": "national",
        },
        "http": {"port": port, "workers": 1, "management_port": port + 1},
        "database": {"url": f"sqlite:///{folder}/hub.db"},
        "ephemeral": {"url": f"sqlite:///{folder}/cache.db"},
        "keys": {
            "vault_dir": "vault",
            "serve_secret_file": "secrets/serve",
            "worker_secret_file": "secrets/worker",
        },
        "outbound": {"allow_loopback": True},
        "notices": {"mail": "outbox", "sms": "outbox", "outbox_file": "outbox.jsonl"},
    }
