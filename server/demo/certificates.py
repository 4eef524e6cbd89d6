"""What hubs and portals show by https, and whom their callers trust."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from peers.demo_ca.service import server_files
from server.contexts.context import write_private
from server.demo.places import Map

ROOTS: Final = "roots.pem"
"""Our own root, and those that somebody trusts for relying parties of theirs."""


def certify(where: Map, trust_ca: Path | None) -> None:
    """Make certificate and root where the demo is served by https and has none yet."""
    if where.ca_file is None:
        return
    if not where.ca_file.exists():
        made = server_files(datetime.now(UTC))
        write_private(where.tls / "localhost.key", made.key.decode())
        write_private(where.tls / "localhost.pem", made.chain.decode())
        write_private(where.ca_file, made.root.decode())
    others = "" if trust_ca is None else trust_ca.read_text("utf-8")
    write_private(where.tls / ROOTS, f"{where.ca_file.read_text('utf-8')}\n{others}")


def shown(where: Map) -> dict[str, object]:
    """Return the settings of whoever is served by https here."""
    if not where.is_tls:
        return {}
    return {
        "tls_certificate": str(where.tls / "localhost.pem"),
        "tls_key": str(where.tls / "localhost.key"),
    }
