"""HTTP to the provider."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import orjson
import urllib3

from peers.sample_rp.domain import Answer
from peers.sample_rp.errors import ProviderUnusable

_TIMEOUT: Final = urllib3.Timeout(connect=3, read=10)


class PooledCalls:
    """The `Calls` over urllib3; redirects are not followed."""

    def __init__(self, ca_file: Path | None = None) -> None:
        """Open a pool; ``ca_file`` holds the PEM roots to trust, else the system's."""
        roots = None if ca_file is None else str(ca_file)
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT, ca_certs=roots)

    def get(self, address: str, bearer: str | None) -> Answer:
        """Fetch a JSON object, or raise `ProviderUnusable`."""
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self._sent("GET", address, headers, None)

    def post(self, address: str, form: Mapping[str, str]) -> Answer:
        """Post a form (RFC 6749 §3.2), or raise `ProviderUnusable`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._sent("POST", address, headers, urlencode(form))

    def _sent(
        self, method: str, address: str, headers: Mapping[str, str], body: str | None
    ) -> Answer:
        try:
            reply = self._pool.request(
                method, address, headers=headers, body=body, redirect=False
            )
            said = orjson.loads(reply.data) if reply.data else {}
        except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError) as cause:
            raise ProviderUnusable(address) from cause
        return Answer(reply.status, said if isinstance(said, dict) else {})
