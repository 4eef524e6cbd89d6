"""Which carrier takes which channel."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.infra.notices.notice import Channel, Notice, NoticeNotSent, Notices


@dataclass(frozen=True, slots=True)
class RoutedNotices:
    """Hands a notice to the carrier of its channel."""

    carriers: Mapping[Channel, Notices]

    def send(self, notice: Notice) -> None:
        """Hand the notice on.

        Raises:
            NoticeNotSent: nobody carries this channel, or its carrier did not take it.
        """
        carrier = self.carriers.get(notice.channel)
        if carrier is None:
            raise NoticeNotSent(f"nobody carries {notice.channel}")
        carrier.send(notice)
