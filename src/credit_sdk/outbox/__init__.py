"""The outbox (反馈发件箱): check records and outcomes, on disk before they count, delivered until acknowledged."""
