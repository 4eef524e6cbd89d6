"""Notices through a gateway that takes JSON by POST."""

from dataclasses import dataclass, field
from typing import Final

import orjson

from kernel.errors import DomainError
from kernel.infra.notices.notice import Notice, NoticeNotSent
from kernel.infra.outbound import Outbound, OutboundRequest
from kernel.secret import Secret

_TAKEN: Final = range(200, 300)
_LONGEST_ANSWER: Final = 4096


@dataclass(frozen=True, slots=True)
class WebhookNotices:
    """Posts each notice to the operator's gateway with a bearer token.

    The body has the notice's own fields; ``Idempotency-Key`` lets the gateway drop a
    notice that comes twice.
    """

    url: str
    secret: Secret | None = field(repr=False)
    outbound: Outbound

    def send(self, notice: Notice) -> None:
        """Post one notice.

        Raises:
            NoticeNotSent: no answer, or one that is not 2xx.
        """
        try:
            reply = self.outbound.fetch(self._request(notice))
        except DomainError as cause:
            raise NoticeNotSent(f"the gateway was not reached: {cause.code}") from None
        if reply.status not in _TAKEN:
            raise NoticeNotSent(f"the gateway answered {reply.status}")

    def _request(self, notice: Notice) -> OutboundRequest:
        bearer = {"Authorization": f"Bearer {self.secret.reveal()}"} if self.secret else {}
        key = f"{notice.reference}.{notice.template}.{notice.channel}"
        return OutboundRequest(
            url=self.url,
            method="POST",
            headers={"Content-Type": "application/json", "Idempotency-Key": key, **bearer},
            body=_body(notice),
            limit_bytes=_LONGEST_ANSWER,
            redirects=0,
        )


def _body(notice: Notice) -> bytes:
    return orjson.dumps(
        {
            "channel": notice.channel,
            "to": notice.to,
            "template": notice.template,
            "subject": notice.subject,
            "text": notice.text,
            "locale": notice.locale,
            "reference": notice.reference,
        }
    )
