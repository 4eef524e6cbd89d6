"""The outside reader's own process: runs under its Python, imports nothing of ours.

Reads one line ``{"tokens": […], "keys": [JWK Set of each issuer]}``, then works once over
for every further line and prints the CPU it took.
"""

import json
import sys
import time
from collections.abc import Callable

from cryptojwt.jwk.jwk import key_from_jwk_dict
from cryptojwt.jws.jws import factory
from ofcli.trustchain import TrustChain
from ofcli.utils import EntityStatementPlus

_TIMES = 100


def us_of(work: Callable[[], object]) -> float:
    """Return the CPU of one piece of work, in microseconds."""
    began = time.process_time()
    for _ in range(_TIMES):
        work()
    return (time.process_time() - began) / _TIMES * 1e6


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer line by line."""
    job = json.loads(sys.stdin.readline())
    keys = [[key_from_jwk_dict(key) for key in held["keys"]] for held in job["keys"]]
    tokens = job["tokens"]

    def chain() -> object:
        for token, held in zip(tokens, keys, strict=True):
            if not factory(token).verify_compact(token, held):
                raise SystemExit("a signature does not hold")
        return TrustChain([EntityStatementPlus(token) for token in tokens])

    statements = [EntityStatementPlus(token) for token in tokens]
    chain()
    _say("ready")
    for _ in sys.stdin:
        policy_us = us_of(lambda: TrustChain(statements))
        told = {"chain_us": us_of(chain), "policy_us": policy_us}
        _say(json.dumps(told))


if __name__ == "__main__":
    main()
