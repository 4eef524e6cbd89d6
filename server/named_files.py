"""Files that settings name, looked at before a serving process starts."""

import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from config.schema import Settings
from config.words import Problem, SecretFile, SettingsRefused
from kernel.errors import DomainError
from kernel.proof.jose import Authorities

Look = Callable[[], object]


def files_can_be_used(settings: Settings) -> None:
    """Require every file that serving reads; a process that dies of one dies in a loop.

    Raises:
        SettingsRefused: each that is not there, or holds something else, by its setting.
    """
    problems = tuple(filter(None, (_problem(*row) for row in _looks(settings))))
    if problems:
        raise SettingsRefused(problems)


def _looks(settings: Settings) -> Iterator[tuple[str, Path, Look]]:
    """Return setting, file, and what raises unless the file will do."""
    for setting, secret in _secrets(settings).items():
        if secret is not None:
            yield setting, secret.path, secret.read
    http, roots = settings.http, settings.outbound.extra_ca_file
    if http.tls_certificate is not None and http.tls_key is not None:
        chain, key = http.tls_certificate, http.tls_key.path
        yield "http.tls_certificate", chain, chain.read_bytes
        yield "http.tls_key", key, key.read_bytes
        yield "http.tls_certificate", chain, partial(_serves, chain, key)
    if roots is not None:
        yield "outbound.extra_ca_file", roots, partial(_vouches, roots)
    own = settings.oidc.client_authorities_file
    if own is not None:
        yield "oidc.client_authorities_file", own, partial(_authorities, own)


def _secrets(settings: Settings) -> dict[str, SecretFile | None]:
    told = settings.http.client_certificate.proxy_secret_file
    return {
        "http.client_certificate.proxy_secret_file": told,
        "database.password_file": settings.database.password_file,
        "ephemeral.password_file": settings.ephemeral.password_file,
        "realname.client_secret_file": settings.realname.client_secret_file,
    }


def _problem(key: str, file: Path, look: Look) -> Problem | None:
    try:
        look()
    except ssl.SSLError:
        said = "is no PEM of this kind, has a passphrase, or chain and key do not fit"
        return Problem(key, f"{file} {said}")
    except OSError as failure:
        return Problem(key, f"{file} cannot be read: {failure.strerror}")
    except (ValueError, DomainError):
        return Problem(key, f"{file} does not hold what this setting names")
    return None


def _serves(chain: Path, key: Path) -> None:
    """Hold chain and key together; that one is missing is told of that one alone."""
    if chain.is_file() and key.is_file():
        # A key with a passphrase is refused: without this the terminal would be asked.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key, password=bytes)


def _vouches(roots: Path) -> None:
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(roots)


def _authorities(file: Path) -> None:
    Authorities.parse(file.read_bytes())
