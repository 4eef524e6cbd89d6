"""The register of people over HTTP: asked with our own name and secret there."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kernel.errors import Refused, Unavailable
from kernel.infra.outbound import Outbound, OutboundReply, OutboundRequest
from kernel.secret import Secret
from kernel.web import parse_json
from realname.domain import Outcome, RegisterAnswer, TwoElements
from realname.errors import RegisterUnavailable

_PATH: Final = "/v1/two-elements"
_DEADLINE_S: Final = 3.0
_LIMIT_BYTES: Final = 4096
_OK: Final = 200
# Results of registers have many names; these are the ones that ours gives.
_RESULTS: Final[Mapping[object, Outcome]] = {
    "match": Outcome.MATCH,
    "mismatch": Outcome.MISMATCH,
    "not_found": Outcome.NOT_FOUND,
    "document_lost": Outcome.DOCUMENT_LOST,
    "document_expired": Outcome.DOCUMENT_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class HttpPopulationRegister:
    """Implements `PopulationRegister` over `kernel.infra.outbound`.

    ``base_url`` and the client's name and secret are of this installation at the register.
    """

    outbound: Outbound
    base_url: str
    client_id: str
    secret: Secret

    def two_elements(self, asked: TwoElements, serial: str) -> RegisterAnswer:
        """Ask once, within 3 s; whatever is not a plain answer to this request is none.

        Raises:
            RegisterUnavailable: no answer, a late one, or one we cannot read.
        """
        try:
            reply = self.outbound.fetch(self._request(asked, serial))
            return self._answer(reply, serial)
        except (Unavailable, Refused) as failure:
            raise RegisterUnavailable(failure.code) from None

    def _request(self, asked: TwoElements, serial: str) -> OutboundRequest:
        body = {"serial": serial, "name": asked.name, "number": asked.number.value}
        login = b64encode(f"{self.client_id}:{self.secret.reveal()}".encode()).decode()
        return OutboundRequest(
            url=f"{self.base_url.rstrip('/')}{_PATH}",
            method="POST",
            headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
            body=json.dumps(body, ensure_ascii=False).encode(),
            accept="application/json",
            deadline_s=_DEADLINE_S,
            limit_bytes=_LIMIT_BYTES,
            redirects=0,
        )

    def _answer(self, reply: OutboundReply, serial: str) -> RegisterAnswer:
        if reply.status != _OK:
            raise RegisterUnavailable(f"status {reply.status}")
        said = parse_json(reply.body)
        if not isinstance(said, dict) or said.get("serial") != serial:
            raise RegisterUnavailable("an answer to something else")
        result = said.get("result")
        outcome = _RESULTS.get(result) if isinstance(result, str) else None
        if outcome is None:
            raise RegisterUnavailable("an unknown result")
        return RegisterAnswer(outcome=outcome, source="population-register", serial=serial)


@dataclass(frozen=True, slots=True)
class NoRegister:
    """For an installation that names no register: every question stays unanswered."""

    def two_elements(self, asked: TwoElements, serial: str) -> RegisterAnswer:
        """Raise `RegisterUnavailable`."""
        del asked, serial
        raise RegisterUnavailable("no register is set")
