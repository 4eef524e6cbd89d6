"""Membership in full, written by server.migrations.next."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables what the rooms declare."""
