"""Ids of decisions made here (核查编号)."""

import secrets
from datetime import datetime

from credit_sdk.model import decision_id as numbering


def decision_id(at: datetime) -> str:
    """A new id for a decision of this instant."""
    return numbering.decision_id(at, secrets.randbits(numbering.DRAWN_BITS))
