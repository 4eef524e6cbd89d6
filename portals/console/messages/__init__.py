"""The API's JSON read into values; members it grows later are passed over."""

from portals.console.messages.applications import application, sign_out, step
from portals.console.messages.members import (
    event,
    evidence,
    finding,
    grant,
    look,
    mark_type,
    member,
    proposal,
)
from portals.console.messages.pictures import kept
from portals.console.messages.reading import listed, text

__all__ = [
    "application",
    "event",
    "evidence",
    "finding",
    "grant",
    "kept",
    "listed",
    "look",
    "mark_type",
    "member",
    "proposal",
    "sign_out",
    "step",
    "text",
]
