"""What host systems test with (测试): a gateway in memory that publishes for real and keeps what is reported."""

from credit_sdk.testing.builders import entry, subject
from credit_sdk.testing.gateway import FakeGateway

__all__ = ["FakeGateway", "entry", "subject"]
