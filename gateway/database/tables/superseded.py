"""Files of the distribution that no publication needs any more, until they are removed."""

from sqlalchemy import Column, Table, Text

from gateway.database.columns import Instant
from gateway.database.tables.schema import metadata

superseded_files = Table(
    "superseded_files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("superseded_at", Instant, nullable=False, index=True),
)
"""By path below ``distribution/``. Entered with the publication that superseded them, taken out again by one that
needs them anew; never a file of the publication that was committed last."""
