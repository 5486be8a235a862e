"""What departments really send: GBK, Chinese headers, full-width letters, three ways to write a day, wrong rows.

The files in ``messy/`` are readable as they stand; only the days are filled in, so that they never grow old.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "messy"


def messy_files(today: date) -> Mapping[str, bytes]:
    """The files by list id, as GBK; four of their seven rows cannot be accepted, each for another reason."""
    decided = today - timedelta(days=30)
    days = {
        "decided": decided,
        "notice": today - timedelta(days=50),
        "until": date(decided.year + 2, decided.month, min(decided.day, 28)),
        "future": today + timedelta(days=9),
    }
    return {file.stem: file.read_text("utf-8").format(**days).encode("gbk") for file in sorted(FOLDER.glob("*.csv"))}
