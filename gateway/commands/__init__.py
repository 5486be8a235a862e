"""The commands of ``credit-gateway``, one file per desk."""
