"""The hub's API as the console meets it: a few members and changes, in memory."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from kernel.approval import change_digest

Body = dict[str, Any]
API = "/api/v1"
MEMBER = str(UUID(int=1))
OTHER = str(UUID(int=2))
PROPOSAL = str(UUID(int=10))
FIRST = str(UUID(int=100))
GROUNDS = {"reason": "核验已完成", "basis": "登记政策第五条", "proportionality": ""}
REFERENCE = "23456789WXYZ"


def some_terms(**bent: object) -> Body:
    """Return valid terms as they are on the wire."""
    return {
        "entity_types": ["openid_provider"],
        "ceiling": {"identity": 3, "authenticator": 2, "path": 3},
        "attributes": ["name", "province"],
        "jwks": {
            "keys": [{"kid": "k1", "kty": "EC", "crv": "P-256", "x": "xx", "y": "yy"}]
        },
        "measures": [],
        **bent,
    }


def a_member(**bent: object) -> Body:
    """Return one member as the API shows it."""
    return {
        "id": MEMBER,
        "entity_id": "https://id.gd.example/trust",
        "kind": "platform",
        "name_zh": "广东省（演示）",
        "name_en": "Guangdong (demo)",
        "code": "44",
        "uscc": None,
        "contacts": ["ops@gd.example"],
        "terms": some_terms(),
        "state": "active",
        "reason": "",
        "version": 5,
        "suspension": None,
        **bent,
    }


def a_proposal(**bent: object) -> Body:
    """Return a change that waits, with the digest of what it says."""
    said: Body = {
        "id": PROPOSAL,
        "subject": f"member:{MEMBER}",
        "action": "change",
        "change": {
            "grounds": GROUNDS,
            "terms": some_terms(ceiling={"identity": 2, "authenticator": 2, "path": 3}),
        },
        "base": 5,
        "proposer": FIRST,
        "proposed_at": "2026-11-26T03:00:00Z",
        "approver": None,
        "decided_at": None,
        **bent,
    }
    exact = (said["subject"], said["action"], said["change"], said["base"])
    return {"digest": change_digest(*exact).hex(), **said}


@dataclass
class Said:
    """A status and a JSON object."""

    status: int
    body: Body


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: Body


@dataclass
class FakeApi:
    """What it holds is answered; ``answers`` go before that."""

    members: dict[str, Body] = field(default_factory=lambda: {MEMBER: a_member()})
    proposals: dict[str, Body] = field(default_factory=lambda: {PROPOSAL: a_proposal()})
    history: list[Body] = field(default_factory=list)
    answers: dict[tuple[str, str], Said] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def refuse(
        self, method: str, path: str, status: int, code: str, title: str = "A rule forbids."
    ) -> None:
        """Answer with a problem from now on (RFC 9457)."""
        problem = {"title": title, "status": status, "code": code, "reference": REFERENCE}
        self.answers[method, path] = Said(status, problem)

    def changed(self) -> list[Asked]:
        """Return what came that was to change something."""
        return [one for one in self.asked if one.method != "GET"]

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Said:
        """Answer one request below the API's base."""
        parts = urlsplit(path)
        sent = json.loads(body) if body else {}
        self.asked.append(Asked(method, parts.path, parse_qs(parts.query), headers, sent))
        if (method, parts.path) in self.answers:
            return self.answers[method, parts.path]
        names = parts.path.strip("/").split("/")
        return self._read(names) if method == "GET" else self._done(names)

    def _read(self, names: list[str]) -> Said:
        match names:
            case ["members" | "proposals" as kind]:
                held = self.members if kind == "members" else self.proposals
                return Said(200, {kind: [*held.values()], "next": None})
            case ["members", name]:
                return _one(self.members, name, "member_unknown")
            case ["members", _, "history"]:
                return Said(200, {"entries": self.history})
            case ["members", name, "proposals"]:
                subject = f"member:{name}"
                rows = [p for p in self.proposals.values() if p["subject"] == subject]
                return Said(200, {"proposals": rows})
            case ["proposals", name]:
                return _one(self.proposals, name, "proposal_unknown")
        return Said(404, {"code": "path_unknown", "title": "There is no such thing."})

    def _done(self, names: list[str]) -> Said:
        match names:
            case ["proposals", _, "approve"]:
                return Said(200, a_member(version=6))
            case ["proposals", _, "cancel"]:
                return Said(200, a_proposal())
            case ["members", name, "approve" | "reinstate" | "withdraw" as action]:
                made = a_proposal(action=action, subject=f"member:{name}")
                self.proposals[PROPOSAL] = made
                return Said(202, made)
            case ["members", _, "suspend" | "cancel" | "submit"]:
                return Said(200, a_member(version=6))
        return Said(404, {"code": "path_unknown", "title": "There is no such thing."})


def _one(held: dict[str, Body], name: str, code: str) -> Said:
    if name not in held:
        problem = {"title": "There is no such thing.", "code": code, "reference": REFERENCE}
        return Said(404, problem)
    return Said(200, held[name])
