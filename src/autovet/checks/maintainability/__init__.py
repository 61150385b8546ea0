"""Checks of the category ``maintainability``, one a file."""
