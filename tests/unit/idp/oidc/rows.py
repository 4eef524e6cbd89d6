"""What lies in the database, counted."""

from tests.unit.idp.oidc.house import House


def rows_of(house: House, table: str) -> int:
    """Count the rows of a table."""
    with house.db.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608  a table of ours
        return int(found.scalar_one())
