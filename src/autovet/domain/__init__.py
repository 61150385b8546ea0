"""Frozen values that every room shares; no I/O and no third-party types."""
