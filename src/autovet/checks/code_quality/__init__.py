"""Checks of the category ``code_quality``, one a file."""
