"""Which release of the library (软件版本) is speaking; every decision names it in its evidence."""

LIBRARY_VERSION = "0.1.0"
"""The same as in ``pyproject.toml``; a test compares the two."""
