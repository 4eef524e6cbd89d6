"""Says which certificate it was told of: our edge behind our server, and nothing else.

And where it was asked, in a header as long as the question.
"""

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from granian import Granian
from granian.constants import Interfaces

from kernel.proof.jose import Certificate
from kernel.secret import Secret
from kernel.web import CertificateNotTold, CertificateTold
from server.environ import EnvironHeaders

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET: Final = "k9" * 20
_TOLD: Final = CertificateTold.by("Client-Cert", ("127.0.0.1/32",), Secret(SECRET))


def create() -> "WSGIApplication":
    """Return a program that answers every request with what it was told."""
    return answer


def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Tell the hash of the certificate, and any header left that looks like one."""
    try:
        shown = _TOLD.take(environ, environ["REMOTE_ADDR"])
    except CertificateNotTold as refusal:
        start_response("400 Bad Request", [("Content-Type", "application/json")])
        return [json.dumps({"refused": refusal.code}).encode()]
    left = [name for name in EnvironHeaders(environ) if "cert" in name]
    name = None if shown is None else Certificate.parse(shown).hash
    again = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
    headers = [("Content-Type", "application/json"), ("Content-Location", again)]
    start_response("200 OK", headers)
    return [json.dumps({"certificate": name, "left": left}).encode()]


if __name__ == "__main__":
    Granian(
        target="tests.flows.proxies.echo:create",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=1,
        blocking_threads=4,
        log_enabled=False,
    ).serve()
