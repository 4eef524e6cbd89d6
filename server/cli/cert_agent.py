"""``trusthub cert-agent``: hands its arguments to the peer of that name."""

from typing import Final

from server.cli.acts import Handed

ACTS: Final = Handed("peers.cert_agent.build")
