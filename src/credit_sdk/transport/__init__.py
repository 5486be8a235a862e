"""The way to the gateway (传输): one small protocol, over HTTP or through a folder."""

from credit_sdk.transport.protocol import Transport

__all__ = ["Transport"]
