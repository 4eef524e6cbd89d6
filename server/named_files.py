"""Files that settings name, looked at before a process starts that reads them."""

import ssl
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from config.drivers import Http
from config.schema import Portal, Settings
from config.words import Problem, SecretFile, SettingsRefused
from kernel.errors import DomainError
from kernel.proof.jose import Authorities
from trustroot.keys.domain import RoleGroup


class Named(NamedTuple):
    """A file, the setting that names it, and what raises unless the file will do."""

    setting: str
    file: Path
    look: Callable[[], object]


def files_can_be_used(settings: Settings, group: RoleGroup) -> None:
    """Require every file that serving, or the worker, reads.

    A serving process that dies of one dies in a loop; the worker stops at one whose name
    nobody tells. What is for requests only, the worker need not be able to read.

    Raises:
        SettingsRefused: each that is not there, or holds something else, by its setting.
    """
    _require(file_problems(settings, group))


def file_problems(settings: Settings, group: RoleGroup) -> Iterator[Problem]:
    """Return what is wrong with the files that processes of a group read."""
    yield from _problems(_everywhere(settings))
    if group is RoleGroup.SERVE:
        yield from _problems(_at_the_port(settings.http))


def portal_files_can_be_used(settings: Settings, portals: Collection[Portal]) -> None:
    """Require every file that some portals of the page read.

    Raises:
        SettingsRefused: each that is not there, or holds something else, by its setting.
    """
    numbered = [row for row in enumerate(settings.portals) if row[1] in portals]
    theirs = [named for at, portal in numbered for named in _of_portal(at, portal)]
    _require(_problems((*theirs, *_way_out(settings))))


def _everywhere(settings: Settings) -> Iterator[Named]:
    secrets = {
        "database.password_file": settings.database.password_file,
        "ephemeral.password_file": settings.ephemeral.password_file,
        "realname.client_secret_file": settings.realname.client_secret_file,
    }
    for setting, secret in secrets.items():
        yield from _secret(setting, secret)
    yield from _way_out(settings)
    own = settings.oidc.client_authorities_file
    if own is not None:
        yield Named("oidc.client_authorities_file", own, partial(_authorities, own))


def _at_the_port(http: Http) -> Iterator[Named]:
    told = http.client_certificate.proxy_secret_file
    yield from _secret("http.client_certificate.proxy_secret_file", told)
    yield from _tls("http", http.tls_certificate, http.tls_key)


def _of_portal(at: int, portal: Portal) -> Iterator[Named]:
    setting = f"portals[{at}]"
    yield from _secret(f"{setting}.client_secret_file", portal.client_secret_file)
    yield from _secret(f"{setting}.session_secret_file", portal.session_secret_file)
    yield from _tls(setting, portal.tls_certificate, portal.tls_key)


def _way_out(settings: Settings) -> Iterator[Named]:
    roots = settings.outbound.extra_ca_file
    if roots is not None:
        yield Named("outbound.extra_ca_file", roots, partial(_vouches, roots))


def _secret(setting: str, secret: SecretFile | None) -> Iterator[Named]:
    if secret is not None:
        yield Named(setting, secret.path, secret.read)


def _tls(setting: str, chain: Path | None, key: SecretFile | None) -> Iterator[Named]:
    if chain is not None and key is not None:
        yield Named(f"{setting}.tls_certificate", chain, chain.read_bytes)
        yield Named(f"{setting}.tls_key", key.path, key.path.read_bytes)
        yield Named(f"{setting}.tls_certificate", chain, partial(_fit, chain, key.path))


def _require(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise SettingsRefused(found)


def _problems(rows: Iterable[Named]) -> Iterator[Problem]:
    yield from filter(None, (_problem(*row) for row in rows))


def _problem(setting: str, file: Path, look: Callable[[], object]) -> Problem | None:
    try:
        look()
    except ssl.SSLError:
        said = "is no PEM of this kind, has a passphrase, or chain and key do not fit"
        return Problem(setting, f"{file} {said}")
    except OSError as failure:
        return Problem(setting, f"{file} cannot be read: {failure.strerror}")
    except (ValueError, DomainError):
        return Problem(setting, f"{file} does not hold what this setting names")
    return None


def _fit(chain: Path, key: Path) -> None:
    """Hold chain and key together; that one is missing is told of that one alone."""
    if chain.is_file() and key.is_file():
        # A key with a passphrase is refused: without this the terminal would be asked.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key, password=bytes)


def _vouches(roots: Path) -> None:
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(roots)


def _authorities(file: Path) -> None:
    Authorities.parse(file.read_bytes())
