"""The tables (SQLAlchemy Core). Four eyes (双人复核) stand here as constraints: no code path can leave them out.

Every table is named here, so that whoever has the schema has all of it.
"""

from gateway.database.tables.applied import applied_measures
from gateway.database.tables.commitments import commitment_serials, commitments, performances, self_declarations
from gateway.database.tables.feedback import checks, outcomes
from gateway.database.tables.former_numbers import former_numbers, stated_numbers
from gateway.database.tables.lapses import lapses
from gateway.database.tables.law import adoptions, catalogues
from gateway.database.tables.ledger import checkpoints, ledger, ledger_head
from gateway.database.tables.licences import licences, proposed_removals
from gateway.database.tables.marks import declined_marks
from gateway.database.tables.names import subject_names
from gateway.database.tables.notices import acknowledgements, awaited_outcomes, check_entries
from gateway.database.tables.people import clients, operators
from gateway.database.tables.persons import person_queries, responsible_persons
from gateway.database.tables.publishing import pending, publications, published_records
from gateway.database.tables.registry import acts, batches, coverage, entries, rejected_rows, subjects
from gateway.database.tables.reports import reports
from gateway.database.tables.requests import objections, repairs
from gateway.database.tables.schema import metadata
from gateway.database.tables.superiors import superior_acknowledgements, superior_notices, superiors
from gateway.database.tables.superseded import superseded_files
from gateway.database.tables.supervision import draw_announcements, draws, grade_files, grades
from gateway.database.tables.waivers import waivers

__all__ = [
    "acknowledgements",
    "acts",
    "adoptions",
    "applied_measures",
    "awaited_outcomes",
    "batches",
    "catalogues",
    "check_entries",
    "checkpoints",
    "checks",
    "clients",
    "commitment_serials",
    "commitments",
    "coverage",
    "declined_marks",
    "draw_announcements",
    "draws",
    "entries",
    "former_numbers",
    "grade_files",
    "grades",
    "lapses",
    "ledger",
    "ledger_head",
    "licences",
    "metadata",
    "objections",
    "operators",
    "outcomes",
    "pending",
    "performances",
    "person_queries",
    "proposed_removals",
    "publications",
    "published_records",
    "rejected_rows",
    "repairs",
    "reports",
    "responsible_persons",
    "self_declarations",
    "stated_numbers",
    "subject_names",
    "subjects",
    "superior_acknowledgements",
    "superior_notices",
    "superiors",
    "superseded_files",
    "waivers",
]
