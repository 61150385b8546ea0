"""Processes that parse and check, so that the caller's process never does."""
