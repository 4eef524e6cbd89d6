"""The people and the secrets of the register, from files."""

from pathlib import Path

from kernel.identifiers import compared_name
from kernel.secret import Digest, Secret
from kernel.web import BodyMalformed, read_body
from peers.registry_sim.domain import Citizen
from peers.registry_sim.errors import PeopleMalformed
from peers.registry_sim.messages import PeopleFile


def read_people(path: Path) -> dict[str, Citizen]:
    """Read ``{"people": [{"name", "number", "card"?}]}``.

    Raises:
        OSError: the file cannot be read.
        PeopleMalformed: it has another form; the detail names the member.
    """
    try:
        said = read_body(PeopleFile, path.read_bytes())
    except BodyMalformed as cause:
        raise PeopleMalformed(cause.detail) from cause
    return {
        each.number: Citizen(compared_name(each.name), each.card) for each in said.people
    }


def read_digest(path: Path) -> Digest:
    """Return the digest of the secret in a file, the line end after it left out."""
    return Secret(path.read_text("utf-8").rstrip("\r\n")).digest()
