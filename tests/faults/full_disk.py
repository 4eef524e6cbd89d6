"""A program of its own: one installation on a disk that fills up, told as one JSON line.

Run as ``python -m tests.faults.full_disk FOLDER tmpfs|limit``. With ``tmpfs`` it must be in
a mount namespace of its own; with ``limit`` the kernel refuses to let its files grow.
"""

import json
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.attacks.house import House

_SIZE: Final = "size=24m"
_CHUNK: Final = 4096


def main(folder: Path, how: str) -> dict[str, object]:
    """Build, fill, ask, free, ask again."""
    folder.mkdir(parents=True, exist_ok=True)
    if how == "tmpfs":
        mount = ["mount", "-t", "tmpfs", "-o", _SIZE, "tmpfs", str(folder)]
        subprocess.run(mount, check=True)  # noqa: S603  our own folder
    house = House.built(folder)
    before_token = house.token("operator1")
    rows, events = house.rows(), _token_events(house)
    _fill(folder, how)
    said: dict[str, object] = {"full": [_asked(house, before_token, n) for n in range(40)]}
    _free(folder, how)
    said["rows_kept"] = house.rows() == rows
    said["resumed"] = [_asked(house, before_token, 1000 + n) for n in range(3)]
    house.work()
    said["token_events"] = _token_events(house) - events
    said["clients"] = house.rows()["clients_client"] - rows["clients_client"]
    house.close()
    return said


def _token_events(house: House) -> int:
    return len(house.events("oidc.client_token_issued"))


def _fill(folder: Path, how: str) -> None:
    if how == "limit":
        largest = max(file.stat().st_size for file in folder.glob("hub.db*"))
        _limit(largest)
        return
    with suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(bytes(_CHUNK)) == _CHUNK:
            pass


def _free(folder: Path, how: str) -> None:
    if how == "limit":
        _limit(resource.RLIM_INFINITY)
    else:
        (folder / "ballast").unlink()


def _limit(size: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


def _asked(house: House, bearer: str, number: int) -> list[tuple[str, int, bool]]:
    """Ask for a token and a registration: what, status, whether a reference came along."""
    operator = house.context("operator1")
    fields = {"grant_type": "client_credentials"}
    got = house.form("/oauth2/token", fields, operator.basic)
    body = {
        "name_zh": f"满{number}",
        "name_en": f"full {number}",
        "oidc": {"redirect_uris": ["http://localhost:9/back"]},
    }
    key = {"Idempotency-Key": f"full-disk-{number}"}
    made = house.api("POST", "/api/v1/clients", bearer, body, **key)
    return [("token", got.status, bool(got.reference)),
            ("register", made.status, bool(made.reference))]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))  # noqa: T201  the product
