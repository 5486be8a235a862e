"""Intake (归集): files and feeds become drafts and a quality report; a row is drafted or set aside, never lost."""
