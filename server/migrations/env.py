"""What Alembic runs for every command: on a connection that is handed in, never its own.

Alembic finds this file by its name. The transaction is opened and closed by whoever hands
the connection in (`server.migrations.schema`).
"""

from alembic import context

from server.migrations.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column by copying its table.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
