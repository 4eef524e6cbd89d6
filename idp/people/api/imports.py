"""User bases that come in whole, over the API."""

from dataclasses import dataclass
from uuid import UUID

from idp.people import messages as m
from idp.people.domain import Batch, ImportId, RowState
from idp.people.errors import ImportMalformed, ImportUnknown
from idp.people.service import Imports
from kernel.assurance import Level
from kernel.ids import PersonId
from kernel.secret import Digest
from kernel.web import (
    BodyMalformed,
    Page,
    PageAsked,
    Reply,
    Request,
    read_body,
    write_body,
)


@dataclass(frozen=True, slots=True)
class ImportsApi:
    """The endpoints of imports."""

    imports: Imports

    def open(self, request: Request) -> Reply:
        """Begin a batch."""
        said = read_body(m.BatchBody, request.body)
        batch = self.imports.open(
            said.source,
            basis=said.basis,
            proofing=said.proofing,
            ceiling=_level(said.ceiling),
            actor=_person(request),
        )
        return self._shown(batch, 201)

    def show(self, request: Request) -> Reply:
        """Show a batch: how many rows are where, and the digest to commit to."""
        return self._shown(self.imports.find(_id(request)))

    def feed(self, request: Request) -> Reply:
        """Take rows in; each is answered for itself, and nobody is made known yet."""
        said = read_body(m.RowsBody, request.body)
        rows = self.imports.feed(_id(request), said.rows)
        replies = tuple(m.row_reply(row) for row in rows)
        return Reply.json(write_body(m.RowsReply(rows=replies)))

    def rows(self, request: Request) -> Reply:
        """Show what became of rows, in the order of the source."""
        asked = PageAsked.parse(request.arguments)
        state = _state(request.arguments.optional("state"))
        rows = self.imports.rows(_id(request), state, _after(asked), asked.limit + 1)
        more = len(rows) > asked.limit
        shown = rows[: asked.limit]
        page = Page(shown, str(shown[-1].number) if more else None)
        replies = tuple(m.row_reply(row) for row in page.rows)
        return Reply.json(write_body(m.RowsPage(rows=replies, next=page.next_cursor)))

    def commit(self, request: Request) -> Reply:
        """Have exactly these rows entered, as the second person."""
        seen = read_body(m.CommitBody, request.body).digest
        try:
            digest = Digest(bytes.fromhex(seen))
        except ValueError as cause:
            raise BodyMalformed("body.digest: not 64 hex digits") from cause
        batch = self.imports.commit(_id(request), digest, actor=_person(request))
        return self._shown(batch, 202)

    def undo(self, request: Request) -> Reply:
        """Take back what a committed batch entered."""
        said = read_body(m.ReasonBody, request.body)
        batch = self.imports.undo(_id(request), reason=said.reason, actor=_person(request))
        return self._shown(batch, 202)

    def discard(self, request: Request) -> Reply:
        """Let an open batch go; nobody was made known by it."""
        said = read_body(m.ReasonBody, request.body)
        return self._shown(self.imports.discard(_id(request), reason=said.reason))

    def _shown(self, batch: Batch, status: int = 200) -> Reply:
        counts, digest = self.imports.standing(batch)
        shown = m.batch_reply(batch, counts, digest)
        return Reply.json(write_body(shown), status=status)


def _person(request: Request) -> PersonId:
    return request.required_caller().required_person()


def _id(request: Request) -> ImportId:
    text = request.parameters["id"]
    try:
        return ImportId(UUID(text))
    except ValueError as cause:
        raise ImportUnknown(text[:40]) from cause


def _level(value: int) -> Level:
    try:
        return Level(value)
    except ValueError as cause:
        raise ImportMalformed("ceiling") from cause


def _state(value: str | None) -> RowState | None:
    try:
        return None if value is None else RowState(value)
    except ValueError as cause:
        raise ImportMalformed("state") from cause


def _after(asked: PageAsked) -> int:
    try:
        return int(asked.after or "0")
    except ValueError as cause:
        raise ImportMalformed("after") from cause
