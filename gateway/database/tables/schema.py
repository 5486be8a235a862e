"""What all tables belong to: one schema, its constraints named the same way."""

from sqlalchemy import MetaData

from gateway.database.constraints import NAMES

metadata = MetaData(naming_convention=NAMES)
