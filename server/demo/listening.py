"""Whether somebody listens on a port of this machine."""

import socket
from typing import Final

_PATIENCE_S: Final = 0.5


def listens(port: int) -> bool:
    """Tell whether something accepts connections on 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(_PATIENCE_S)
        return probe.connect_ex(("127.0.0.1", port)) == 0
