"""Canonical JSON (规范字节), as every signed or hashed document of a publication is written."""

from credit_sdk.model.canonical import dumps, loads

__all__ = ["dumps", "loads"]
