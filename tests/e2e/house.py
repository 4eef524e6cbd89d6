"""One installation on free ports, and what its operators do over the API."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyotp
import urllib3

from server.contexts.api import Api
from server.contexts.context import Context

HTTP: Final = urllib3.PoolManager(timeout=10, retries=False)
READY_WITHIN_S: Final = 60.0
ENDS_WITHIN_S: Final = 10.0
PASSWORD: Final = "correct-horse-battery"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"

_SETTINGS: Final = """\
[installation]
issuer = "http://localhost:{port}"
role = "national"
code = "00"
name_zh = "国家统一身份认证（演示）"
name_en = "National identity (demo)"
profile = "dev"
instance = "national"
[http]
port = {port}
workers = 1
management_port = {management}
[database]
url = "sqlite:///hub.db"
[ephemeral]
url = "sqlite:///cache.db"
[keys]
vault_dir = "vault"
serve_secret_file = "secrets/serve"
worker_secret_file = "secrets/worker"
[outbound]
allow_loopback = true
[notices]
mail = "outbox"
sms = "outbox"
outbox_file = "outbox.jsonl"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Somebody invented who can sign in; ``seed`` is of their one-time codes."""

    username: str
    name: str
    id: str = ""
    password: str = PASSWORD
    seed: str = ""

    def code(self) -> str:
        """Return the code that their phone shows now."""
        return pyotp.TOTP(self.seed).now()


@dataclass(slots=True)
class House:
    """A running installation with its worker; it is stopped by `stop`."""

    folder: Path
    issuer: str = ""
    management: str = ""
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _born: int = 0

    def start(self) -> None:
        """Set up and run until it says that it is ready."""
        port, management = free_port(), free_port()
        self.issuer = f"http://localhost:{port}"
        self.management = f"http://localhost:{management}"
        settings = self.folder / "settings.toml"
        settings.write_text(
            _SETTINGS.format(port=port, management=management), encoding="utf-8"
        )
        subprocess.run(  # noqa: S603  our own program
            [*_command("init"), "--settings", settings, "--json"],
            check=True,
            capture_output=True,
        )
        for role in ("worker", "serve"):
            self._children.append(self._run(role, settings))
        self._await_ready()

    def stop(self) -> None:
        """End what was started here, and nothing else."""
        for child in self._children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        for child in self._children:
            try:
                child.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def operator(self, number: int = 1) -> Api:
        """Return the API in the name of operator 1 or 2."""
        return Api(Context.read(self.folder / "contexts" / f"operator{number}.json"))

    def somebody(self, name: str = "张三丰") -> Citizen:
        """Create somebody at level 1 with a password."""
        username = f"citizen-{secrets.token_hex(4)}"
        made = self.operator().post(
            "/people", {"name": name, "username": username, "password": PASSWORD}
        )
        return Citizen(username=username, name=name, id=made.text("id"))

    def proofed(
        self,
        level: int,
        *,
        with_codes: bool = True,
        firm: tuple[str, str] | None = None,
        name: str = "李清照",
    ) -> Citizen:
        """Enter somebody at a window by two persons.

        Args:
            level: of the proofing, 3 or 4.
            with_codes: whether a source of one-time codes is enrolled at it.
            firm: name and 统一社会信用代码 of whom they act for.
            name: theirs.
        """
        self._born += 1
        seed = pyotp.random_base32() if with_codes else ""
        username = f"proofed-{secrets.token_hex(4)}"
        record: dict[str, object] = {
            "username": username,
            "name": name,
            "number": identity_number(self._born),
            "level": level,
            "document": "resident_card",
            "office": "演示窗口",
            "password": PASSWORD,
        }
        if seed:
            record["totp_seed"] = seed
        if firm:
            record["kind"] = "legal_agent"
            record["organisation"] = {"name": firm[0], "uscc": firm[1], "role": "agent"}
        window = "/realname/window-records"
        waiting = self.operator().post(window, record)
        approved = self.operator(2).post(
            f"{window}/{waiting.text('id')}/approve", {"digest": waiting.text("digest")}
        )
        return Citizen(username=username, name=name, id=approved.text("person"), seed=seed)

    def mandated(self, *firms: str) -> Citizen:
        """Create somebody who may act for several invented firms."""
        citizen = self.somebody()
        for firm in firms:
            self._born += 1
            made = self.operator().post(
                "/organisations", {"name": firm, "uscc": credit_code(self._born)}
            )
            self.operator().post(
                "/mandates",
                {"person": citizen.id, "organisation": made.text("id"), "role": "agent"},
            )
        return citizen

    def device_code(self) -> str:
        """Let a kiosk ask for a code (RFC 8628 §3.1); return the one that it shows."""
        kiosk = f"kiosk-{secrets.token_hex(4)}"
        self.operator().post(
            "/clients",
            {
                "client_id": kiosk,
                "name_zh": "自助终端",
                "name_en": "Kiosk",
                "oidc": {
                    "profile": "kiosk",
                    "token_endpoint_auth_method": "none",
                    "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
                    "redirect_uris": [],
                    "scopes": ["openid"],
                    "sector": kiosk,
                },
            },
        )
        reply = HTTP.request_encode_body(
            "POST",
            f"{self.issuer}/oauth2/device_authorization",
            {"client_id": kiosk, "scope": "openid"},
            encode_multipart=False,
        )
        return str(reply.json()["user_code"])

    def client(
        self,
        client_id: str,
        base: str,
        oidc: Mapping[str, object] | None = None,
        **more: object,
    ) -> str:
        """Register a relying party under ``base``; return its secret.

        What ``oidc`` and ``more`` name stands instead of what is usual here.
        """
        body: dict[str, object] = {
            "client_id": client_id,
            "name_zh": "演示服务",
            "name_en": "Demo service",
            "purpose": {"zh": "办理您选择的事项", "en": "To handle the matter you chose"},
            "retention": {"zh": "办结后三年", "en": "Three years after it is closed"},
            "recipient": {"zh": "演示服务运营方", "en": "Operator of the demo service"},
            "oidc": {
                "redirect_uris": [f"{base}/callback"],
                "post_logout_redirect_uris": [f"{base}/signed-out"],
                "backchannel_logout_uri": f"{base}/backchannel-logout",
                "scopes": ["openid", "profile", "organisations"],
                **(oidc or {}),
            },
        }
        return self.operator().post("/clients", body | more).text("client_secret")

    def _run(self, role: str, settings: Path) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{role}.log").open("wb")
        with log:
            return subprocess.Popen(  # noqa: S603  our own program
                [*_command(role), "--settings", settings],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _await_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        signs = (
            f"{self.management}/health/ready",
            f"{self.issuer}/.well-known/openid-configuration",
        )
        while time.monotonic() < until:
            try:
                if all(HTTP.request("GET", one).status == 200 for one in signs):
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(0.2)
        logs = [(self.folder / f"{role}.log").read_text() for role in ("serve", "worker")]
        raise TimeoutError("\n".join(logs)[-4000:])


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def identity_number(serial: int) -> str:
    """Return an invented 公民身份号码 of nobody with a valid check digit (GB 11643)."""
    seventeen = f"11010119900307{serial:03d}"
    total = sum(int(d) * w for d, w in zip(seventeen, _WEIGHTS, strict=True))
    return seventeen + _CHECK[total % 11]


def credit_code(serial: int) -> str:
    """Return an invented 统一社会信用代码 of nobody with valid check signs (GB 32100)."""
    body = f"MA{serial:06d}"
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(
        signs.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    organisation = body + "0123456789X"[(11 - total % 11) % 11 if total % 11 != 1 else 10]
    seventeen = f"91110101{organisation}"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weighed = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(seventeen))
    return seventeen + alphabet[(31 - weighed % 31) % 31]


def _command(name: str) -> list[str]:
    return [str(Path(sys.executable).with_name("trusthub")), name]
