"""The one call (核查入口): :class:`CreditClient` checks, screens, reports, and keeps itself current."""

from credit_sdk.client.client import CreditClient
from credit_sdk.client.screening import Screened
from credit_sdk.client.status import Standing, Status, SyncReport
from credit_sdk.client.watching import Watch

__all__ = ["CreditClient", "Screened", "Standing", "Status", "SyncReport", "Watch"]
