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
MARK_TYPE: Body = {
    "id": "https://hub.example/marks/level3",
    "name_zh": "三级可信",
    "name_en": "Level 3 trusted",
    "owner": None,
}


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


def a_mark_proposal(**bent: object) -> Body:
    """Return a change about a mark, as that API shows it: without a base."""
    grant = {"mark_type": MARK_TYPE["id"], "subject": "https://id.gd.example"}
    change = {"grounds": GROUNDS, "grant": grant}
    said = a_proposal(action="grant", subject="mark:x", change=change, **bent)
    return {name: value for name, value in said.items() if name != "base"}


@dataclass
class Said:
    """A status and a JSON object."""

    status: int
    body: Body
    headers: Mapping[str, str] = field(default_factory=dict)


NO_APPLICATIONS = Said(200, {"clients": [], "next": None})
UNKNOWN = Said(404, {"code": "path_unknown", "title": "There is no such thing."})


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
    looks: list[Body] = field(default_factory=list)
    evidence: list[Body] = field(default_factory=list)
    grants: list[Body] = field(default_factory=list)
    marks_waiting: list[Body] = field(default_factory=lambda: [a_mark_proposal()])
    answers: dict[tuple[str, str], Said] = field(
        default_factory=lambda: {("GET", "/clients"): NO_APPLICATIONS}
    )
    asked: list[Asked] = field(default_factory=list)

    def refuse(
        self, method: str, path: str, status: int, code: str, title: str = "A rule forbids."
    ) -> None:
        """Answer with a problem from now on (RFC 9457)."""
        problem = {"title": title, "status": status, "code": code, "reference": REFERENCE}
        self.answers[method, path] = Said(status, problem)

    def ask_to_step_up(self, method: str, path: str, asked: str) -> None:
        """Answer as RFC 9470 §3 says from now on; ``asked`` are the parameters."""
        problem = {"code": "insufficient_user_authentication", "reference": REFERENCE}
        said = f'Bearer error="insufficient_user_authentication", {asked}'
        self.answers[method, path] = Said(401, problem, {"WWW-Authenticate": said})

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
        said = UNKNOWN
        match names:
            case ["members"]:
                said = Said(200, {"members": [*self.members.values()], "next": None})
            case ["proposals"]:
                said = Said(200, {"proposals": [*self.proposals.values()], "next": None})
            case ["members", name]:
                said = _one(self.members, name, "member_unknown")
            case ["members", _, "history"]:
                said = Said(200, {"entries": self.history})
            case ["members", _, "watch"]:
                said = Said(200, {"entries": self.looks})
            case ["members", _, "evidence"]:
                said = Said(200, {"evidence": self.evidence})
            case ["members", name, "proposals"]:
                subject = f"member:{name}"
                rows = [p for p in self.proposals.values() if p["subject"] == subject]
                said = Said(200, {"proposals": rows})
            case ["proposals", name]:
                said = _one(self.proposals, name, "proposal_unknown")
            case ["marks", *more]:
                said = self._marks(more)
        return said

    def _marks(self, names: list[str]) -> Said:
        said = UNKNOWN
        match names:
            case []:
                said = Said(200, {"grants": self.grants, "next": None})
            case ["types"]:
                said = Said(200, {"types": [MARK_TYPE]})
            case ["proposals"]:
                said = Said(200, {"proposals": self.marks_waiting, "next": None})
            case ["proposals", _]:
                said = Said(200, a_mark_proposal())
        return said

    def _done(self, names: list[str]) -> Said:
        said = UNKNOWN
        match names:
            case [
                "members",
                name,
                "approve" | "reinstate" | "withdraw" | "change" as action,
            ]:
                self.proposals[PROPOSAL] = a_proposal(
                    action=action, subject=f"member:{name}"
                )
                said = Said(202, self.proposals[PROPOSAL])
            case ["members", _, "evidence"] | ["marks", "revoke"]:
                said = Said(200, {})
            case ["marks", "grants"] | ["marks", "proposals", _, "approve"]:
                said = Said(202, a_mark_proposal())
            case ["proposals", _, "cancel"]:
                said = Said(200, a_proposal())
            case ["proposals", _, "approve"] | ["members", _, _]:
                said = Said(200, a_member(version=6))
        return said


def _one(held: dict[str, Body], name: str, code: str) -> Said:
    if name not in held:
        problem = {"title": "There is no such thing.", "code": code, "reference": REFERENCE}
        return Said(404, problem)
    return Said(200, held[name])
