"""People, clients and faults of the provider, from files."""

from pathlib import Path
from typing import TypeVar

from kernel.secret import Digest, Secret
from kernel.web import BodyMalformed, read_body
from peers.mock_op.domain import Account, Client, Weather
from peers.mock_op.errors import FileMalformed
from peers.mock_op.messages.files import ClientsFile, FaultsBody, PeopleFile

T = TypeVar("T")


def read_people(path: Path) -> tuple[Account, ...]:
    """Read ``{"people": [{"username", "password", "sub"?, "acr"?, "claims"?}]}``."""
    return tuple(each.account() for each in _read(PeopleFile, path).people)


def read_clients(path: Path) -> tuple[Client, ...]:
    """Read ``{"clients": [{"client_id", "client_secret", "redirect_uris", …}]}``."""
    return tuple(each.client() for each in _read(ClientsFile, path).clients)


def read_faults(path: Path) -> Weather:
    """Read what ``POST /faults`` takes."""
    return _read(FaultsBody, path).weather()


def read_digest(path: Path) -> Digest:
    """Return the digest of the secret in a file, the line end after it left out."""
    return Secret(path.read_text("utf-8").rstrip("\r\n")).digest()


def _read(shape: type[T], path: Path) -> T:
    """Read a file of JSON.

    Raises:
        OSError: the file cannot be read.
        FileMalformed: it has another form.
    """
    try:
        return read_body(shape, path.read_bytes())
    except BodyMalformed as cause:
        raise FileMalformed(f"{path.name}: {cause.detail}") from cause
