"""Ways in which keeping or reading the record fails."""

from kernel.errors import Conflict, NotFound, Unavailable


class TrailOverloaded(Unavailable):
    """More events wait to become durable than we hold; the operation is refused."""

    code = "trail_overloaded"


class EventUnknown(NotFound):
    """There is no such event, or it was erased."""

    code = "event_unknown"


class NotYetLogged(Conflict):
    """The event is durable but not yet in the log; the next checkpoint will include it."""

    code = "not_yet_logged"


class TileUnknown(NotFound):
    """The log has no such tile, or not that wide."""

    code = "tile_unknown"


class LogEmpty(NotFound):
    """No checkpoint has been published yet."""

    code = "log_empty"


class LogForked(Conflict):
    """The log's head is not the one we grew from: somebody else appended."""

    code = "log_forked"


class HeadNotOurs(Conflict):
    """The stored edge does not lead to the last signed root; nothing more is signed."""

    code = "head_not_ours"


class NothingTraced(NotFound):
    """No event carries the reference: refused before any flow, too old, or not yet."""

    code = "nothing_traced"
