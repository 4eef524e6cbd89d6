"""``trusthub mock-op``: hands its arguments to the peer of that name."""

from typing import Final

from server.cli.acts import Handed

ACTS: Final = Handed("peers.mock_op.build")
