"""PyPI `idpyoidc`, the certified library of the Python world, with a hub that is served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.attacks.house import NAME
from tests.attacks.stage import register
from tests.interop.conftest import environment
from tests.interop.served import Hub, served

pytestmark = [pytest.mark.interop, pytest.mark.spec("OIDC Core §3.1; RFC 7636")]

HERE: Final = Path(__file__).parent / "idpyoidc"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("idpyoidc") / "env"
    return environment(HERE / "requirements.lock", folder) / "python"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with served(tmp_path_factory.mktemp("idpyoidc-hub") / "hub") as up:
        yield up


def test_it_signs_somebody_in_and_reads_about_them(
    hub: Hub, python: Path, tmp_path: Path
) -> None:
    client = register(hub.house, "idpyoidc")
    told = {
        "client_id": client.id,
        "client_secret": client.secret,
        "scope": "openid profile",
    }
    # It makes itself a key, and keeps it in the folder it runs in.
    done = hub.talk([str(python), str(HERE / "talk.py")], tmp_path, told)
    assert (done["name"], done["same"]) == (NAME, True)
