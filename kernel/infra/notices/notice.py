"""One notice, and the port of whoever carries it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from kernel.errors import Malformed, Unavailable

_RECIPIENT: Final = re.compile(r"[!-~]{1,320}", re.ASCII)
_LONGEST_SUBJECT: Final = 200
_LONGEST_TEXT: Final = 20_000


class Channel(StrEnum):
    """How a notice reaches somebody."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"


class NoticeMalformed(Malformed):
    """A recipient or subject that could not be written on one line."""

    code = "notice_malformed"


class NoticeNotSent(Unavailable):
    """The carrier did not take the notice; sending it again may help."""

    code = "notice_not_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody is told. Neither recipient nor words are ever shown or logged.

    Attributes:
        channel: how it goes out.
        to: mail address, telephone number or, for a gateway, its name of the recipient.
        template: which notice this is, for carriers that keep their own words.
        subject: one line; mail only shows it.
        text: the words, in ``locale``.
        locale: ``zh-CN`` or ``en``.
        reference: id of what caused it; a carrier may use it to drop repetitions.
    """

    channel: Channel
    to: str = field(repr=False)
    template: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    locale: str = "zh-CN"
    reference: str

    def __post_init__(self) -> None:
        """Hold recipient and subject to one line (RFC 5322 §2.2).

        Raises:
            NoticeMalformed: they hold spaces, line ends or too much.
        """
        if not _RECIPIENT.fullmatch(self.to):
            raise NoticeMalformed("the recipient is not one word of ASCII")
        if not self.subject.isprintable() or len(self.subject) > _LONGEST_SUBJECT:
            raise NoticeMalformed("the subject is not one short line")
        if len(self.text) > _LONGEST_TEXT:
            raise NoticeMalformed("the text is too long")


class Notices(Protocol):
    """Carries notices.

    When ``send`` returns, the carrier has the notice and will not forget it; when it
    raises, the carrier may have it or not, so sending again can double it.
    """

    def send(self, notice: Notice) -> None:
        """Hand ``notice`` over.

        Raises:
            NoticeNotSent: the carrier did not say that it took it.
        """
        ...
