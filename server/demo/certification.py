"""The demo CA, its one certificate, and the CA's way onto the national list."""

import functools
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ca_bridge.service.x509_files import certificate, spki_digest
from peers.demo_ca import build as demo_ca
from server.children import Child
from server.demo.cast import AGENT, code_of
from server.demo.enrolment import Officials
from server.demo.keepsakes import Keepsakes
from server.demo.places import Map, url
from server.demo.stages import Stage, ended, until

LISTED: Final = "ca"
_LISTS: Final = 2
_LISTS_WITHIN_S: Final = 30.0
_NAME: Final = {"name_zh": "演示电子认证服务机构", "name_en": "Demo certification service"}


@dataclass(frozen=True, slots=True)
class Certification:
    """Makes CA and certificate, starts CA and agent, has the CA listed by two persons."""

    map: Map
    stage: Stage
    kept: Keepsakes

    def start(self) -> None:
        """Make what is missing, then start the CA's lists and the certificate agent."""
        self._made(self.map.folder / LISTED)
        self.kept.keep(f"key:{AGENT.username}", _key_digest(self._leaf))
        data = str(self.map.folder / LISTED)
        port = str(self.map.authority)
        self._run("demo-ca", ("serve", "--data", data, "--port", port))
        leaf = self._leaf
        self.stage.run(
            "cert-agent",
            "cert-agent",
            *("--port", str(self.map.agent)),
            *("--key", str(leaf.with_suffix(".key")), "--cert", str(leaf)),
            *(part for p in self.map.installations for part in ("--origin", p.issuer)),
        )

    def be_listed(self, root: Officials) -> None:
        """Have the CA put on the list: one proposes, the other approves; once."""
        rows = root.first.get("/ca").rows("authorities")
        if any(row["name_zh"] == _NAME["name_zh"] for row in rows):
            return
        folder, base = self.map.folder / LISTED, url(self.map.authority)
        proposed = root.first.post(
            "/ca",
            {
                **_NAME,
                "uscc": code_of("440106", "MADEM1XB"),
                "anchors": [(folder / "root.pem").read_text("ascii")],
                "intermediates": [(folder / "issuing.pem").read_text("ascii")],
                "crl_urls": [f"{base}/root.crl", f"{base}/issuing.crl"],
                "reason": "演示：列入电子认证机构名单",
            },
        )
        root.approve(f"/ca/proposals/{proposed.text('id')}/approve")

    def await_lists(self, root: Officials) -> None:
        """Wait for both revocation lists at the hub: it accepts nothing without them."""
        kind = {"type": "ca.revocation_list_taken", "limit": "2"}

        def taken() -> bool:
            return len(root.auditor.get("/audit/events", kind).rows("events")) == _LISTS

        until(taken, self.stage, "revocation lists", _LISTS_WITHIN_S)

    def _made(self, folder: Path) -> None:
        if not (folder / "issuing.pem").exists():
            self._do("init", "--data", str(folder))
        if not (folder / f"{AGENT.username}.pem").exists():
            self._do(*issuing(folder))

    @property
    def _leaf(self) -> Path:
        return self.map.folder / LISTED / f"{AGENT.username}.pem"

    def _do(self, *argv: str) -> None:
        """Run one act of the CA to its end."""
        name = f"demo-ca-{argv[0]}"
        child = self._run(name, argv)
        for done, code in self.stage.children.finish([child]):
            if code != 0:
                raise ended(done, code)

    def _run(self, name: str, argv: Sequence[str]) -> Child:
        return self.stage.children.start(name, functools.partial(demo_ca.main, list(argv)))


def issuing(folder: Path) -> tuple[str, ...]:
    """Return the command line that issues the agent's certificate from a CA's folder."""
    firm, leaf = AGENT.firm, folder / f"{AGENT.username}.pem"
    if firm is None:
        raise TypeError(AGENT.username)
    return (
        "issue",
        *("--data", str(folder), "--name", AGENT.name),
        *("--organisation", firm.name, "--uscc", firm.uscc),
        *("--key", str(leaf.with_suffix(".key")), "--cert", str(leaf)),
    )


def _key_digest(leaf: Path) -> str:
    """Return SHA-256 of a certificate's public key, 64 hex digits."""
    pem = leaf.read_text("ascii")
    end = "-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert(pem[: pem.index(end) + len(end)])
    return spki_digest(certificate(der)).hex()
