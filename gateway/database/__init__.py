"""The registry's database: tables, migrations, one transaction per act; SQLite or PostgreSQL."""
