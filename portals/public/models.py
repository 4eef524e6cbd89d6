"""Tables of a portal's counter; they lie in the portal's own database."""

from typing import Final

from sqlalchemy import Column, Table, Text

from kernel.infra.db import SealedBytes, UtcInstant, metadata

case: Final = Table(
    "public_case",
    metadata,
    Column("number", Text, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("content", SealedBytes, nullable=False),
    Column("received_at", UtcInstant, nullable=False),
)
