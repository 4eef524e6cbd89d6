"""What a WSGI environ says, as the values our requests are made of."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from config.drivers import ClientCertificates
from kernel.secret import Secret
from kernel.web import CertificateTold

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def certificates_told(settings: ClientCertificates) -> CertificateTold:
    """Return who may tell us with which certificate a client came."""
    file = settings.proxy_secret_file
    secret = None if file is None else Secret(file.read())
    return CertificateTold.by(settings.header, settings.proxies, secret)


class EnvironHeaders(Mapping[str, str]):
    """The headers of a WSGI request by their lower-case names, read when asked for."""

    __slots__ = ("_environ",)

    def __init__(self, environ: "WSGIEnvironment") -> None:
        """Take the environ as the server made it."""
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        """Return one header; KeyError if it was not sent."""
        value: str = self._environ[_KEYS.get(name) or _key_of(name)]
        return value

    def get(  # type: ignore[override]  # Mapping's takes any default; ours is a text
        self, name: str, default: str | None = None
    ) -> str | None:
        """Return one header, or ``default`` if it was not sent."""
        value: str | None = self._environ.get(_KEYS.get(name) or _key_of(name), default)
        return value

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower()
            elif key == "CONTENT_TYPE":
                yield "content-type"

    def __len__(self) -> int:
        """Count the headers."""
        return sum(1 for _ in self)


def _key_of(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


# What is asked for at every request.
_KEYS: Final = {"content-type": "CONTENT_TYPE"} | {
    name: _key_of(name)
    for name in (
        *("authorization", "cookie", "idempotency-key", "accept-language"),
        *("dpop", "accept", "origin"),
    )
}
