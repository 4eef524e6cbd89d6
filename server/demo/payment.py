"""示例支付身份（演示）: a company with a plain OpenID provider, joined as it is."""

import json
import secrets
from dataclasses import dataclass
from typing import Final

from server.contexts.context import write_private
from server.demo.cast import PAYMENT_FIRM
from server.demo.certificates import shown
from server.demo.enrolment import Officials
from server.demo.places import Map
from server.demo.stages import Stage, ended, until

SLUG: Final = "pay"
NAME_EN: Final = "Sample Pay identity (demo)"
CLIENT: Final = "trusthub"
CEILING: Final = 2
USERNAME: Final = "jiangwenbo"
NEWCOMER: Final = "zhaozhiyuan"
"""Somebody the hub does not know: of a newcomer it asks userinfo too."""
PASSWORD: Final = "Demo-{}-2026"  # noqa: S105  of invented people, in the demo only
LEVEL_THERE: Final = "urn:sample-pay:verified"
_GROUNDS: Final = {"reason": "演示：第三方身份提供方接入", "basis": "演示接入规则第二条"}
_SECRET_BYTES: Final = 24
_ACTIVE_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Payment:
    """Runs the provider, and takes it through the lifecycle; it changes nothing itself."""

    map: Map
    stage: Stage

    @property
    def issuer(self) -> str:
        """Its own address, which is its entity identifier too."""
        return self.map.payment_issuer

    def start(self) -> None:
        """Write its people and its one client, and start it."""
        folder = self.map.folder / "payment"
        folder.mkdir(exist_ok=True)
        secret = folder / "client.secret"
        if not secret.exists():
            write_private(secret, secrets.token_urlsafe(_SECRET_BYTES) + "\n")
        write_private(folder / "people.json", json.dumps(people(), ensure_ascii=False))
        clients = {"clients": [self._client(secret.read_text("utf-8").strip())]}
        write_private(folder / "clients.json", json.dumps(clients))
        self.stage.run(
            "mock-op",
            "mock-op",
            *("--port", str(self.map.payment), "--issuer", self.issuer),
            *("--name", PAYMENT_FIRM.name, "--key", str(folder / "key.pem")),
            *("--people", str(folder / "people.json")),
            *("--clients", str(folder / "clients.json")),
            *self._tls(),
        )

    def _tls(self) -> tuple[str, ...]:
        names = shown(self.map)
        said = ((f"--{name.replace('_', '-')}", str(names[name])) for name in names)
        return tuple(word for pair in said for word in pair)

    def join(self, officials: Officials) -> None:
        """Examine, apply and check by the command; two persons approve."""
        member = self.member(officials)
        if member is None:
            self._command()
            member = self.member(officials)
        if member is None:
            raise LookupError(self.issuer)
        identifier = str(member["id"])
        if member["state"] == "checked":
            path = f"/members/{identifier}/approve"
            proposal = officials.first.post(path, _GROUNDS).text("id")
            officials.approve(f"/proposals/{proposal}/approve")
        # The worker comes to new members by itself; asked for one, it comes at once.
        officials.first.post("/trust/chains", {"entity": self.issuer})
        until(
            lambda: self._is_in(officials),
            self.stage,
            f"{NAME_EN} active",
            _ACTIVE_WITHIN_S,
        )

    def member(self, officials: Officials) -> dict[str, object] | None:
        """Return its record at the root, None before it applied."""
        rows = officials.first.get("/members", {"limit": "200"}).rows("members")
        return next((row for row in rows if row["entity_id"] == self.issuer), None)

    def _is_in(self, officials: Officials) -> bool:
        member = self.member(officials)
        return member is not None and member["state"] in {"active", "suspended"}

    def _command(self) -> None:
        """Run the one command an operator types; its log has what it found."""
        self.stage.wait(f"{self.issuer}/.well-known/openid-configuration", NAME_EN)
        root, folder = self.map.national, self.map.folder / "payment"
        child = self.stage.run(
            "join-payment",
            *("members", "join", "--context", str(root.context("operator1"))),
            *("--discovery", f"{self.issuer}/.well-known/openid-configuration"),
            *("--client-id", CLIENT),
            *("--client-secret-file", str(folder / "client.secret")),
            *("--ceiling", str(CEILING), "--slug", SLUG),
            *("--name-zh", PAYMENT_FIRM.name, "--name-en", NAME_EN),
            *("--uscc", PAYMENT_FIRM.uscc, "--contact", "mailto:ops@pay.example"),
            *("--level", f"{LEVEL_THERE}=2", "--basis", "演示接入协议第三条"),
        )
        for done, code in self.stage.children.finish([child]):
            if code != 0:
                raise ended(done, code)

    def _client(self, secret: str) -> dict[str, object]:
        base = f"{self.map.national.issuer}/broker/{SLUG}"
        return {
            "client_id": CLIENT,
            "client_secret": secret,
            "redirect_uris": [f"{base}/callback"],
            "post_logout_redirect_uris": [f"{base}/signed_out"],
        }


def people() -> dict[str, object]:
    """Return the provider's account holders, proofed in its own words."""
    named = ((USERNAME, "江文博"), (NEWCOMER, "赵致远"))
    return {"people": [_person(username, name) for username, name in named]}


def _person(username: str, name: str) -> dict[str, object]:
    return {
        "username": username,
        "password": PASSWORD.format(username),
        "acr": LEVEL_THERE,
        "claims": {"name": name},
    }
