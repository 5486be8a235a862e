"""Graded supervision: grades as they were delivered, announcements of draws, draws."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.database.columns import Day, Instant, JsonText
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

grade_files = Table(
    "grade_files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("fingerprint", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("from_on", Day, nullable=False),
    Column("until_on", Day, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("problems", JsonText, nullable=False),
    Column("imported_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("confirmed_at", Instant),
    two_people("imported_by", "confirmed_by"),
    CheckConstraint("until_on >= from_on", name="period"),
    CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
    CheckConstraint("source <> ''", name="source"),
)
"""Files of grades (评价等级) taken in, each with its source and the days its grades are for."""

grades = Table(
    "grades",
    metadata,
    Column("file", Text, ForeignKey("grade_files.id"), nullable=False),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("code", Text, nullable=False),
    Column("grade", Text, nullable=False),
    PrimaryKeyConstraint("file", "subject_key"),
    CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="grade"),
)
"""Grades as delivered (公共信用综合评价等级), of organisations alone; never computed here."""

draw_announcements = Table(
    "draw_announcements",
    metadata,
    Column("matter", Text, nullable=False),
    Column("on_day", Day, nullable=False),
    Column("population_sha256", Text, nullable=False),
    Column("seed_source", Text, nullable=False),
    Column("announced_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("announced_at", Instant, nullable=False),
    Column("shares", JsonText),
    PrimaryKeyConstraint("matter", "on_day", "population_sha256"),
    CheckConstraint("seed_source <> ''", name="seed_source"),
)
"""What was fixed before the seed of a draw was known (抽取公告): among whom, by which shares, where the seed will be.

``shares`` is null where an announcement was made before they were kept.
"""

draws = Table(
    "draws",
    metadata,
    Column("id", Text, primary_key=True),
    Column("matter", Text, nullable=False),
    Column("on_day", Day, nullable=False),
    Column("seed", Text, nullable=False),
    Column("seed_source", Text, nullable=False),
    Column("population_sha256", Text, nullable=False),
    Column("shares", JsonText, nullable=False),
    Column("result", JsonText, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("document_sha256", Text, nullable=False),
    Column("drawn_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    UniqueConstraint("matter", "on_day", "population_sha256"),
    CheckConstraint("seed <> '' AND seed_source <> ''", name="seed"),
)
"""Random draws (随机抽取), each as published; a population is drawn once for a matter and day, not until it pleases."""
